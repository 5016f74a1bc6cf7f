import { describe, expect, it } from 'vitest';
import { createAwsRequest } from './awsRequest.ts';
import type { InvokeResult } from './invoke.ts';
import { cutRecords, readParkedBatch } from './parkedBatch.ts';
import { type BatchPorts, redriveBatches } from './redriveBatches.ts';
import { type DeadLetter, type NotificationPorts, redriveNotifications } from './redriveNotifications.ts';

const record = (name: string) => ({
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: `prod#Pod#shop#${name}` }, sk: { S: '2026-11-20T10:00:00#u#1' } },
    SequenceNumber: name,
  },
});
const parked = (...names: string[]) =>
  JSON.stringify({
    requestContext: { condition: 'RetryAttemptsExhausted' },
    timestamp: '2026-11-20T11:00:00Z',
    payload: JSON.stringify({ Records: names.map(record) }),
  });

/** A bucket and a route that says what a test wants. */
function bucket(objects: Record<string, string>, route: (names: string[]) => InvokeResult = () => done()) {
  const left = new Map(Object.entries(objects));
  const invoked: string[][] = [];
  const ports: BatchPorts = {
    keys: async function* () {
      yield* [...left.keys()].sort();
    },
    read: async (key) => left.get(key) ?? '',
    remove: async (key) => void left.delete(key),
    invokeRoute: async ({ Records }) => {
      const names = (Records as ReturnType<typeof record>[]).map(({ dynamodb }) => dynamodb.SequenceNumber);
      invoked.push(names);
      return route(names);
    },
  };
  return { ports, left, invoked };
}

const done = (): InvokeResult => ({ ok: true, answer: { batchItemFailures: [] } });
const all = { apply: true, limit: 100 };

describe('re-driving batches', () => {
  it('only looks unless told to apply', async () => {
    const { ports, left, invoked } = bucket({ a: parked('web-0', 'web-0', 'web-1') });
    const outcomes = await Array.fromAsync(redriveBatches(ports, { apply: false, limit: 100 }));
    expect(outcomes).toMatchObject([
      {
        state: 'parked',
        batch: { condition: 'RetryAttemptsExhausted', objects: ['prod#Pod#shop#web-0', 'prod#Pod#shop#web-1'] },
      },
    ]);
    expect([left.size, invoked]).toEqual([1, []]);
  });

  it('hands the original records over and removes what was taken', async () => {
    const { ports, left, invoked } = bucket({ b: parked('2'), a: parked('1') });
    const outcomes = await Array.fromAsync(redriveBatches(ports, all));
    expect(outcomes.map(({ key, state }) => [key, state])).toEqual([
      ['a', 'done'],
      ['b', 'done'],
    ]);
    expect(invoked).toEqual([['1'], ['2']]);
    expect(left.size).toBe(0);
  });

  it('keeps what failed again, and goes on with the rest', async () => {
    const { ports, left } = bucket(
      { a: parked('crash'), b: parked('refused'), c: 'not JSON', d: parked('good') },
      (names) => {
        if (names.includes('crash')) return { ok: false, reason: 'Unhandled' };
        if (names.includes('refused'))
          return { ok: true, answer: { batchItemFailures: [{ itemIdentifier: 'refused' }] } };
        return done();
      },
    );
    const outcomes = await Array.fromAsync(redriveBatches(ports, all));
    expect(outcomes.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed', 'done']);
    expect([...left.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('stops at the limit', async () => {
    const { ports } = bucket({ a: parked('1'), b: parked('2'), c: parked('3') });
    expect(await Array.fromAsync(redriveBatches(ports, { apply: true, limit: 2 }))).toHaveLength(2);
  });

  it('cuts what is too large for one invocation, in order', () => {
    const records = Array.from({ length: 5 }, (_, i) => record(String(i)));
    const size = Buffer.byteLength(JSON.stringify(records[0])) + 1;
    expect(cutRecords(records, 2 * size).map((cut) => cut.length)).toEqual([2, 2, 1]);
    expect(cutRecords(records, 2 * size).flat()).toEqual(records);
    expect(cutRecords(records, 1)).toHaveLength(5);
  });

  it('understands a payload that is an object, too', () => {
    const text = JSON.stringify({ payload: { Records: [record('web-0')] } });
    expect(readParkedBatch(text, 'a').records).toHaveLength(1);
  });
});

const publication = (summary: string) => ({
  'detail-type': 'event.k8s.received',
  detail: { clusterId: 'prod', severity: 'high', annotations: { summary } },
});

/** A queue that hides what it handed out until everything was seen, as SQS does for a while. */
function queue(bodies: string[], notify: (event: unknown) => InvokeResult = () => ({ ok: true, answer: null })) {
  const letters = new Map(
    bodies.map((body, i): [string, DeadLetter] => [`r${i}`, { id: `m${i}`, receipt: `r${i}`, body }]),
  );
  const hidden = new Set<string>();
  const told: unknown[] = [];
  const ports: NotificationPorts = {
    receive: async () => {
      const visible = [...letters.values()].filter(({ id }) => !hidden.has(id)).slice(0, 10);
      for (const { id } of visible) hidden.add(id);
      return visible;
    },
    remove: async (receipt) => void letters.delete(receipt),
    invokeNotify: async (event) => {
      told.push(event);
      return notify(event);
    },
  };
  return { ports, letters, told };
}

describe('re-driving notifications', () => {
  it('hands over what EventBridge left and what Lambda left, and removes what was told', async () => {
    const { ports, letters, told } = queue([
      JSON.stringify(publication('one')),
      JSON.stringify({ requestContext: {}, requestPayload: publication('two') }),
    ]);
    const outcomes = await Array.fromAsync(redriveNotifications(ports, all));
    expect(outcomes.map(({ state, text }) => [state, text])).toEqual([
      ['done', 'high prod: one'],
      ['done', 'high prod: two'],
    ]);
    expect(told).toEqual([publication('one'), publication('two')]);
    expect(letters.size).toBe(0);
  });

  it('only looks unless told to apply', async () => {
    const { ports, letters, told } = queue(
      Array.from({ length: 25 }, (_, i) => JSON.stringify(publication(String(i)))),
    );
    const outcomes = await Array.fromAsync(redriveNotifications(ports, { apply: false, limit: 100 }));
    expect(outcomes).toHaveLength(25);
    expect([letters.size, told.length]).toEqual([25, 0]);
  });

  it('keeps what failed again and what it does not know', async () => {
    const { ports, letters } = queue([JSON.stringify(publication('one')), '{}', 'text'], () => ({
      ok: false,
      reason: 'no topic',
    }));
    const outcomes = await Array.fromAsync(redriveNotifications(ports, all));
    expect(outcomes.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
    expect(letters.size).toBe(3);
  });
});

describe('a signed AWS request', () => {
  const credentials = async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });

  it.each([
    ['eu-west-1', {}, 'https://lambda.eu-west-1.amazonaws.com/x'],
    ['cn-north-1', {}, 'https://lambda.cn-north-1.amazonaws.com.cn/x'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, 'http://127.0.0.1:4566/x'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_LAMBDA: 'http://b' }, 'http://b/x'],
  ])('in %s with %o goes to %s', async (region, environment, expected) => {
    let sent: [url: string, init: RequestInit | undefined] | undefined;
    const request = createAwsRequest({
      region,
      credentials,
      environment,
      fetch: async (url, init) => {
        sent = [String(url), init];
        return new Response('{}');
      },
    });
    await request('lambda', { path: '/x', body: '{}' });
    expect(sent?.[0]).toBe(expected);
    expect(JSON.stringify(sent?.[1]?.headers)).toMatch(
      new RegExp(`Credential=AKIA/\\d{8}/${region}/lambda/aws4_request`),
    );
  });

  it('reports what the service refused', async () => {
    const fetch = async () => new Response('AccessDenied', { status: 403 });
    const request = createAwsRequest({ region: 'eu-west-1', credentials, environment: {}, fetch });
    await expect(request('sqs', { path: '/', body: '{}' })).rejects.toMatchObject({
      code: 'ApiUnreachable',
      message: 'sqs answered 403: AccessDenied',
    });
  });
});
