import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../lib/local/dynamodb/Database.ts';
import type { Item } from '../../lib/local/dynamodb/item.ts';
import { StreamTap, type WriteIntent } from '../../lib/local/dynamodb/StreamTap.ts';
import { readTables } from '../../lib/local/dynamodb/tableDefinition.ts';
import { openJournal } from '../../lib/local/journal.ts';
import type { JsonObject } from '../../lib/local/pattern/json.ts';
import { adminKeys, startLocalCloud } from '../../lib/local/startLocalCloud.ts';
import type { StreamRecord } from '../../lib/local/stream/record.ts';
import { StreamLog } from '../../lib/local/stream/StreamLog.ts';
import { readAssembly } from '../../lib/local/template/assembly.ts';
import { resolveDeployment } from '../../lib/local/template/deployment.ts';
import { lambda, streamOf, temporaryDirectory, writeAssembly } from './cloudFixture.ts';

let directory = '';
let running: ChildProcess | undefined;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const relayRole: JsonObject = {
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [
      {
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:x/POST/v1/clusters/demo/events' },
          ],
        },
      },
      { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
    ],
  },
};

function assembly(handler: string, slowMs: number): { cdkOut: string; seen: () => string[] } {
  const seenFile = join(directory, 'seen.ndjson');
  const variables = { Environment: { Variables: { SEEN_FILE: seenFile, SLOW_MS: String(slowMs) } } };
  const cdkOut = writeAssembly(directory, {
    ...streamOf({ BatchSize: 1 }),
    FunctionRole: relayRole,
    Consumer: lambda(handler, seenFile, variables),
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: 'bus',
        EventPattern: { source: ['app'] },
        Targets: [{ Arn: { 'Fn::GetAtt': ['Consumer', 'Arn'] } }],
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Consumer' },
        Principal: 'events.amazonaws.com',
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'topic' } },
  });
  const lines = (): string[] => (existsSync(seenFile) ? readFileSync(seenFile, 'utf8').trim().split('\n') : []);
  return { cdkOut, seen: () => lines().map((line) => JSON.parse(line).done) };
}

async function startProcess(cdkOut: string): Promise<string> {
  const script = fileURLToPath(new URL('./cloudProcess.ts', import.meta.url));
  running = spawn(process.execPath, [script, cdkOut, join(directory, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(running.stdout ?? running, 'data');
  return String(line).trim();
}

async function kill(): Promise<void> {
  running?.kill('SIGKILL');
  if (running !== undefined) await once(running, 'exit');
}

async function call(endpoint: string, service: string, target: string, body: object): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${adminKeys.accessKeyId}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
    },
  });
}
const put = (endpoint: string, pk: string): Promise<Response> =>
  call(endpoint, 'dynamodb', 'DynamoDB_20120810.PutItem', { TableName: 'items', Item: { pk: { S: pk } } });

describe('a data directory', () => {
  it('keeps items, and stream records and events that were not dealt with when the process was killed', async () => {
    const { cdkOut, seen } = assembly('slow', 150);
    const endpoint = await startProcess(cdkOut);
    const ids = Array.from({ length: 8 }, (_, index) => `item-${index}`);
    for (const id of ids) expect((await put(endpoint, id)).status).toBe(200);
    const Entries = [{ Source: 'app', DetailType: 't', Detail: '{"id":"event"}', EventBusName: 'bus' }];
    expect((await call(endpoint, 'events', 'AWSEvents.PutEvents', { Entries })).status).toBe(200);
    while (seen().length < 2) await delay(10);
    await kill();
    const before = seen();
    expect(before.length).toBeLessThan(9);

    const cloud = await startLocalCloud({ cdkOut, dataDir: join(directory, 'data'), clusterId: 'demo' });
    await cloud.drain();
    // At least once: the record under way at the kill may come twice.
    expect(new Set(seen())).toEqual(new Set([...ids, 'event']));
    expect(seen().length).toBeLessThanOrEqual(9 + 2);
    const found = await call(cloud.endpointUrl, 'dynamodb', 'DynamoDB_20120810.GetItem', {
      TableName: 'items',
      Key: { pk: { S: 'item-7' } },
    });
    expect(await found.json()).toEqual({ Item: { pk: { S: 'item-7' } } });
    // Nothing is left for a third run.
    const count = seen().length;
    await cloud.close();
    const third = await startLocalCloud({ cdkOut, dataDir: join(directory, 'data'), clusterId: 'demo' });
    await third.drain();
    await third.close();
    expect(seen()).toHaveLength(count);
  });

  it('closes at once in the middle of work, which goes on at the next start', async () => {
    const { cdkOut, seen } = assembly('slow', 300);
    const dataDir = join(directory, 'data');
    const cloud = await startLocalCloud({ cdkOut, dataDir, clusterId: 'demo' });
    for (const id of ['a', 'b', 'c']) await put(cloud.endpointUrl, id);
    await cloud.close();
    expect(seen().length).toBeLessThan(3);
    const next = await startLocalCloud({ cdkOut, dataDir, clusterId: 'demo' });
    await next.drain();
    await next.close();
    expect(new Set(seen())).toEqual(new Set(['a', 'b', 'c']));
  });

  it('keeps sequence numbers growing', async () => {
    const { cdkOut } = assembly('consume', 0);
    const numbers: string[] = [];
    for (const pk of ['a', 'b']) {
      const cloud = await startLocalCloud({ cdkOut, dataDir: join(directory, 'data'), clusterId: 'demo' });
      await put(cloud.endpointUrl, pk);
      await cloud.drain();
      await cloud.close();
      const journal = readFileSync(join(directory, 'data', 'journals', 'stream-items.ndjson'), 'utf8')
        .trim()
        .split('\n');
      numbers.push(JSON.parse(journal.at(-1) ?? '')[0]);
    }
    expect(BigInt(numbers[1] ?? '') > BigInt(numbers[0] ?? '')).toBe(true);
  });

  it('refuses tables of another shape', async () => {
    const { cdkOut } = assembly('consume', 0);
    const cloud = await startLocalCloud({ cdkOut, dataDir: join(directory, 'data'), clusterId: 'demo' });
    await cloud.close();
    const template = join(cdkOut, 'test.template.json');
    writeFileSync(template, readFileSync(template, 'utf8').replaceAll('"pk"', '"other"'));
    await expect(
      startLocalCloud({ cdkOut, dataDir: join(directory, 'data'), clusterId: 'demo' }),
    ).rejects.toMatchObject({ code: 'ConfigInvalid' });
  });
});

describe('a write that was cut off between the table and its stream', () => {
  it.each<[string, Item | undefined, Item | undefined, string[]]>([
    ['an insert', undefined, { pk: { S: 'k' }, v: { N: '1' } }, ['INSERT']],
    ['a change', { pk: { S: 'k' }, v: { N: '1' } }, { pk: { S: 'k' }, v: { N: '2' } }, ['MODIFY']],
    ['a removal', { pk: { S: 'k' }, v: { N: '1' } }, undefined, ['REMOVE']],
    ['a write that never reached the table', { pk: { S: 'k' }, v: { N: '1' } }, { pk: { S: 'k' }, v: { N: '1' } }, []],
  ])('%s is recorded at the next start', async (_name, before, now, expected) => {
    const { cdkOut } = assembly('consume', 0);
    const place = { account: '000000000000', region: 'us-east-1', apiUrl: '', queueUrl: () => '' };
    const tables = readTables(resolveDeployment(readAssembly(cdkOut), place));
    const database = await Database.start(undefined);
    await database.createTables(tables);
    if (now !== undefined) await database.call('PutItem', { TableName: 'items', Item: now });
    const intents = join(directory, 'writes.ndjson');
    const cutOff = openJournal<WriteIntent>(intents);
    cutOff.add([
      [
        '1',
        {
          table: 'items',
          befores: [before === undefined ? { key: { pk: { S: 'k' } } } : { key: { pk: { S: 'k' } }, before }],
        },
      ],
    ]);
    cutOff.close();

    const records: StreamRecord[] = [];
    const log = new StreamLog({
      arn: 'arn',
      view: 'NEW_AND_OLD_IMAGES',
      region: 'us-east-1',
      now: Date.now,
      journal: openJournal(undefined),
    });
    log.subscribe((received) => records.push(...received));
    const reopened = openJournal<WriteIntent>(intents);
    await new StreamTap({ database, tables, logs: new Map([['items', log]]), intents: reopened }).resume();
    expect(records.map(({ eventName }) => eventName)).toEqual(expected);
    expect(records.map(({ dynamodb }) => [dynamodb.OldImage, dynamodb.NewImage])).toEqual(
      expected.length === 0 ? [] : [[before, now]],
    );
    reopened.close();
    expect(openJournal(intents).unfinished.size).toBe(0);
    await database.close();
  });
});
