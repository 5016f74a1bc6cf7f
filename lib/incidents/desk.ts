import { isAtLeast, severityRank } from '../events/severity.ts';
import { appliedToken, arrivalOf } from './appliedKeys.ts';
import {
  type DeskCandidate,
  type DeskState,
  type DigestPublication,
  emptyDesk,
  type Subject,
  subjectOf,
  type ToldTrouble,
} from './deskState.ts';
import { joinStorm, joinTopic, tellTopics, topicDue } from './deskTopic.ts';
import { type Stamp, secondsBetween, stampOf } from './members.ts';
import type { IncidentSettings } from './settings.ts';
import { troubleOf } from './trouble.ts';

/** Which publications people hear of. */
export interface Hearing {
  /** The very object that came in when nothing has to be written; undefined while there is nothing to remember. */
  readonly desk: DeskState | undefined;
  /** Ids of publications that go out without being news for people. */
  readonly hushed: ReadonlySet<string>;
  readonly digests: readonly DigestPublication[];
}

const maxTold = 128;
/** Answers remembered per kind. */
const maxAnswers = 128;
/** Retries come within minutes. One that comes later is judged anew. */
const answersKeptSeconds = 3_600;
const maxLeaving = 64;
/** A drain that has not ended by then was forgotten, and the node is in service as far as people are concerned. */
const leavingSeconds = 2 * 3_600;

/** True for publications the desk has to see: news for people, and what tells that a node is taken out of service. */
export function concernsDesk({ fingerprint, notify, detailType }: DeskCandidate): boolean {
  if (notify) return true;
  const isBeginningOrEnd = detailType === 'event.k8s.received' || detailType === 'event.k8s.resolved';
  return isBeginningOrEnd && isLeaving(subjectOf(fingerprint));
}

/**
 * Decides, in order, what people of one cluster hear of. One object's trouble under another name is no news; nor is the loss
 * of a node that was drained; and what befalls many objects at a time is told in one message that names them.
 */
export function hear(
  desk: DeskState | undefined,
  candidates: readonly DeskCandidate[],
  settings: IncidentSettings,
): Hearing {
  const hushed = new Set<string>();
  const digests: DigestPublication[] = [];
  let current = desk;
  for (const candidate of candidates) {
    const subject = subjectOf(candidate.fingerprint);
    const token = appliedToken(candidate.id, candidate);
    if (current?.passed.includes(token)) continue;
    if (current?.hushed.includes(token)) {
      hushed.add(candidate.id);
      continue;
    }
    const told = tellTopics(current ?? emptyDesk(subject.cluster), candidate, settings);
    digests.push(...told.digests);
    const verdict = judge(told.desk, candidate, subject, settings);
    current = withAnswer(verdict, token);
    if (!verdict.isHeard) hushed.add(candidate.id);
  }
  return { desk: current, hushed, digests };
}

/** What the clock makes due, see {@link tellTopics}. */
export function tellDue(desk: DeskState, now: number, settings: IncidentSettings) {
  return tellTopics(desk, now, settings);
}

/** When the next message is due by the clock, epoch milliseconds; undefined when nothing waits. */
export function deskDueAt(desk: DeskState, settings: IncidentSettings): number | undefined {
  const dues = desk.topics.flatMap((topic) => topicDue(topic, settings)?.arrivedAt ?? []);
  return dues.length === 0 ? undefined : Math.min(...dues) * 1000;
}

interface Verdict {
  readonly desk: DeskState;
  readonly isHeard: boolean;
}

function judge(desk: DeskState, candidate: DeskCandidate, subject: Subject, settings: IncidentSettings): Verdict {
  const now = stampOf(candidate);
  const known = isLeaving(subject) ? withLeaving(desk, candidate, subject.name, now) : desk;
  if (!candidate.notify || candidate.detailType === 'event.k8s.resolved') return { desk: known, isHeard: true };
  if (candidate.detailType === 'event.k8s.storm') return joinStorm(known, subject, candidate, settings);
  if (subject.family === nodeDown && isExpected(known, subject, now, settings)) {
    // The pods of a node whose loss is expected are expected to go, too.
    return { desk: subject.kind === 'Node' ? withTold(known, candidate, subject, now) : known, isHeard: false };
  }
  const told = known.told.find(({ trouble }) => trouble === subject.trouble);
  const isToldStill = told !== undefined && secondsBetween(told.at, now) * 1000 < settings.reopenAfterMs;
  const isWorse = told === undefined || severityRank(candidate.severity) > severityRank(told.severity);
  if (isToldStill && !isWorse) {
    // What an incident itself repeats was decided with that in mind.
    if (told.incident !== subject.incident) return { desk: known, isHeard: false };
    return { desk: withTold(known, candidate, subject, now), isHeard: true };
  }
  const noted = withTold(known, candidate, subject, now);
  if (!isAtLeast(candidate.severity, 'medium')) return { desk: noted, isHeard: true };
  const { desk: next, isSingle } = joinTopic(noted, subject, candidate, settings);
  return { desk: next, isHeard: isSingle };
}

const { family: nodeDown } = troubleOf('NodeNotReady');
const { family: nodeLeaving } = troubleOf('NodeNotSchedulable');

function isLeaving({ kind, family }: Subject): boolean {
  return kind === 'Node' && family === nodeLeaving;
}

/** The loss of a node that was taken out of service, or of pods whose node people know is lost. */
function isExpected(
  { leaving, told }: DeskState,
  { kind, name }: Subject,
  now: Stamp,
  settings: IncidentSettings,
): boolean {
  const since = leaving[name];
  if (kind === 'Node') return since !== undefined && secondsBetween(since, now) < leavingSeconds;
  if (kind !== 'Pod') return false;
  return told.some(({ isNode, at }) => isNode === true && secondsBetween(at, now) * 1000 < settings.reopenAfterMs);
}

function withLeaving(desk: DeskState, { detailType }: DeskCandidate, name: string, now: Stamp): DeskState {
  const { [name]: _, ...others } = desk.leaving;
  if (detailType === 'event.k8s.resolved') return { ...desk, leaving: others };
  return { ...desk, leaving: Object.fromEntries([...Object.entries(others), [name, now]].slice(-maxLeaving)) };
}

function withTold(desk: DeskState, { severity }: DeskCandidate, subject: Subject, at: Stamp): DeskState {
  const { trouble, incident, kind, family } = subject;
  const one: ToldTrouble = {
    trouble,
    incident,
    severity,
    at,
    ...(kind === 'Node' && family === nodeDown ? { isNode: true } : {}),
  };
  return { ...desk, told: [...desk.told.filter((other) => other.trouble !== trouble), one].slice(-maxTold) };
}

function withAnswer({ desk, isHeard }: Verdict, token: string): DeskState {
  const oldest = arrivalOf(token) - answersKeptSeconds;
  const add = (tokens: readonly string[]) =>
    [...tokens.filter((one) => arrivalOf(one) >= oldest), token].slice(-maxAnswers);
  return isHeard ? { ...desk, passed: add(desk.passed) } : { ...desk, hushed: add(desk.hushed) };
}
