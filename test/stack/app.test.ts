import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kef-app-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs `bin/app.ts` as the cdk command line does, with no environment but what is given. */
function run(environment: Record<string, string>, outdir = join(directory, 'out')) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
    env: { CDK_OUTDIR: outdir, CDK_DOCKER: '/bin/false', ...environment },
    encoding: 'utf8',
  });
  return { status, stderr, seconds: (performance.now() - start) / 1000, outdir };
}

describe('bin/app.ts', () => {
  it('synthesizes the example configuration without Docker, credentials or a home directory', () => {
    const { status, stderr, seconds, outdir } = run({});
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(existsSync(join(outdir, 'kef.template.json'))).toBe(true);
    expect(existsSync(join(outdir, 'kef-cluster-demo.template.json'))).toBe(true);
    expect(seconds).toBeLessThan(60);
  });

  it('reads the file that the context names, and says what is wrong with it in sentences', () => {
    const path = join(directory, 'mine.yaml');
    writeFileSync(path, 'clusters: [{ id: prod }]\nretention: 5\nnotify: { email: [] }\n');
    const { status, stderr } = run({ CDK_CONTEXT_JSON: JSON.stringify({ config: path }) });
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      `${path} has 2 mistakes:`,
      '  line 2: retention is not a key here; did you mean "retentionDays"?',
      '  line 3: notify.email is not a key here; did you mean "emails"?',
    ]);
  });
});
