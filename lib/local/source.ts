import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { KefError } from '../errors.ts';

/** Where the relay of a local run finds its cluster. */
export type Source =
  | { readonly kind: 'kubeconfig'; readonly file: string; readonly context?: string; readonly label: string }
  | { readonly kind: 'demo'; readonly label: string }
  | { readonly kind: 'none'; readonly label: string };

/** What the user asked for. */
export interface SourceOptions {
  readonly source: 'auto' | 'demo' | 'kubeconfig' | 'none';
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** How long the cluster of a kubeconfig may take to answer before `auto` falls back to the demo cluster. */
const answerMs = 2000;

/**
 * Decides where events come from. `auto` takes the kubeconfig's cluster when it answers, else the demo cluster; a cluster
 * that was asked for by name (`kubeconfig`, or any `--kubeconfig`/`--context`) and does not answer is an error.
 *
 * @throws KefError ConfigInvalid when there is no such file or context, KubernetesUnreachable when the cluster does not answer
 */
export async function chooseSource(options: SourceOptions, env: NodeJS.ProcessEnv = process.env): Promise<Source> {
  const isNamed = options.kubeconfig !== undefined || options.context !== undefined;
  if (options.source === 'none') return { kind: 'none', label: 'nowhere: post your own' };
  if (options.source === 'demo') return { kind: 'demo', label: 'the demo cluster' };

  const file =
    options.kubeconfig ?? env.KUBECONFIG?.split(path.delimiter)[0] ?? path.join(homedir(), '.kube', 'config');
  const isRequired = options.source === 'kubeconfig' || isNamed;
  if (!existsSync(file)) {
    if (!isRequired) return { kind: 'demo', label: 'the demo cluster (no kubeconfig found)' };
    throw new KefError(
      'ConfigInvalid',
      `there is no kubeconfig at ${file}; name one with --kubeconfig, or use --source demo`,
    );
  }

  const { answeringCluster } = await import('./kubeconfigCluster.ts');
  try {
    const cluster = await answeringCluster(file, options.context, answerMs);
    const context = options.context === undefined ? {} : { context: options.context };
    return { kind: 'kubeconfig', file, ...context, label: `${cluster.server} (Kubernetes ${cluster.version})` };
  } catch (error) {
    if (isRequired || !(error instanceof KefError)) throw error;
    return { kind: 'demo', label: `the demo cluster (${error.message})` };
  }
}
