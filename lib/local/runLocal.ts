import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StandardEvent } from '../events/standardEvent.ts';
import { type EventFeed, startFeed } from './eventFeed.ts';
import type { LocalCloud } from './localCloud.ts';
import type { LocalEvent } from './localEvent.ts';
import { chooseSource } from './source.ts';
import { startLocalCloud } from './startLocalCloud.ts';
import { synthesize } from './synth.ts';
import { TallyKeeper } from './tally.ts';
import { jsonView } from './view/jsonView.ts';
import { liveView } from './view/liveView.ts';
import { plainView } from './view/plainView.ts';
import type { LocalView, ReadyInfo } from './view/view.ts';

/** Options of `kef local`, as the command line has parsed them. */
export interface LocalOptions {
  readonly port: number;
  readonly source: 'auto' | 'demo' | 'kubeconfig' | 'none';
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly clusterId: string;
  readonly data?: string;
  readonly speed: number;
  readonly json?: boolean;
}

/** What `cdk deploy` would take: settings, rules and windows are the same here. */
const configFile = 'kef.config.yaml';

const tickMs = 500;

/** Longest the end of a run waits for what is under way. */
const drainMs = 20_000;

/**
 * Runs the synthesized stack here until SIGINT or SIGTERM: emulated AWS, the bundled functions, and the real relay watching
 * the chosen cluster. Then drains and prints the totals.
 *
 * @throws KefError when the options, the kubeconfig or the stack's configuration cannot be used
 */
export async function runLocal(options: LocalOptions): Promise<void> {
  const view = chooseView(options);
  const stopped = stopRequest();
  const source = await chooseSource(options);
  view.progress('Synthesizing the stacks (a few seconds the first time, and after changes) …');
  const { cdkOut } = await synthesize({
    clusterId: options.clusterId,
    cacheDir: cacheDirectory(),
    ...(existsSync(configFile) ? { configFile } : {}),
  });
  const cloud = await startLocalCloud({
    cdkOut,
    clusterId: options.clusterId,
    port: options.port,
    ...(options.data === undefined ? {} : { dataDir: options.data }),
  });
  const keeper = new TallyKeeper();
  cloud.on((event) => observe(event, keeper, view));
  let feed: EventFeed | undefined;
  try {
    const info = readyInfo(cloud);
    view.ready(info, source.label);
    feed = await startFeed({ source, api: info, speed: options.speed, onWarning: (text) => view.warn(text) });
    const ticker = setInterval(() => view.tick(keeper.current()), tickMs);
    await Promise.race([stopped, feed.ended]);
    clearInterval(ticker);
    await feed.stop();
    await Promise.race([cloud.drain(), delay(drainMs, undefined, { ref: false })]);
  } finally {
    await feed?.stop();
    await cloud.close();
    view.finish(keeper.current());
  }
}

/** Assemblies are kept per user, not per clone: they are found by the hash of what went into them. */
function cacheDirectory(): string {
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'kube-event-forwarder');
}

function chooseView(options: LocalOptions): LocalView {
  if (options.json) return jsonView(process.stdout, process.stderr);
  return process.stdout.isTTY ? liveView(process.stdout) : plainView(process.stdout);
}

function readyInfo({ url, clusterId, region, accessKeyId, secretAccessKey }: LocalCloud): ReadyInfo {
  return { url, clusterId, region, accessKeyId, secretAccessKey };
}

/** Turns what the emulated services report into counts and lines for people. */
function observe(event: LocalEvent, keeper: TallyKeeper, view: LocalView): void {
  switch (event.type) {
    case 'answered':
      if (event.route.startsWith('POST ') && event.status === 200) {
        // Our own ingest function answered: its contract is { accepted, rejected }.
        const answer = JSON.parse(event.body) as { accepted: number; rejected: unknown[] };
        keeper.answered(answer.accepted, answer.rejected.length);
      }
      break;
    case 'stored':
      keeper.stored(event.count);
      break;
    case 'streamed':
      keeper.streamed(event.count);
      break;
    case 'routed':
      keeper.decided(event.count);
      break;
    case 'published': {
      // Route renders every Detail from a StandardEvent; other producers may use the bus, and are shown as they are.
      if (event.entry.Source !== 'kubernetes') break;
      const detail = JSON.parse(event.entry.Detail) as StandardEvent;
      keeper.published(event.entry.DetailType, detail);
      view.published(event.entry, detail);
      break;
    }
    case 'notified':
      keeper.notified();
      view.notified(event);
      break;
    case 'dead-letter':
      if (event.source === 'stream') keeper.decided(event.count);
      view.warn(`gave up ${event.count} of ${event.name}: ${event.reason} → ${event.destination ?? 'nowhere'}`);
      break;
    case 'invoked':
      if (event.error !== undefined) view.warn(`${event.function} failed: ${event.error}`);
      break;
    case 'warning':
      view.warn(event.text);
      break;
    default:
      break;
  }
}

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process without draining. */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
      asked = true;
      resolve();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}
