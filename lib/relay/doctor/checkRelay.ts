import { access, constants, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { type Finding, findingsOf } from './finding.ts';

/** The parts of a relay's `/status` that are judged here. Loose: relays may be newer or older than this command. */
const clusterSchema = z.looseObject({
  clusterId: z.string(),
  version: z.string().optional(),
  reasons: z.array(z.string()).default([]),
  lagSeconds: z.number().optional(),
  sources: z
    .array(z.looseObject({ scope: z.string(), phase: z.string(), lastByteAt: z.string().optional() }))
    .default([]),
});

const reloadSchema = z.looseObject({ isSuccessful: z.boolean().default(true), error: z.string().optional() });

/** One cluster, or several under `clusters`. */
const statusSchema = z.union([
  z.looseObject({ clusters: z.array(clusterSchema), config: reloadSchema.optional() }),
  clusterSchema.extend({ config: reloadSchema.optional() }),
]);

/** What the checks of a running relay need. */
export interface RelayChecks {
  /** Where its `/status` is, such as `http://127.0.0.1:8080`. */
  readonly statusUrl: string;
  readonly clusterId: string;
  /** A silence longer than this is probed by the relay itself. */
  readonly idleMs: number;
  readonly now: () => number;
}

/** Asks a running relay how it is. That none runs here is no fault. */
export async function checkRelay({ statusUrl, clusterId, idleMs, now }: RelayChecks): Promise<Finding[]> {
  const { ok, warning, failed, skipped } = findingsOf('relay.status');
  const answer = await fetch(new URL('/status', statusUrl), { signal: AbortSignal.timeout(3_000) }).catch(
    () => undefined,
  );
  if (answer === undefined) {
    return [
      skipped(`no relay answers at ${statusUrl}; name one with --status-url (kubectl port-forward deploy/… 8080)`),
    ];
  }
  const parsed = statusSchema.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success) {
    return [
      warning(
        `what answers at ${statusUrl} is no relay`,
        'Another process has the port: change listen, or give --status-url.',
      ),
    ];
  }
  const clusters = clusterList(parsed.data);
  const data = clusters.find((cluster) => cluster.clusterId === clusterId);
  if (data === undefined) {
    const names = clusters.map((cluster) => `'${cluster.clusterId}'`).join(', ');
    const text = `the relay at ${statusUrl} is of cluster ${names}, not '${clusterId}'`;
    return [warning(text, `Name the relay of '${clusterId}' with --status-url, or correct cluster_id.`)];
  }
  const found: Finding[] = [];
  const { config } = parsed.data;
  if (config?.isSuccessful === false) {
    const text = `the relay works with an old configuration; the new one was refused: ${config.error ?? 'see its log'}`;
    found.push(warning(text, 'Correct the file, then reload: kill -HUP, or wait for the chart to restart the pod.'));
  }
  for (const reason of data.reasons)
    found.push(failed(`the relay is not ready: ${reason}`, 'The findings above say why; else see its log.'));
  if (data.reasons.length === 0)
    found.push(ok(`the relay at ${statusUrl} is ready (version ${data.version ?? 'unknown'})`));
  for (const source of data.sources) found.push(checkStream(source, idleMs, now()));
  if ((data.lagSeconds ?? 0) > 60) {
    const lag = Math.round(data.lagSeconds ?? 0);
    found.push(
      warning(`the oldest unacknowledged event waits for ${lag} s`, 'The API is slow or refuses: see api in /status.'),
    );
  }
  return found;
}

function clusterList(status: z.infer<typeof statusSchema>): readonly z.infer<typeof clusterSchema>[] {
  // A union of loose objects: what has no list is a cluster itself.
  return 'clusters' in status && Array.isArray(status.clusters) ? status.clusters : [clusterSchema.parse(status)];
}

function checkStream(
  source: { scope: string; phase: string; lastByteAt?: string | undefined },
  idleMs: number,
  now: number,
): Finding {
  const { ok, failed } = findingsOf('relay.stream');
  const silent =
    source.lastByteAt === undefined ? undefined : Math.round((now - Date.parse(source.lastByteAt)) / 1_000);
  const since = silent === undefined ? 'nothing was ever read' : `last byte ${silent} s ago`;
  const text = `stream of ${source.scope}: ${source.phase}, ${since}`;
  // Twice the deadline and the time of a probe: a living relay has read something by then, if only the answer to its probe.
  const isDead = silent === undefined || silent * 1_000 > idleMs * 2 + 30_000;
  return isDead ? failed(text, 'The relay cannot read from the API server: see lastError in /status.') : ok(text);
}

/** Where refused events go must be a place that can be written. */
export function checkDeadLetters(file: string): Promise<Finding> {
  const fix = 'Name a writable place with dead_letter_file; until then refused events are only in the log.';
  return checkPlace('relay.dead-letters', 'dead letters go to', file, fix);
}

/** So must the place of batches that wait for the API. */
export function checkSpool(directory: string): Promise<Finding> {
  const fix = 'Name a writable place with spool_dir; until then an outage of the API is bridged from memory only.';
  return checkPlace('relay.spool', 'waiting batches go to', path.join(directory, 'batch'), fix);
}

async function checkPlace(check: string, what: string, file: string, fix: string): Promise<Finding> {
  const { ok, warning } = findingsOf(check);
  try {
    const directory = await nearestDirectory(path.dirname(path.resolve(file)));
    await access(directory, constants.W_OK);
    const { bavail, bsize } = await statfs(directory);
    const megabytes = Math.floor((bavail * bsize) / 1024 ** 2);
    if (megabytes < 32) return warning(`${what} ${file}, where ${megabytes} MB are left`, fix);
    return ok(`${what} ${file}`);
  } catch (error) {
    return warning(`${what} ${file}, which cannot be: ${error instanceof Error ? error.message : String(error)}`, fix);
  }
}

/** The directory itself, or the one it would be made in. */
async function nearestDirectory(directory: string): Promise<string> {
  const stats = await stat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && directory !== path.dirname(directory)) return undefined;
    throw error;
  });
  if (stats === undefined) return nearestDirectory(path.dirname(directory));
  if (!stats.isDirectory()) throw new Error(`${directory} is no directory`);
  return directory;
}
