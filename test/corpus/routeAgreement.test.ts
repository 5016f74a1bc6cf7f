import type { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { acceptEvents } from '../../functions/ingest/acceptEvents.ts';
import { EventBridgeBus } from '../../functions/route/EventBridgeBus.ts';
import { routeBatch } from '../../functions/route/routeBatch.ts';
import { tellDue } from '../../functions/route/tellDue.ts';
import { builtInRules } from '../../lib/events/rules.ts';
import { replayEvents } from '../../lib/incidents/replay.ts';
import { defaultIncidentSettings } from '../../lib/incidents/settings.ts';
import { memoryIncidents } from '../backend/memoryIncidents.ts';
import { type CorpusLine, expandScenario } from './expand.ts';

const cluster = 'corpus';

/** The records of the History stream that `ingest` would make of these lines. */
function streamOf(lines: readonly CorpusLine[]): DynamoDBRecord[] {
  const known = new Set<string>();
  return lines.flatMap(({ object, receivedAt }, index) => {
    const options = { cluster, rules: builtInRules, retentionDays: 30, backlog: false };
    return acceptEvents([structuredClone(object)], options).items.flatMap((item): DynamoDBRecord[] => {
      const key = `${item.pk}#${item.sk}`;
      if (known.has(key) || item.route !== '1') return [];
      known.add(key);
      const image = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));
      return [
        {
          eventName: 'INSERT',
          dynamodb: {
            ApproximateCreationDateTime: Math.floor(receivedAt / 1000),
            SequenceNumber: String(100_000 + index),
            NewImage: image,
          },
        },
      ];
    });
  });
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  return { S: String(value) };
}

/** What `route` puts on the bus, in batches of `size`. */
async function routed(records: readonly DynamoDBRecord[], settings: typeof defaultIncidentSettings, size: number) {
  const sent: string[] = [];
  const send = async ({ input: { Entries = [] } }: PutEventsCommand) => {
    for (const { DetailType, Detail = '{}' } of Entries) {
      const { id, labels, severity } = JSON.parse(Detail);
      sent.push(`${DetailType} ${id} ${severity} ${labels.notify ?? ''}`);
    }
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  };
  let now = 0;
  const pace = { now: () => now, sleep: async () => undefined, random: () => 0 };
  const client = { send } as unknown as EventBridgeClient; // only PutEvents is sent
  const bus = new EventBridgeBus({ client, busName: 'bus', onFailure: () => undefined, pace });
  const onFailure = (doing: string, error: unknown) => {
    throw new Error(doing, { cause: error });
  };
  const ports = { incidents: memoryIncidents().port, bus, pace, onFailure };
  for (let start = 0; start < records.length; start += size) {
    const batch = records.slice(start, start + size);
    now = 1000 * (batch.at(-1)?.dynamodb?.ApproximateCreationDateTime ?? 0);
    const { failed } = await routeBatch(batch, ports, settings);
    expect(failed).toEqual([]);
  }
  now += 24 * 60 * 60 * 1000;
  await tellDue(ports, settings, now);
  return sent.sort();
}

async function replayed(lines: readonly CorpusLine[], settings: typeof defaultIncidentSettings): Promise<string[]> {
  const inputs = lines.map(({ object, receivedAt }) => ({ raw: object, receivedAt }));
  const sent: string[] = [];
  for await (const { published } of replayEvents(inputs, { cluster, rules: builtInRules, settings })) {
    for (const { detailType, id, severity, notify } of published)
      sent.push(`${detailType} ${id} ${severity} ${notify ? 'true' : ''}`);
  }
  return sent.sort();
}

it.each([
  ['bad-rollout', 'escalated', {}],
  ['node-flap', 'resolved', {}],
  ['pvc-multi-attach', 'received', {}],
  ['dns-failure', 'storm', { stormLimitPerMinute: 10 }],
  ['registry-outage', 'storm', { stormLimitPerMinute: 5, windowMs: 60_000 }],
])(
  'the replay of %s publishes what ingest and route publish (%s too), in whatever batches',
  async (name, kind, varied) => {
    const settings = { ...defaultIncidentSettings, ...varied };
    const { lines } = expandScenario(name);
    const expected = await replayed(lines, settings);
    expect(expected.some((line) => line.startsWith(`event.k8s.${kind} `))).toBe(true);
    const records = streamOf(lines);
    expect(await routed(records, settings, 100)).toEqual(expected);
    expect(await routed(records, settings, 7)).toEqual(expected);
  },
);
