import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorCatalogue, exitCodeOf, KefError } from '../../lib/errors.ts';

const documented = new Map(
  [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (yes|no) +\|/gm)].map((row) => [
    row[1],
    { status: Number(row[2]), retryable: row[3] === 'yes' },
  ]),
);

describe('docs/errors.md', () => {
  it('lists exactly the codes of the catalogue, with their status and whether retrying helps', () => {
    const catalogue = Object.entries(errorCatalogue).map(([code, spec]) => [
      code,
      { status: spec.status, retryable: spec.retryable },
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(catalogue));
  });
});

describe('exit codes', () => {
  it.each<[ErrorCode, number]>([
    ['ConfigInvalid', 2],
    ['UsageInvalid', 2],
    ['StoreUnavailable', 1],
    ['Internal', 1],
  ])('%s exits with %i', (code, exit) => {
    expect(exitCodeOf(new KefError(code, 'a rule, a value, a way out'))).toBe(exit);
  });
});
