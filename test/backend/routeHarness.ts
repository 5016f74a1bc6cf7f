import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { EventBridgeBus } from '../../functions/route/EventBridgeBus.ts';
import { type RouteResult, routeBatch } from '../../functions/route/routeBatch.ts';
import type { IncidentsPort, RoutePorts } from '../../functions/route/routePorts.ts';
import { tellDue } from '../../functions/route/tellDue.ts';
import { classify } from '../../lib/events/classify.ts';
import { readEvent } from '../../lib/events/readEvent.ts';
import { builtInRules } from '../../lib/events/rules.ts';
import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import { defaultIncidentSettings, type IncidentSettings } from '../../lib/incidents/settings.ts';
import { toHistoryItem } from '../../lib/store/historyItem.ts';
import type { Pace } from '../../lib/store/retry.ts';

/** Time zero of the tests. */
export const startedAt = Date.parse('2026-11-20T10:00:00Z');
export const second = 1_000;
export const minute = 60 * second;

/** What to vary in a {@link streamRecord}. */
export interface RecordParts {
  readonly pod?: string;
  readonly namespace?: string;
  readonly count?: number;
  readonly uid?: string;
  readonly reason?: string;
  readonly type?: string;
  readonly message?: string;
  readonly backlog?: boolean;
}

let sequence = 100_000;

/** A record of the History stream: an event of one pod, `ms` after time zero. */
export function streamRecord(ms: number, parts: RecordParts = {}): DynamoDBRecord {
  const { pod = 'web-7d9', namespace = 'shop', count = 1, reason = 'FailedMount', type = 'Warning' } = parts;
  const time = new Date(startedAt + ms).toISOString();
  const raw = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod}.1`, namespace, uid: parts.uid ?? `uid-${pod}-${reason}` },
    involvedObject: { kind: 'Pod', name: pod, namespace, uid: `pod-${pod}` },
    reason,
    type,
    message: parts.message ?? 'MountVolume.SetUp failed for volume "config"',
    count,
    firstTimestamp: new Date(startedAt).toISOString(),
    lastTimestamp: time,
    source: { component: 'kubelet', host: 'node-1' },
  };
  const record = readEvent(raw);
  const item = toHistoryItem({
    cluster: 'prod',
    record,
    classification: classify(record, builtInRules, 'prod'),
    raw,
    backlog: parts.backlog ?? false,
    retentionDays: 30,
  });
  sequence += 1;
  return {
    eventID: String(sequence),
    eventName: 'INSERT',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor((startedAt + ms) / 1000) + 2,
      SequenceNumber: String(sequence),
      NewImage: toImage(item),
    },
  };
}

/** Attributes as Lambda delivers them: binary as base64 text. */
function toImage(item: object): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { S: String(value) };
}

/** An entry as the fake EventBridge received it. */
export interface ReceivedEntry {
  readonly detailType: string;
  readonly time: Date;
  readonly detail: StandardEvent;
}

/** How a step of the world fails: with an error that is caught, or together with the whole function. */
export type Fault = 'error before' | 'error after' | 'crash before' | 'crash after';

/** Thrown by every call after the function died. */
class Dead extends Error {
  override readonly name = 'Dead';
}

/** The world around `route`, whose every call can be made to fail before or after it took effect. */
export class FaultyWorld {
  readonly entries: ReceivedEntry[] = [];
  readonly failures: string[] = [];
  /** Names of the calls made, in order. */
  readonly steps: string[] = [];
  readonly settings: IncidentSettings;
  now = startedAt + 10 * second;
  readonly #incidents: IncidentsPort;
  #fault: { at: number; kind: Fault } | undefined;
  #isDead = false;

  constructor(incidents: IncidentsPort, settings: Partial<IncidentSettings> = {}) {
    this.#incidents = incidents;
    this.settings = { ...defaultIncidentSettings, ...settings };
  }

  /** Makes one call fail, by its place in the order of calls. */
  failAt(at: number, kind: Fault): this {
    this.#fault = { at, kind };
    return this;
  }

  /** Delivers records as Lambda does: again from the lowest failed one until none fails, whole after a crash. */
  async deliver(records: readonly DynamoDBRecord[]): Promise<void> {
    let rest = records;
    for (let attempt = 0; rest.length > 0; attempt += 1) {
      if (attempt > 20) throw new Error(`records never get through: ${this.failures.slice(-3).join('; ')}`);
      const result = await this.invoke(rest);
      if (result === 'crashed') continue;
      const lowest = result.failed[0];
      rest = lowest === undefined ? [] : rest.slice(lowest);
    }
  }

  /** One invocation of the function. */
  async invoke(records: readonly DynamoDBRecord[]): Promise<RouteResult | 'crashed'> {
    this.#isDead = false;
    const result = await routeBatch(records, this.#ports(), this.settings);
    return this.#isDead ? 'crashed' : result;
  }

  /** Lets the clock run, minute by minute, and the function look at what is due; it may die at that, too. */
  async pass(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(end, this.now + minute);
      this.#isDead = false;
      await tellDue(this.#ports(), this.settings, this.now).catch((error: unknown) =>
        this.#note('telling what is due', error),
      );
    }
  }

  /** `received! medium`, with `!` for what notifies, in order. */
  told(): string[] {
    return this.entries.map(({ detailType, detail }) => {
      return `${detailType.slice('event.k8s.'.length)}${detail.labels.notify === 'true' ? '!' : ''} ${detail.severity}`;
    });
  }

  #note = (doing: string, error: unknown) => {
    this.failures.push(`${doing}: ${String(error)}`);
  };

  async #step<T>(name: string, effect: () => Promise<T> | T): Promise<T> {
    if (this.#isDead) throw new Dead();
    const place = this.steps.push(name) - 1;
    const kind = this.#fault?.at === place ? this.#fault.kind : undefined;
    if (kind === 'crash before') this.#isDead = true;
    if (kind?.endsWith('before')) throw new Error(`${name}: ${kind}`);
    const result = await effect();
    if (kind === 'crash after') this.#isDead = true;
    if (kind?.endsWith('after')) throw new Error(`${name}: ${kind}`);
    return result;
  }

  #ports(): RoutePorts {
    return { incidents: this.#port(), bus: this.#bus(), pace: this.#pace(), onFailure: this.#note };
  }

  #port(): IncidentsPort {
    const table = this.#incidents;
    return {
      getMany: (fingerprints) => this.#step('getMany', () => table.getMany(fingerprints)),
      putDecision: (state, version) => this.#step('putDecision', () => table.putDecision(state, version)),
      clearOwed: (fingerprint, ids) => this.#step('clearOwed', () => table.clearOwed(fingerprint, ids)),
      getStorms: (groups) => this.#step('getStorms', () => table.getStorms(groups)),
      putStorm: (state, version) => this.#step('putStorm', () => table.putStorm(state, version)),
      clearStormOwed: (group, ids) => this.#step('clearStormOwed', () => table.clearStormOwed(group, ids)),
      getDesks: (clusters) => this.#step('getDesks', () => table.getDesks(clusters)),
      putDesk: (desk, version) => this.#step('putDesk', () => table.putDesk(desk, version)),
      clearDeskOwed: (cluster, ids) => this.#step('clearDeskOwed', () => table.clearDeskOwed(cluster, ids)),
      due: {
        put: (note) => this.#step('due.put', () => table.due.put(note)),
        until: (now) => this.#step('due.until', () => table.due.until(now)),
        remove: (note) => this.#step('due.remove', () => table.due.remove(note)),
      },
    };
  }

  #bus(): EventBridgeBus {
    const send = async ({ input }: PutEventsCommand) =>
      this.#step('putEvents', () => {
        const requested = input.Entries ?? [];
        for (const { DetailType = '', Detail = '{}', Time = new Date(0) } of requested) {
          this.entries.push({ detailType: DetailType, time: Time, detail: JSON.parse(Detail) as StandardEvent });
        }
        return { FailedEntryCount: 0, Entries: requested.map((_, index) => ({ EventId: `event-${index}` })) };
      });
    return new EventBridgeBus({
      client: { send } as unknown as EventBridgeClient, // only PutEvents is sent
      busName: 'bus',
      onFailure: ({ code, message }) => this.failures.push(`putEvents: ${code} ${message}`),
      pace: { sleep: async () => undefined, random: () => 0 },
    });
  }

  #pace(): Pace {
    return { now: () => this.now, sleep: async () => undefined, random: () => 0 };
  }
}
