import type { DynamoDBRecord } from 'aws-lambda';
import { isAtLeast } from '../../lib/events/severity.ts';
import { maxDebts, mustPay } from '../../lib/incidents/debt.ts';
import type { IncidentState } from '../../lib/incidents/incidentState.ts';
import type { IncidentSettings } from '../../lib/incidents/settings.ts';
import { eachLimited } from '../../lib/store/retry.ts';
import type { DueDebt } from './admitDebts.ts';
import { applyOccurrences } from './applyOccurrences.ts';
import { cutBatch, groupByFingerprint } from './cutBatch.ts';
import { payDebts } from './payDebts.ts';
import { type RoutedRecord, readRecord } from './readRecord.ts';
import { lookAtClock } from './routeClock.ts';
import type { RoutedOccurrence } from './routedOccurrence.ts';
import { noCounts, type RouteCounts, type RoutePorts } from './routePorts.ts';

/** Writes in flight at once. */
const parallelWrites = 10;

/** What became of a batch. */
export interface RouteResult {
  /** Places of the records that have to be delivered again, ascending. */
  readonly failed: readonly number[];
  /** Places among those that can never be decoded. */
  readonly poison: readonly number[];
  readonly counts: RouteCounts;
}

/**
 * Routes one batch of the History stream, and tells what becomes due meanwhile. For each fingerprint: decide, write state
 * and debts in one conditional step; then ask the storm guard, publish, and clear the debts the bus confirmed. Whatever
 * step it stops at, delivering the batch again finishes exactly what was left: applied occurrences decide nothing new, and
 * what is owed is in the table.
 */
export async function routeBatch(
  records: readonly DynamoDBRecord[],
  ports: RoutePorts,
  settings: IncidentSettings,
): Promise<RouteResult> {
  const counts = noCounts();
  const { routed, poison } = readRecords(records, ports, settings);
  const failed = new Set<number>(poison);
  const all = routed.flatMap(({ index, stored, occurrences }) =>
    occurrences
      // What can open no incident is not worth reading one for: most good news is informative itself.
      .filter(({ isRecovery, severity }) => isRecovery === true || isAtLeast(severity, settings.openFrom))
      .map((occurrence): RoutedOccurrence => ({ index, occurrence, stored })),
  );
  let rest: readonly RoutedOccurrence[] = all;
  while (rest.length > 0) {
    const retried = all.filter(({ index }) => failed.has(index));
    const timely: number = await lookAtClock(rest, retried, settings, ports, counts);
    const states = await readStates(rest.slice(0, timely), ports);
    if (states === undefined) break;
    const cut: number = cutBatch(rest.slice(0, timely), states, settings);
    const broken = await routeSlice(rest.slice(0, cut), rest, states, { ports, settings, failed, counts });
    // Later occurrences of an incident must not overtake an earlier one that could not be applied.
    for (const { index, occurrence } of rest.slice(cut)) if (broken.has(occurrence.fingerprint)) failed.add(index);
    rest = rest.slice(cut).filter(({ occurrence }) => !broken.has(occurrence.fingerprint));
  }
  for (const { index } of rest) failed.add(index);
  return { failed: [...failed].sort((a, b) => a - b), poison, counts };
}

interface Slice {
  readonly ports: RoutePorts;
  readonly settings: IncidentSettings;
  readonly failed: Set<number>;
  readonly counts: RouteCounts;
}

/** Returns the fingerprints that could not be applied or settled. */
async function routeSlice(
  slice: readonly RoutedOccurrence[],
  rest: readonly RoutedOccurrence[],
  states: ReadonlyMap<string, IncidentState>,
  { ports, settings, failed, counts }: Slice,
): Promise<ReadonlySet<string>> {
  const broken = new Map<string, number>();
  const due: DueDebt[] = [];
  // A slice of nothing: some incident is full of debts and has to be cleared before it can go on.
  const groups = groupByFingerprint(slice.length === 0 ? rest : slice);
  await eachLimited([...groups], parallelWrites, async ([fingerprint, work]) => {
    try {
      const before = states.get(fingerprint);
      const state = slice.length === 0 ? before : await applyOccurrences(work, before, settings, ports, counts);
      if (state !== undefined) due.push(...dueDebts(state, work, ports.pace.now()));
    } catch (error) {
      ports.onFailure(`deciding about ${fingerprint}`, error);
      broken.set(fingerprint, Math.min(...work.map(({ index }) => index)));
      for (const { index } of work) failed.add(index);
    }
  });
  // Parallel writes end in any order; the guard sees stream order.
  due.sort((a, b) => a.index - b.index);
  const unpaid = await payDebts(due, broken, settings, ports, counts);
  for (const { fingerprint, index } of unpaid) {
    if (index >= 0) failed.add(index);
    broken.set(fingerprint, index);
  }
  return new Set(broken.keys());
}

function dueDebts(state: IncidentState, work: readonly RoutedOccurrence[], now: number): DueDebt[] {
  const places = new Map(work.map(({ occurrence, index }) => [occurrence.key, index]));
  const keys = new Set(places.keys());
  const isFull = state.owed.length > maxDebts;
  return state.owed
    .filter((debt) => isFull || mustPay(debt, keys, now))
    .map((debt) => ({ fingerprint: state.fingerprint, debt, index: places.get(debt.occurrenceKey) ?? -1 }));
}

async function readStates(rest: readonly RoutedOccurrence[], ports: RoutePorts) {
  try {
    return await ports.incidents.getMany([...groupByFingerprint(rest).keys()]);
  } catch (error) {
    ports.onFailure('reading incidents', error);
    return undefined;
  }
}

function readRecords(records: readonly DynamoDBRecord[], ports: RoutePorts, settings: IncidentSettings) {
  const routed: RoutedRecord[] = [];
  const poison: number[] = [];
  for (const [index, record] of records.entries()) {
    try {
      routed.push(readRecord(record, index, settings));
    } catch (error) {
      ports.onFailure(`decoding stream record ${record.dynamodb?.SequenceNumber ?? index}`, error);
      poison.push(index);
    }
  }
  return { routed, poison };
}
