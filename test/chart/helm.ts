import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { chartFolder } from '../../lib/manifests/generateChart.ts';

/** The helm to test with: `HELM` or the one on the path. */
const helm = process.env.HELM || 'helm';

/** False where there is no helm; the reason is printed once. */
export const hasHelm = spawnSync(helm, ['version', '--short']).status === 0;
if (!hasHelm) console.warn('No helm on the path (or in HELM): the tests that run it are skipped.');

/** What helm printed. */
export interface HelmResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs helm; `values` become a values file, which comes before what `--set` says. */
export function runHelm(args: readonly string[], values: Record<string, unknown> = {}, cwd?: string): HelmResult {
  const folder = mkdtempSync(path.join(tmpdir(), 'kef-helm-'));
  try {
    const file = path.join(folder, 'values.yaml');
    writeFileSync(file, JSON.stringify(values));
    const { status, stdout, stderr } = spawnSync(helm, [...args, '--values', file], { encoding: 'utf8', cwd });
    return { status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A helm that was built from source knows no Kubernetes version, so one is given. */
export const kubeVersion = ['--kube-version', '1.36.0'];

/** `helm template` for a release. */
export function helmTemplate(values: Record<string, unknown>, release: string, namespace: string, chart = chartFolder) {
  return runHelm(['template', release, chart, '--namespace', namespace, ...kubeVersion], values);
}

/** The objects in a YAML stream, read as Kubernetes reads it. */
export function objectsIn(yaml: string): Record<string, unknown>[] {
  return parseAllDocuments(yaml, { version: '1.1' })
    .map((document): unknown => {
      if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join('\n'));
      return document.toJS();
    })
    .filter((value): value is Record<string, unknown> => value !== null && typeof value === 'object');
}
