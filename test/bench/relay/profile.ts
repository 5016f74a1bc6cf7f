import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { relayBuildOptions } from '../../../lib/relay/bundle.ts';
import type { Results } from '../results.ts';
import { runRound } from './round.ts';
import type { Scenario } from './scenario.ts';

/** A node of V8's profile: a function, how often it was seen at work, and whom it called. */
interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
}

/** Where a function belongs: the first part whose pattern fits its place ("file function") or that of its nearest caller. */
const parts: readonly (readonly [name: string, place: RegExp])[] = [
  ['collecting garbage', /^\(garbage collector\)/],
  ['waiting', /^\(idle\)/],
  ['masking secrets, cutting to size', /lib\/events\/(maskSecrets|redact|secret|eventSize)/],
  ['parsing (JSON.parse of each event)', /lib\/relay\/kubernetes\/eventSource.* parseJson/],
  ['decoding UTF-8', /utf8Slice|(lib\/relay\/kubernetes\/eventSource.* #takeLine$)/],
  ['serialising (JSON.stringify), into the batch', /lib\/relay\/(batchBuilder|textHash)|intake\S* #admit/],
  ['cutting the stream into lines', /lib\/relay\/kubernetes\/lineSplitter/],
  [
    'filter, counts, position',
    /lib\/relay\/(filter|intake|recentCounts|position|relayStats|wireEvent|room|clusterRelay)/,
  ],
  [
    'reading the HTTP stream (a chunk per event)',
    /parserOnBody|socketOnData|parserOnIncomingClient|node:_http_(common|incoming)|node:internal\/streams|watchAttempt|node:net|stream_base/,
  ],
  [
    'keeping order, signing, posting',
    /lib\/relay\/delivery|@smithy|node:_http_(client|outgoing|agent)|lib\/api|node:internal\/crypto/,
  ],
  ['handing batches to gzip', /lib\/relay\/encode|node:zlib/],
];

/** Profiles a burst and says what the main thread's time went to. */
export async function profileBurst(scenario: Scenario): Promise<NonNullable<Results['profile']>> {
  const directory = mkdtempSync(path.join(tmpdir(), 'kef-bench-profile-'));
  try {
    const file = path.join(directory, 'relay.mjs');
    // Readable code of the same modules: a minified file has no places to name.
    await build({ ...relayBuildOptions(file), minify: false, sourcemap: 'external' });
    const script = ['--cpu-prof', '--cpu-prof-interval=250', `--cpu-prof-dir=${directory}`, file];
    await runRound(scenario, { script, endWith: 'SIGTERM' });
    const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload);
    const [name = ''] = readdirSync(directory).filter((one) => one.endsWith('.cpuprofile'));
    const profile = JSON.parse(readFileSync(path.join(directory, name), 'utf8')) as CpuProfile;
    return { measuredAt: new Date().toISOString(), events: scenario.server.burst, ...breakdown(profile, map, file) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function breakdown(
  profile: CpuProfile,
  map: SourceMap,
  file: string,
): { samples: number; parts: { name: string; share: number }[] } {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const callers = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const partOfNode = new Map<number, string>();
  for (const { id } of profile.nodes)
    partOfNode.set(
      id,
      partOf(id, nodes, callers, (node) => placeOf(node, map, file)),
    );
  const counts = new Map<string, number>();
  for (const id of profile.samples) {
    const part = partOfNode.get(id) ?? 'other';
    if (part !== 'waiting') counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  const samples = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    samples,
    parts: [...counts].map(([name, count]) => ({ name, share: count / samples })).toSorted((a, b) => b.share - a.share),
  };
}

/** The part of a function, or of the nearest caller that has one: what V8 and Node do inside belongs to who asked for it. */
function partOf(
  id: number,
  nodes: ReadonlyMap<number, ProfileNode>,
  callers: ReadonlyMap<number, number>,
  place: (node: ProfileNode) => string,
): string {
  for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
    const node = nodes.get(at);
    if (node === undefined) break;
    const text = place(node);
    const found = parts.find(([, pattern]) => pattern.test(text));
    if (found !== undefined) return found[0];
  }
  return 'starting, and everything else';
}

/** "file function", the file as it is named in the sources. */
function placeOf({ callFrame }: ProfileNode, map: SourceMap, file: string): string {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  if (!url.endsWith(path.basename(file))) return `${url} ${functionName}`.trim();
  const entry = map.findEntry(lineNumber, columnNumber);
  return `${'originalSource' in entry ? entry.originalSource : url} ${functionName}`;
}
