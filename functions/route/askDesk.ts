import { KefError } from '../../lib/errors.ts';
import type { OwedPublication } from '../../lib/incidents/debt.ts';
import { deskDueAt, hear, tellDue } from '../../lib/incidents/desk.ts';
import type { DeskState, DigestPublication, TopicSample } from '../../lib/incidents/deskState.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { fullJitter } from '../../lib/store/retry.ts';
import { type BusEntry, packEntry, unpackEntry } from './busEntry.ts';
import { renderDigestEntry } from './renderDigest.ts';
import type { RouteCounts, RoutePorts } from './routePorts.ts';

/** A debt that is about to be published. */
export interface Payable {
  readonly fingerprint: string;
  readonly debt: OwedPublication;
}

/** What the desk of one cluster said. */
export interface DeskAnswer {
  /** Ids of publications that go out without being news for people. */
  readonly hushed: ReadonlySet<string>;
  /** Messages about many objects, to be published now. */
  readonly digests: readonly OwedPublication[];
}

const maxAttempts = 8;

/**
 * Asks the desk of a cluster about publications, in order, and writes down its answers together with the messages it now owes.
 *
 * @throws KefError `StoreUnavailable`; none of them may be published then
 */
export async function askDesk(
  cluster: string,
  payables: readonly Payable[],
  first: DeskState | undefined,
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<DeskAnswer> {
  const candidates = payables.map(({ debt, fingerprint }) => ({ ...debt, fingerprint }));
  let hushed: ReadonlySet<string> = new Set();
  const digests = await changeDesk(cluster, first, payables, settings, ports, counts, (desk) => {
    const hearing = hear(desk, candidates, settings);
    hushed = hearing.hushed;
    return hearing;
  });
  return { hushed, digests };
}

/** Lets a desk tell what has gathered long enough by the clock. */
export async function tellDesk(
  desk: DeskState,
  until: number,
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
): Promise<readonly OwedPublication[]> {
  return changeDesk(desk.cluster, desk, [], settings, ports, counts, (current) =>
    current === undefined ? { desk: current, digests: [] } : tellDue(current, until, settings),
  );
}

async function changeDesk(
  cluster: string,
  first: DeskState | undefined,
  payables: readonly Payable[],
  settings: IncidentSettings,
  ports: RoutePorts,
  counts: RouteCounts,
  change: (desk: DeskState | undefined) => {
    readonly desk: DeskState | undefined;
    readonly digests: readonly DigestPublication[];
  },
): Promise<readonly OwedPublication[]> {
  let state = first;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (attempt > 0) {
      counts.conflicts += 1;
      await ports.pace.sleep(fullJitter(attempt - 1, ports.pace.random, 10, 500));
      state = (await ports.incidents.getDesks([cluster])).get(cluster);
    }
    const changed = change(state);
    if (changed.desk === undefined || changed.desk === state) return [];
    const now = ports.pace.now();
    const owed = changed.digests.flatMap((digest) => oweDigest(digest, payables, now));
    const next = withSamples({ ...changed.desk, owed: [...changed.desk.owed, ...owed] }, payables);
    await noteDue(state, next, settings, ports, now);
    if ((await ports.incidents.putDesk(next, state?.version ?? 0)) === 'written') return owed;
  }
  throw new KefError(
    'StoreUnavailable',
    `The desk of ${cluster} is being written by too many at once: ${maxAttempts} attempts lost; it is tried again later.`,
  );
}

/** Before the desk is written, so that nothing it gathers can be forgotten. */
async function noteDue(
  before: DeskState | undefined,
  after: DeskState,
  settings: IncidentSettings,
  { incidents }: RoutePorts,
  now: number,
): Promise<void> {
  // What it owes is paid at once; should that fail, only a note brings somebody back to it.
  if (after.owed.length > (before?.owed.length ?? 0))
    await incidents.due.put({ at: now, kind: 'desk', id: after.cluster });
  const at = deskDueAt(after, settings);
  if (at === undefined || (before !== undefined && deskDueAt(before, settings) === at)) return;
  await incidents.due.put({ at, kind: 'desk', id: after.cluster });
}

function oweDigest(digest: DigestPublication, payables: readonly Payable[], now: number): OwedPublication[] {
  const sample = sampleEntry(digest.sample, payables);
  if (sample === undefined) return []; // a sample is kept with its entry, or is among the payables
  const {
    labels: _labels,
    fingerprint: _fingerprint,
    worst: _worst,
    objects: _objects,
    sample: _sample,
    ...debt
  } = digest;
  const entry = renderDigestEntry(digest, sample, new Date(now).toISOString());
  return [{ ...debt, since: now, entry: packEntry(entry) }];
}

/** Keeps the entries of what waits, for when their records are long gone. */
function withSamples(desk: DeskState, payables: readonly Payable[]): DeskState {
  const topics = desk.topics.map((topic) => {
    if (topic.first === undefined || topic.first.entry !== undefined) return topic;
    const entry = payableOf(topic.first, payables)?.debt.entry;
    return entry === undefined ? topic : { ...topic, first: { ...topic.first, entry } };
  });
  return { ...desk, topics };
}

function sampleEntry(sample: TopicSample, payables: readonly Payable[]): BusEntry | undefined {
  const packed = sample.entry ?? payableOf(sample, payables)?.debt.entry;
  return packed === undefined ? undefined : unpackEntry(packed);
}

function payableOf({ id }: TopicSample, payables: readonly Payable[]): Payable | undefined {
  return payables.find(({ debt }) => debt.id === id);
}
