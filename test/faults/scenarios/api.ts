import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../relay/sink.ts';
import * as faults from '../apiFaults.ts';
import { expectLog, type Scenario } from '../scenario.ts';
import type { World } from '../world.ts';
import { movableDns, shortCredentials, type WrappedRelay, wrapRelay } from '../wrappedRelay.ts';

const quickDeadline = { settings: { request_timeout: '500ms' } };

/** The API works, fails for a while under load, and works again. */
function outage(name: string, fault: Fault, more: Partial<Scenario> = {}): Scenario {
  return {
    name: `API: ${name}`,
    isExact: true,
    ...more,
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(300);
      world.apiFault = fault;
      await world.produceFor(1_500);
      world.apiFault = undefined;
      await world.produceFor(300);
    },
  };
}

const wrongResult = '{"accepted":100000,"rejected":[]}';
const html = '<html><body>Welcome to nginx!</body></html>';
let dns: WrappedRelay;
let credentials: WrappedRelay;

/** What the API, the network to it and the keys for it may do. */
export const apiScenarios: readonly Scenario[] = [
  outage('500', faults.answering(500)),
  outage('503', faults.answering(503)),
  outage('503 with Retry-After: 1', faults.answering(503, { 'retry-after': '1' }), { isQuick: true }),
  outage('429', faults.answering(429)),
  outage('429 with Retry-After: 1', faults.answering(429, { 'retry-after': '1' })),
  outage('429 with Retry-After of nonsense', faults.answering(429, { 'retry-after': 'soon' })),
  outage('never answers', faults.hanging, { options: quickDeadline }),
  outage('answers one byte at a time', faults.dripping, { options: quickDeadline }),
  outage('answers after 300 ms', faults.slow(300)),
  outage('resets connections', faults.resetting),
  outage('half-closes inside the answer', faults.halfClosing, { options: quickDeadline }),
  outage('200 with a web page', faults.answering(200, { 'content-type': 'text/html' }, html)),
  outage('200 with the result of another batch', faults.answering(200, {}, wrongResult)),
  outage('200 with cut JSON', faults.answering(200, {}, '{"accepted":1,"rej')),
  outage('302 to a login page', faults.answering(302, { location: 'https://login.example.com' }, '')),
  outage('404 of another product', faults.answering(404, {}, '{"message":"Not Found"}')),
  outage('401', faults.answering(401, {}, '{"message":"Unauthorized"}')),
  outage('403', faults.answering(403, {}, '{"message":"Forbidden"}'), { expect: expectLog('execute-api:Invoke') }),
  outage('stores, then loses the answer', faults.losingAnswers, { isQuick: true }),
  {
    name: 'API: every second request fails, each in its own way',
    isExact: true,
    isQuick: true,
    options: quickDeadline,
    run: async (world) => {
      const kinds = [
        faults.answering(500),
        faults.answering(503),
        faults.answering(429),
        faults.resetting,
        faults.halfClosing,
        faults.losingAnswers,
        faults.slow(100),
        faults.hanging,
      ];
      world.apiFault = faults.sometimes(0.5, world.random, faults.oneOf(world.random, kinds));
      await world.warmUp();
      await world.produceFor(4_000);
      world.apiFault = undefined;
    },
  },
  {
    name: 'API: process gone, connections refused',
    isExact: true,
    run: async (world) => {
      await world.warmUp();
      await world.produceFor(300);
      await world.stopApi();
      await world.produceFor(1_500);
      await world.reviveApi();
      await world.produceFor(300);
    },
  },
  {
    name: 'API: its clock is 20 min ahead of ours, then right again',
    isExact: true,
    run: async (world) => {
      let aheadMs = 20 * 60_000;
      world.apiFault = faults.checkingClock(() => Date.now() + aheadMs);
      await world.warmUp();
      await world.produceFor(800);
      aheadMs = 0;
      await world.produceFor(800);
    },
    expect: (world) => {
      world.apiFault = undefined;
      return [];
    },
  },
  {
    name: 'API: name not resolved at the start, and later',
    options: {
      settings: {},
      entry: async () => {
        dns = await wrapRelay(movableDns);
        await dns.write('dns', 'down');
        return dns.entry;
      },
    },
    run: async (world) => {
      const { url } = world.sink;
      Object.assign(world.sink, { url: url.replace('127.0.0.1', 'api.kef.test') });
      await world.startRelay();
      Object.assign(world.sink, { url });
      await world.produceFor(500);
      await dns.write('dns', 'up');
      await world.produceFor(500);
      await dns.write('dns', 'down');
      world.apiFault = faults.resetting;
      await world.produceFor(500);
      world.apiFault = undefined;
      await world.produceFor(500);
      await dns.write('dns', 'up');
    },
    expect: expectLog('ENOTFOUND'),
  },
  {
    name: 'API: keys that expire, and none for a while',
    isExact: true,
    options: {
      entry: async () => {
        credentials = await wrapRelay(shortCredentials);
        await giveKey('AKIAFIRST', 3_000);
        return credentials.entry;
      },
    },
    run: async (world) => {
      let valid = 'AKIAFIRST';
      world.apiFault = faults.checkingKey(() => valid);
      await world.warmUp();
      await world.produceFor(500);
      await credentials.write('credentials', 'the agent is restarting');
      valid = 'AKIASECOND';
      await world.produceFor(800);
      await giveKey('AKIASECOND', 3_600_000);
      await world.produceFor(500);
    },
  },
  ...[400, 413, 422].map((status) => poisoned(status)),
  {
    name: 'API: one event in ten refused by name',
    isExact: true,
    run: async (world) => {
      world.refuse = (event) => (/0$/.test(String(event.note)) ? 'EventFieldInvalid' : undefined);
      await world.warmUp();
      await world.produceFor(1_000);
    },
    expect: expectDeadLetters,
  },
  {
    name: 'dead letters: disk full (/dev/full)',
    isExact: true,
    isQuick: true,
    options: { settings: { dead_letter_file: '/dev/full' } },
    run: refusingSome,
    expect: expectLog('dead-letter file cannot be written'),
  },
  {
    name: 'dead letters: no such place can be made',
    isExact: true,
    options: { settings: { dead_letter_file: '/proc/version/dead-letters.ndjson' } },
    run: refusingSome,
    expect: expectLog('dead-letter file cannot be written'),
  },
];

async function giveKey(AccessKeyId: string, forMs: number): Promise<void> {
  const Expiration = new Date(Date.now() + forMs).toISOString();
  const key = { Version: 1, AccessKeyId, SecretAccessKey: 'secret', SessionToken: 'token', Expiration };
  await credentials.write('credentials', JSON.stringify(key));
}

async function refusingSome(world: World): Promise<void> {
  world.refuse = (event) => (/7$/.test(String(event.note)) ? 'EventFieldInvalid' : undefined);
  await world.warmUp();
  await world.produceFor(800);
}

/** A few events make the API refuse their whole batch, as a validator in front of it would. */
function poisoned(status: number): Scenario {
  return {
    name: `API: ${status} for whole batches with a bad event in them`,
    isExact: true,
    run: async (world) => {
      world.apiFault = faults.refusingBatchesWith(
        (event) => /13$/.test(String(event.note)),
        status,
        (event) => world.account.refused(event),
      );
      await world.warmUp();
      await world.produceFor(1_000);
      await sleep(200);
    },
    expect: expectDeadLetters,
  };
}

/** Refused with a reason means: on disk, with the reason. */
async function expectDeadLetters(world: World): Promise<string[]> {
  const letters = await world.relay.deadLetters();
  const { refused } = (await world.relay.status()).events;
  const wrong = letters.length === refused && refused > 0 ? [] : [`${refused} refused, ${letters.length} on disk`];
  return letters.every((letter) => typeof letter.code === 'string')
    ? wrong
    : [...wrong, 'a dead letter without a code'];
}
