import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, resource, synthesize } from './assembly.ts';

/**
 * Kilobytes of minified code: what a cold start reads, and all there is. Cold starts pay for every one: raise a number here
 * only with a reason in the commit.
 */
const budgets = { ingest: 660, route: 500, query: 440, notify: 450, watch: 430 };
const wholeBudgets = { ingest: 950, route: 640, query: 590, notify: 600, watch: 580 };

const config = { clusters: [{ id: 'demo' }] };
let app: Assembly;
beforeAll(() => {
  app = synthesize({ config, checks: false });
});
afterAll(() => app.remove());

/** Directory of the asset that a function's code is in. */
function assetOf(name: string, { backend, directory }: Assembly): string {
  const logicalPart = `Forwarder${name[0]?.toUpperCase()}${name.slice(1)}`;
  const { Code } = resource(backend, 'AWS::Lambda::Function', logicalPart).Properties;
  const { S3Key } = Code as { readonly S3Key: string };
  return join(directory, `asset.${S3Key.replace('.zip', '')}`);
}

/** The modules that are read when a module is imported: itself and what it imports statically, by path. */
function readAtStart(module: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(module)) return known;
  known.add(module);
  const imports = readFileSync(module, 'utf8').matchAll(/(?:\bfrom|\bimport)\s?"(\.\/[^"]+\.mjs)"/g);
  for (const [, path = ''] of imports) readAtStart(join(dirname(module), path), known);
  return known;
}

describe('a function’s asset', () => {
  it.each(Object.entries(budgets))('%s reads at most %i KB when it starts', (name, budget) => {
    const kilobytes = [...readAtStart(join(assetOf(name, app), 'index.mjs'))].reduce(
      (sum, path) => sum + statSync(path).size / 1000,
      0,
    );
    console.log(`${name}: ${kilobytes.toFixed(0)} KB of ${budget}`);
    expect(kilobytes).toBeLessThanOrEqual(budget);
  });

  it.each(Object.entries(wholeBudgets))('%s has at most %i KB in all', (name, budget) => {
    const directory = assetOf(name, app);
    const bytes = readdirSync(directory).reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
    expect(bytes / 1000).toBeLessThanOrEqual(budget);
  });

  it.each(Object.keys(budgets))('%s is modules only', (name) => {
    const files = readdirSync(assetOf(name, app));
    expect(files).toContain('index.mjs');
    expect(files.filter((file) => !file.endsWith('.mjs'))).toEqual([]);
  });

  it('ingest reads the engine for user patterns only when there are some', () => {
    const started = [...readAtStart(join(assetOf('ingest', app), 'index.mjs'))].map((path) =>
      readFileSync(path, 'utf8'),
    );
    expect(started.some((text) => text.includes('FailedScheduling'))).toBe(true);
    expect(started.some((text) => text.includes('RE2JS'))).toBe(false);
  });

  it.each(Object.keys(budgets))('%s asks Node for http without loading undici', (name) => {
    const directory = assetOf(name, app);
    const imports = readdirSync(directory).flatMap((file) => [
      ...readFileSync(join(directory, file), 'utf8').matchAll(/(?:from|import)\s?\(?"(?:node:)?http"/g),
    ]);
    expect(imports.map(([text]) => text)).toEqual([]);
  });

  it.each(Object.keys(budgets))('%s has a source map outside of the asset', (name) => {
    const map = JSON.parse(readFileSync(join(app.directory, 'bundles', name, 'index.mjs.map'), 'utf8'));
    expect(map.sources.some((source: string) => source.endsWith(`functions/${name}/index.ts`))).toBe(true);
  });
});

describe('synthesis', () => {
  it('gives the same templates and assets every time, in every directory', () => {
    const again = synthesize({ config, checks: false });
    expect(contentsOf(again.directory)).toEqual(contentsOf(app.directory));
    again.remove();
  });
});

/** Hash of every template, asset manifest and bundle, by path. */
function contentsOf(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(template|assets)\.json$|\.mjs$/.test(path))
    .sort();
  return Object.fromEntries(
    files.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(directory, path)))
        .digest('hex'),
    ]),
  );
}
