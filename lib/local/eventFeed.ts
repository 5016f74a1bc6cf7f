import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KefError } from '../errors.ts';
import { startRelayProcess } from './relayProcess.ts';
import type { Source } from './source.ts';
import type { ReadyInfo } from './view/view.ts';

/** Where events come from in a local run: a cluster, and the relay that watches it. */
export interface EventFeed {
  /** Rejects when the relay ends by itself; never resolves before `stop`. */
  readonly ended: Promise<void>;
  /** Stops the relay, which flushes what it holds, and the demo cluster. A second call does nothing. */
  stop(): Promise<void>;
}

/** What {@link startFeed} needs. */
export interface EventFeedOptions {
  readonly source: Source;
  readonly api: ReadyInfo;
  /** Pace of the demo cluster. */
  readonly speed: number;
  readonly onWarning: (text: string) => void;
}

/** Starts the demo cluster when that is the source, and the relay. */
export async function startFeed({ source, api, speed, onWarning }: EventFeedOptions): Promise<EventFeed> {
  if (source.kind === 'none') return { ended: new Promise(() => {}), stop: async () => {} };
  const cluster = source.kind === 'demo' ? await startDemo(speed) : undefined;
  const relay = await startRelayProcess({
    api,
    onWarning,
    signals: source.kind === 'demo',
    kubeconfig: cluster?.kubeconfig ?? (source.kind === 'kubeconfig' ? source.file : ''),
    ...(source.kind === 'kubeconfig' && source.context !== undefined ? { context: source.context } : {}),
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    cluster?.stopPlaying();
    await relay.stop();
    await cluster?.close();
  };
  return {
    ended: relay.exited.then((code) => {
      if (stopping) return;
      throw new KefError('Internal', `the relay ended by itself with exit code ${code}; its last words are above`);
    }),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

interface Demo {
  readonly kubeconfig: string;
  stopPlaying(): void;
  close(): Promise<void>;
}

async function startDemo(speed: number): Promise<Demo> {
  const [{ startCluster }, { playScenarios }] = await Promise.all([
    import('./cluster/index.ts'),
    import('./scenarios/index.ts'),
  ]);
  const cluster = await startCluster();
  const directory = await mkdtemp(path.join(tmpdir(), 'kef-demo-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
  const player = playScenarios(cluster, { speed });
  return {
    kubeconfig,
    stopPlaying: () => player.stop(),
    async close() {
      await cluster.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
