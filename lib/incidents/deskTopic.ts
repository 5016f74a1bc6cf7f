import type { Severity } from '../events/severity.ts';
import type { DeskCandidate, DeskState, DigestPublication, Subject, Topic } from './deskState.ts';
import { momentOf, type Stamp, secondsBetween, stampOf } from './members.ts';
import type { Moment } from './moment.ts';
import { publicationId } from './publication.ts';
import type { IncidentSettings } from './settings.ts';
import type { StormObject } from './stormGroup.ts';

/** Seconds in which objects are gathered for the message that names several. */
const gatherSeconds = 60;
const maxNamed = 40;
const maxTopics = 32;

/** Objects of one namespace that people hear of one by one: with the third it is not about one of them any more. */
const singlesInNamespace = 2;

/**
 * Objects of one topic that people hear of one by one before the rest is told in one message. What is critical may be the
 * trouble of several teams at once. Nodes go in groups: with the second one it is about the zone or the node group.
 */
function singlesOf(kind: string, severity: Severity): number {
  if (kind === 'Node') return 1;
  return severity === 'critical' ? 5 : 2;
}

function isOneOfFew(
  { told, single }: Topic,
  { kind, severity, place }: Pick<Subject, 'kind'> & { severity: Severity; place: string },
) {
  const neighbours = single.filter((object) => object.fingerprint.startsWith(place));
  return told === undefined && single.length < singlesOf(kind, severity) && neighbours.length < singlesInNamespace;
}

/** Cluster and namespace of a fingerprint. */
function placeOf(fingerprint: string): string {
  return fingerprint
    .split('/', 2)
    .map((part) => `${part}/`)
    .join('');
}

/** The topic with one more object, and whether people hear of that one by itself. */
export function joinTopic(
  desk: DeskState,
  { topic: name, kind }: Subject,
  candidate: DeskCandidate,
  { windowMs }: IncidentSettings,
): { desk: DeskState; isSingle: boolean } {
  const { id, severity, fingerprint, occurrences, occurrenceKey } = candidate;
  const now = stampOf(candidate);
  const known = desk.topics.find((one) => one.name === name && one.severity === severity);
  const isOver =
    known === undefined || (known.waiting.length === 0 && secondsBetween(known.last, now) * 1000 >= windowMs);
  const topic: Topic = isOver ? { name, severity, single: [], waiting: [], more: 0, last: now } : known;
  const others = desk.topics.filter((one) => one !== known);
  const object: StormObject = { fingerprint, severity, occurrences };
  const isSingle = isOneOfFew(topic, { kind, severity, place: placeOf(fingerprint) });
  const next: Topic = isSingle
    ? { ...topic, last: now, single: [...topic.single, object] }
    : {
        ...topic,
        last: now,
        waiting: topic.waiting.length < maxNamed ? [...topic.waiting, object] : topic.waiting,
        more: topic.more + (topic.waiting.length < maxNamed ? 0 : 1),
        first: topic.first ?? { id, fingerprint, occurrenceKey },
        waitingSince: topic.waitingSince ?? now,
      };
  return { desk: { ...desk, topics: keepTopics([...others, next]) }, isSingle };
}

/** A storm speaks for its namespace, as the message about a topic would; people hear of one of the two in a window. */
export function joinStorm(
  desk: DeskState,
  { topic: name }: Subject,
  { severity, fingerprint, ...candidate }: DeskCandidate,
  { windowMs }: IncidentSettings,
): { desk: DeskState; isHeard: boolean } {
  const now = stampOf(candidate);
  const known = desk.topics.find((one) => one.name === name && one.severity === severity);
  if (known?.told !== undefined && secondsBetween(known.told, now) * 1000 < windowMs) return { desk, isHeard: false };
  const place = placeOf(fingerprint);
  const waiting = (known?.waiting ?? []).filter((object) => !object.fingerprint.startsWith(place));
  const { first, waitingSince, ...rest } = known ?? { name, severity, single: [], more: 0, last: now };
  const isAllSaid = waiting.length === 0;
  const next: Topic = {
    ...rest,
    waiting,
    told: now,
    last: now,
    ...(isAllSaid ? { more: 0 } : { ...(first && { first }), ...(waitingSince && { waitingSince }) }),
  };
  const others = desk.topics.filter((one) => one !== known);
  return { desk: { ...desk, topics: keepTopics([...others, next]) }, isHeard: true };
}

/** What waits to be told is never let go for what has been told; the oldest of those go first. */
function keepTopics(topics: readonly Topic[]): readonly Topic[] {
  const excess = topics.length - maxTopics;
  if (excess <= 0) return topics;
  const leaving = new Set(topics.filter(({ waitingSince }) => waitingSince === undefined).slice(0, excess));
  return topics.filter((topic) => !leaving.has(topic));
}

/** When the message of a topic is due; undefined while nothing waits. */
export function topicDue({ waitingSince, told }: Topic, { windowMs }: IncidentSettings): Stamp | undefined {
  if (waitingSince === undefined) return undefined;
  const gathered = later(waitingSince, gatherSeconds);
  if (told === undefined) return gathered;
  const windowOver = later(told, windowMs / 1000);
  return windowOver.arrivedAt > gathered.arrivedAt ? windowOver : gathered;
}

/**
 * Tells what has waited long enough. Asked before every publication and by the clock in between; whoever asks first, the
 * message is the same.
 *
 * @param now by the clock: epoch milliseconds; by a publication: its moment
 */
export function tellTopics(
  desk: DeskState,
  now: number | Moment,
  settings: IncidentSettings,
): { desk: DeskState; digests: readonly DigestPublication[] } {
  const digests: DigestPublication[] = [];
  const topics = desk.topics.map((topic) => {
    const due = topicDue(topic, settings);
    if (due === undefined || topic.first === undefined || !isReached(due, now)) return topic;
    const digest = digestOf(desk.cluster, topic, topic.first, due);
    digests.push(digest);
    const { first: _first, waitingSince: _since, ...rest } = topic;
    // Named again next time, the first ones would only make the message longer.
    return { ...rest, single: [], waiting: [], more: 0, told: due };
  });
  return digests.length === 0 ? { desk, digests } : { desk: { ...desk, topics }, digests };
}

function digestOf(
  cluster: string,
  { name, severity, single, waiting, more }: Topic,
  sample: NonNullable<Topic['first']>,
  due: Stamp,
): DigestPublication {
  const objects = single.length + waiting.length + more;
  const occurrences = [...single, ...waiting].reduce((sum, object) => sum + object.occurrences, 0);
  return {
    id: publicationId(`${cluster}#${name}#${severity}`, 'event.k8s.storm', sample.id),
    detailType: 'event.k8s.storm',
    fingerprint: sample.fingerprint,
    occurrenceKey: sample.occurrenceKey,
    ...momentOf(due),
    severity,
    notify: true,
    occurrences,
    labels: { objects: String(objects), storm_count: String(objects), notify: 'true' },
    worst: [...waiting, ...single],
    objects,
    sample,
  };
}

function isReached(due: Stamp, now: number | Moment): boolean {
  if (typeof now === 'number') return now >= due.arrivedAt * 1000;
  const reached = stampOf(now);
  return reached.at >= due.at || reached.arrivedAt >= due.arrivedAt;
}

function later({ at, arrivedAt }: Stamp, seconds: number): Stamp {
  return { at: at + seconds, arrivedAt: arrivedAt + seconds };
}
