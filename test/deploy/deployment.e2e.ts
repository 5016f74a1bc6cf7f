import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { redriveCommand } from '../../bin/commands/redrive.ts';
import { stackOutputs } from '../../bin/commands/stackOutputs.ts';
import { ApiClient } from '../../lib/api/ApiClient.ts';
import { createSignedFetch } from '../../lib/api/signedFetch.ts';
import type { ConfigInput } from '../../lib/stack/index.ts';
import { Account, type TestQueue } from './aws.ts';
import { Cdk } from './cdk.ts';
import { chooseEmulator, type Emulator, startEmulator } from './emulator.ts';
import { reachable, startRelay } from './relayRun.ts';

const choice = chooseEmulator();
if (choice.kind === 'none') console.warn(`test:deploy is skipped: ${choice.why}.`);

/** With IRSA, because the emulator has no Pod Identity associations; the EKS cluster is named, so events carry its ARN. */
const demo = {
  id: 'demo',
  eksCluster: 'demo-eks',
  identity: 'irsa' as const,
  oidcProvider: 'arn:aws:iam::000000000000:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/A1B2C3',
};

/** What the emulator knows of this product; README.md lists what it does not. */
const config: ConfigInput = {
  name: 'e2e',
  clusters: [demo, { id: 'old' }],
  notify: { minSeverity: 'high', emails: ['oncall@example.com'] },
  protectData: false,
  schemaRegistry: false,
};
const keys = { accessKeyId: 'test', secretAccessKey: 'test' };

describe.skipIf(choice.kind === 'none')('deploying to an emulator', () => {
  let emulator: Emulator;
  let account: Account;
  let cdk: Cdk;
  let directory: string;
  let outputs: Record<string, Record<string, string>>;
  let apiUrl: string;
  let news: TestQueue;
  let people: TestQueue;

  beforeAll(async () => {
    if (choice.kind === 'none') return;
    emulator = await startEmulator(choice);
    directory = mkdtempSync(join(tmpdir(), 'kef-deploy-'));
    const environment = {
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DOCKER: '/bin/false',
      ...(emulator.certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: emulator.certificate }),
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    cdk = new Cdk(directory, { PATH: process.env.PATH, HOME: directory, ...environment });
    account = new Account(emulator.endpoint);
    console.log(`deploying to ${emulator.name}`);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await emulator?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  const relayKeys = (cluster: string) =>
    account.assume(`arn:aws:iam::000000000000:role/e2e-relay.us-east-1.${cluster}`);
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'allowed',
      (error: Error) => error.message.slice(0, 300),
    );
  const asRelay = async (of: string, target: string) => {
    const credentials = await relayKeys(of);
    const send = createSignedFetch({ region: 'us-east-1', credentials });
    const answer = await send(`${apiUrl}/v1/clusters/${target}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ relay: 'test', events: [] }),
    });
    return { status: answer.status, body: (await answer.json()) as { error?: { code: string; message: string } } };
  };
  const reader = () => new ApiClient(apiUrl, createSignedFetch({ region: 'us-east-1', credentials: keys }));

  it('bootstraps and deploys every stack with the real command line', async () => {
    await cdk.bootstrap(config);
    const start = performance.now();
    outputs = await cdk.deploy(config);
    console.log(`deployed in ${((performance.now() - start) / 1000).toFixed(1)} s, synthesis with all checks included`);
    expect(Object.keys(outputs).sort()).toEqual(['e2e', 'e2e-cluster-demo', 'e2e-cluster-old']);
    apiUrl = reachable(outputs.e2e?.ApiUrl ?? '', emulator.endpoint);
  });

  it('lets the command line find its way by the name of the stack', async () => {
    expect(await stackOutputs({ stack: 'e2e', region: 'us-east-1' })).toEqual(outputs.e2e);
  });

  it('gives a relay role to nobody but pods', async () => {
    // An emulator that was there before may not enforce anything.
    if (emulator.certificate !== undefined) {
      expect(await refusal(relayKeys('demo'))).toMatch(/not authorized to perform: sts:AssumeRole/);
    }
    for (const cluster of ['demo', 'old']) await account.playEks(`e2e-relay.us-east-1.${cluster}`);
    expect(await refusal(relayKeys('demo'))).toBe('allowed');
  });

  it('brings events from a cluster to the bus, to people and back out of the query API', async () => {
    news = await account.createQueue('news');
    people = await account.createQueue('people');
    await account.sendEventsTo(news, outputs.e2e?.BusName ?? '');
    await account.subscribe(outputs.e2e?.TopicArn ?? '', people);

    const relay = await startRelay({ directory, clusterId: 'demo', apiUrl, credentials: await relayKeys('demo') });
    try {
      await vi.waitFor(() => expect(relay.cluster.watcherCount, relay.log()).toBeGreaterThan(0), { timeout: 30_000 });
      const start = performance.now();
      relay.cluster.create(
        eventOf('db-0', 'BackOff', 'Warning', 'Back-off restarting failed container app in pod db-0'),
      );
      relay.cluster.create(eventOf('web-0', 'Pulled', 'Normal', 'Successfully pulled image "web"'));

      const [published] = (await news.until((bodies) => bodies.length > 0)).map((body) => JSON.parse(body));
      console.log(`from the cluster to a queue behind the bus: ${Math.round(performance.now() - start)} ms`);
      expect(published, relay.log()).toMatchObject({
        source: 'kubernetes',
        'detail-type': 'event.k8s.received',
        resources: ['arn:aws:eks:us-east-1:000000000000:cluster/demo-eks'],
        detail: {
          clusterId: 'demo',
          severity: 'critical',
          labels: { reason: 'BackOff', event_uid: expect.anything() },
        },
      });
      const [told] = (await people.until((bodies) => bodies.length > 0)).map((body) => JSON.parse(body));
      expect(told).toMatchObject({
        Subject: expect.stringMatching(/^\[CRITICAL\] CrashLoopBackOff/),
        Message: expect.stringContaining('Back-off restarting failed container'),
      });
    } finally {
      expect(await relay.stop(), relay.log()).toBe(0);
    }
    const { items } = await reader().events({ cluster: 'demo', namespace: 'shop', since: '1h' });
    expect(items.map(({ reason }) => reason).sort()).toEqual(['BackOff', 'Pulled']);
    const incidents = await reader().incidents({ cluster: 'demo' });
    expect(incidents.items).toMatchObject([
      { status: 'open', severity: 'critical', effectiveReason: 'CrashLoopBackOff' },
    ]);
    const clusters = await reader().clusters();
    expect(clusters.items).toMatchObject([{ cluster: 'demo', accepted: 2 }]);
  });

  it('keeps the original batches', async () => {
    const s3 = new S3Client({ forcePathStyle: true });
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: outputs.e2e?.OriginalsBucket }));
    expect(
      listed.Contents?.every(({ Key }) => /^cluster=demo\/dt=\d{4}-\d\d-\d\d\/[0-9a-f]{64}\.json\.gz$/.test(Key ?? '')),
    ).toBe(true);
    expect(listed.KeyCount).toBeGreaterThan(0);
  });

  it('lets a relay in as its own cluster only', async () => {
    expect(await asRelay('old', 'old')).toMatchObject({ status: 200 });
    const { status, body } = await asRelay('old', 'demo');
    expect(status).toBe(403);
    // With IAM the gateway refuses before the function would; without, the function does.
    expect(JSON.stringify(body)).toMatch(
      emulator.certificate === undefined ? /ClusterForbidden/ : /not authorized to perform: execute-api:Invoke/,
    );
  });

  it('tells those who operate it which cluster fell silent, what was parked and which alarm went off', async () => {
    const operators = await account.createQueue('operators');
    await account.subscribe(outputs.e2e?.OperationsTopicArn ?? '', operators);
    const said = async (what: RegExp) => {
      const bodies = await operators.until((all) => all.some((body) => what.test(body)));
      return bodies.map((body) => String(JSON.parse(body).Message)).find((message) => what.test(message));
    };

    await putBackHeartbeat(outputs.e2e?.ClustersTable ?? '', 'demo');
    const watch = await functionLike(outputs.e2e?.NotifyFunction ?? '', 'Watch', emulator.endpoint);
    expect(await account.invoke(watch, {})).toMatchObject({ ok: true });
    expect(await said(/cluster demo/)).toMatch(/Nothing was heard from the relay of cluster demo for \d+ minutes/);

    const s3 = new S3Client({ forcePathStyle: true });
    const Body = JSON.stringify(await parkedBatch(outputs.e2e?.HistoryTable ?? ''));
    await s3.send(new PutObjectCommand({ Bucket: outputs.e2e?.ParkedBucket, Key: parkedKey, Body }));
    expect(await said(/gave up/)).toContain(parkedKey);

    await account.alarm('e2e-RouteBehind', 'a test');
    expect(JSON.parse((await said(/RouteBehind/)) ?? '{}')).toMatchObject({ NewStateValue: 'ALARM' });
  });

  it('re-drives what was parked', async () => {
    const bucket = outputs.e2e?.ParkedBucket ?? '';
    const s3 = new S3Client({ forcePathStyle: true });
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void printed.push(line));
    const run = (...args: string[]) =>
      redriveCommand().parseAsync(['--stack', 'e2e', '--region', 'us-east-1', ...args], { from: 'user' });
    await run();
    const left = async () => (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount;
    expect(printed.join('\n')).toMatch(/parked +batch of 1 given up .*demo#Pod#shop#db-0/);
    expect(await left()).toBe(1);
    await run('--apply');
    vi.restoreAllMocks();
    expect(printed.at(-1)).toBe('1 handed over.');
    expect(await left()).toBe(0);
  });

  it('deploys a changed configuration, after which a removed cluster is refused although its role exists', async () => {
    await cdk.deploy({
      ...config,
      clusters: [demo],
      indexFrom: 'low',
      archive: false,
      notify: { minSeverity: 'critical' },
      encryption: 'customer-managed',
    });
    expect(await asRelay('demo', 'demo')).toMatchObject({ status: 200 });
    expect(await reader().events({ cluster: 'demo', since: '1h' })).toMatchObject({ indexedFrom: 'low' });
    expect(await asRelay('old', 'old')).toMatchObject({
      status: 403,
      body: { error: { code: 'ClusterForbidden', message: expect.stringContaining('not in the configuration') } },
    });
  });

  it('destroys what it deployed', async () => {
    await cdk.deploy(config);
    await cdk.destroy();
    await expect(stackOutputs({ stack: 'e2e', region: 'us-east-1' })).rejects.toThrow(/does not exist/);
    await expect(stackOutputs({ stack: 'e2e-cluster-old', region: 'us-east-1' })).rejects.toThrow(/does not exist/);
  });
});

function eventOf(pod: string, reason: string, type: string, note: string) {
  const now = new Date().toISOString();
  return {
    metadata: { name: `${pod}.${Date.now().toString(16)}`, namespace: 'shop', creationTimestamp: now },
    eventTime: now.replace('Z', '000Z'),
    regarding: { kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-${pod}` },
    reason,
    type,
    note,
    reportingController: 'kubelet',
    reportingInstance: 'node-1',
    action: 'Test',
  };
}

const parkedKey = 'aws/lambda/mapping/shardId-0/2026/11/20/a';

/** A function that has no output, because nobody but its schedule calls it: its name begins as those of the others do. */
async function functionLike(sibling: string, name: string, endpoint: string): Promise<string> {
  const answer = await fetch(`${endpoint}/2015-03-31/functions`, {
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/lambda/aws4_request' },
  });
  const { Functions = [] } = (await answer.json()) as { Functions?: { FunctionName: string }[] };
  const prefix = sibling.slice(0, sibling.indexOf('Notify'));
  const found = Functions.find(({ FunctionName }) => FunctionName.startsWith(prefix + name));
  if (found === undefined) throw new Error(`no function ${prefix}${name}… among ${Functions.length}`);
  return found.FunctionName;
}

/** Makes a cluster look as if nothing had been heard of it for an hour. */
async function putBackHeartbeat(tableName: string, cluster: string): Promise<void> {
  await new DynamoDBClient({}).send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { pk: { S: `cluster#${cluster}` }, sk: { S: 'cluster' } },
      UpdateExpression: 'SET heartbeat = :then',
      ExpressionAttributeValues: { ':then': { S: new Date(Date.now() - 3_600_000).toISOString() } },
    }),
  );
}

/** What Lambda would park: the stream record of an item that is in History. */
async function parkedBatch(tableName: string): Promise<unknown> {
  const { Items = [] } = await new DynamoDBClient({}).send(new ScanCommand({ TableName: tableName }));
  const item = Items.find(({ route }) => route?.S === '1');
  const image = JSON.parse(
    JSON.stringify(item, (_key, value: unknown) =>
      // The SDK gives bytes; a stream record has them in base64.
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
  return {
    requestContext: { condition: 'RetryAttemptsExhausted' },
    timestamp: new Date().toISOString(),
    payload: JSON.stringify({
      Records: [
        {
          eventName: 'INSERT',
          dynamodb: { Keys: { pk: image.pk, sk: image.sk }, NewImage: image, SequenceNumber: '1' },
        },
      ],
    }),
  };
}
