import { classify } from '../../lib/events/classify.ts';
import type { EventRecord } from '../../lib/events/eventRecord.ts';
import { parseFingerprint } from '../../lib/events/fingerprint.ts';
import { readEvent } from '../../lib/events/readEvent.ts';
import { builtInRules } from '../../lib/events/rules.ts';
import { type Severity, severityRank } from '../../lib/events/severity.ts';
import type { Publication } from '../../lib/incidents/publication.ts';
import { replayEvents } from '../../lib/incidents/replay.ts';
import { isNotified } from '../../lib/incidents/replayTotals.ts';
import { defaultIncidentSettings } from '../../lib/incidents/settings.ts';
import type { StormPublication } from '../../lib/incidents/storm.ts';
import { aboutMatcher, type Subject } from './about.ts';
import type { CorpusLine, Expanded } from './expand.ts';
import type { Expectation, Wanted } from './schema.ts';
import { isLike, type World } from './world.ts';

/** A publication, as somebody who listens gets it. */
export interface Told {
  /** Milliseconds after the start of the scenario. */
  readonly after: number;
  readonly publication: Publication | StormPublication;
  readonly record: EventRecord;
  /** The objects it names: its own, and those a storm lists. */
  readonly subjects: readonly Subject[];
}

/** What became of one wanted message. */
export interface WantedResult {
  readonly wanted: Wanted;
  readonly verdict: 'told' | 'late' | 'too quiet' | 'missing' | 'not needed';
  readonly first?: Told;
}

/** A page that should not have been. */
export interface UnwantedMessage {
  readonly told: Told;
  readonly why: string;
}

/** An event class whose severity is not the expected one. */
export interface Disagreement {
  readonly expected: readonly Severity[];
  readonly got: Severity;
  readonly record: EventRecord;
  readonly rule: string;
}

/** How the product did in one scenario. */
export interface Score {
  readonly name: string;
  readonly kind: Expanded['scenario']['kind'];
  readonly eventsIn: number;
  /** Events without the healthy background. */
  readonly troubleIn: number;
  /** Publications of any kind. */
  readonly publications: number;
  /** What pages: news for people, high or worse. */
  readonly pages: readonly Told[];
  readonly wanted: readonly WantedResult[];
  readonly unwanted: readonly UnwantedMessage[];
  /** Classes of events, by what is expected of them and what they are. */
  readonly classes: ReadonlyMap<string, Disagreement | undefined>;
  /** Events that no expectation covers: a gap in the corpus. */
  readonly unlabelled: readonly string[];
}

/** Replays a scenario and holds the outcome against its labels. */
export async function scoreScenario(expanded: Expanded, settings = defaultIncidentSettings): Promise<Score> {
  const { name, scenario, lines, start } = expanded;
  const told: Told[] = [];
  const inputs = lines.map(({ object, receivedAt }) => ({ raw: object, receivedAt }));
  for await (const { record, published, receivedAt } of replayEvents(inputs, {
    cluster: 'corpus',
    rules: builtInRules,
    settings,
  })) {
    if (record === undefined) throw new Error(`corpus: ${name} holds an event that cannot be read`);
    for (const publication of published) {
      told.push({ after: receivedAt - start, publication, record, subjects: subjectsOf(publication, record) });
    }
  }
  const pages = told.filter(({ publication }) => isNotified(publication));
  const wanted = scenario.wanted.map((one) => resultOf(one, told, expanded.world));
  return {
    name,
    kind: scenario.kind,
    eventsIn: lines.length,
    troubleIn: lines.filter(({ background }) => !background).length,
    publications: told.length,
    pages,
    wanted,
    unwanted: unwantedOf(pages, expanded),
    ...agreementOf(lines, expanded.expectations),
  };
}

function subjectsOf(publication: Publication | StormPublication, record: EventRecord): Subject[] {
  const fingerprints = [
    publication.fingerprint,
    ...('worst' in publication ? publication.worst.map((one) => one.fingerprint) : []),
  ];
  return fingerprints.map((fingerprint) => {
    const { namespace, kind, name, effectiveReason } = parseFingerprint(fingerprint);
    return { namespace, kind, name, reasons: [effectiveReason, record.reason] };
  });
}

function resultOf(wanted: Wanted, told: readonly Told[], world: World): WantedResult {
  const isAbout = aboutMatcher(wanted.about, world);
  const about = told.filter(({ subjects }) => subjects.some(isAbout));
  const isResolution = wanted.kind === 'resolved';
  const floor = Math.min(...wanted.severity.map(severityRank));
  const first = about.find(({ publication: { detailType, notify, severity } }) =>
    isResolution ? detailType === 'event.k8s.resolved' : notify && severityRank(severity) >= floor,
  );
  const nearest = first ?? about[0];
  const result = { wanted, ...(nearest === undefined ? {} : { first: nearest }) };
  if (first !== undefined && first.after <= wanted.by) return { ...result, verdict: 'told' };
  if (wanted.optional) return { ...result, verdict: 'not needed' };
  if (first !== undefined) return { ...result, verdict: 'late' };
  return { ...result, verdict: about.length > 0 && !isResolution ? 'too quiet' : 'missing' };
}

/** Pages about nothing anybody wanted, louder than wanted, or once too often. */
function unwantedOf(pages: readonly Told[], { scenario, world }: Expanded): UnwantedMessage[] {
  const wanted = scenario.wanted
    .filter(({ kind }) => kind === 'news')
    .map((one) => ({
      one,
      isAbout: aboutMatcher(one.about, world),
      ceiling: Math.max(...one.severity.map(severityRank)),
      count: 0,
    }));
  const named = scenario.unwanted.map(({ why, about }) => ({ why, isAbout: aboutMatcher(about, world) }));
  return pages.flatMap((told): UnwantedMessage[] => {
    const matches = wanted.filter(({ isAbout }) => told.subjects.some(isAbout));
    if (matches.length === 0) {
      const why = named.find(({ isAbout }) => told.subjects.some(isAbout))?.why ?? 'nobody asked for it';
      return [{ told, why }];
    }
    const rank = severityRank(told.publication.severity);
    const match = matches.find(({ count, one, ceiling }) => count < one.atMost && rank <= ceiling) ?? matches[0];
    if (match === undefined) return [];
    match.count += 1;
    if (rank > match.ceiling) return [{ told, why: `louder than wanted: "${match.one.tell}"` }];
    return match.count > match.one.atMost ? [{ told, why: `once too often: "${match.one.tell}"` }] : [];
  });
}

function agreementOf(
  lines: readonly CorpusLine[],
  expectations: readonly Expectation[],
): Pick<Score, 'classes' | 'unlabelled'> {
  const classes = new Map<string, Disagreement | undefined>();
  const unlabelled = new Set<string>();
  for (const { object } of lines) {
    const record = readEvent(structuredClone(object));
    const label = `${record.component} ${record.type} ${record.reason} ${record.regarding.kind}`;
    const expectation = expectations.find((one) => isExpected(one, record));
    if (expectation === undefined) {
      unlabelled.add(`${label}: ${record.message.slice(0, 100)}`);
      continue;
    }
    const { severity: got, rule } = classify(record, builtInRules, 'corpus');
    const isAgreed = expectation.is.includes(got);
    const key = `${label} ${expectation.says ?? ''}`;
    if (!isAgreed || !classes.has(key))
      classes.set(key, isAgreed ? undefined : { expected: expectation.is, got, record, rule });
  }
  return { classes, unlabelled: [...unlabelled] };
}

function isExpected(expectation: Expectation, record: EventRecord): boolean {
  const { reason, by, kind, type, says } = expectation;
  return (
    isLike(record.reason, reason) &&
    (by === undefined || by === record.component) &&
    (kind === undefined || kind === record.regarding.kind) &&
    (type === undefined || type === record.type) &&
    (says === undefined || record.message.includes(says))
  );
}
