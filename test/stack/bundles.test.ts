import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, resource, synthesize } from './assembly.ts';

/** Kilobytes of minified code. Cold starts pay for every one: raise a number here only with a reason in the commit. */
const budgets = { ingest: 850, route: 600, query: 600, notify: 550 };

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

describe('a function’s asset', () => {
  it.each(Object.entries(budgets))('%s is one module of at most %i KB', (name, budget) => {
    const asset = assetOf(name, app);
    expect(readdirSync(asset)).toEqual(['index.mjs']);
    const kilobytes = statSync(join(asset, 'index.mjs')).size / 1000;
    console.log(`${name}: ${kilobytes.toFixed(0)} KB of ${budget}`);
    expect(kilobytes).toBeLessThanOrEqual(budget);
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
    .filter((path) => /\.(template|assets)\.json$|index\.mjs$/.test(path))
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
