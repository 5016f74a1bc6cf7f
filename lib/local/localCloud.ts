import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KefError } from '../errors.ts';
import { Activity } from './activity.ts';
import { HttpApi } from './api/HttpApi.ts';
import { localKeys, relayPrincipal } from './api/principal.ts';
import { readRoutes } from './api/routes.ts';
import { EventBus } from './bus/EventBus.ts';
import type { PutEventsEntry } from './bus/putEvents.ts';
import { readRules } from './bus/rules.ts';
import { Destinations } from './destinations.ts';
import { Database } from './dynamodb/Database.ts';
import { StreamTap, type WriteIntent } from './dynamodb/StreamTap.ts';
import { readTables } from './dynamodb/tableDefinition.ts';
import { sweepExpired } from './dynamodb/timeToLive.ts';
import { createFunctions } from './functionRuntime.ts';
import { GiveUp } from './giveUp.ts';
import { readRoles } from './iam/roles.ts';
import { type Journal, openJournal } from './journal.ts';
import { AsyncInvoker, type QueuedInvocation } from './lambda/AsyncInvoker.ts';
import { readFunctions } from './lambda/functionDefinition.ts';
import { readPermissions } from './lambda/permissions.ts';
import { defaultTiming, type LocalCloudOptions } from './localCloudOptions.ts';
import type { LocalEvent, LocalTotals, PublishedEntry } from './localEvent.ts';
import { Messaging } from './messaging/Messaging.ts';
import { createMessagingResources } from './messaging/resources.ts';
import { readSubscriptions } from './messaging/subscriptions.ts';
import { TopicInbox } from './messaging/TopicInbox.ts';
import { ServiceEndpoint } from './ServiceEndpoint.ts';
import { EventSourceMapping } from './stream/EventSourceMapping.ts';
import { readMappings } from './stream/mappingSettings.ts';
import type { StreamRecord } from './stream/record.ts';
import { StreamLog } from './stream/StreamLog.ts';
import { Totals } from './Totals.ts';
import { readAssembly } from './template/assembly.ts';
import { resolveDeployment } from './template/deployment.ts';

export type { LocalCloudOptions, LocalFaults, LocalTiming } from './localCloudOptions.ts';
export type { LocalEvent, LocalTotals, PublishedEntry } from './localEvent.ts';

/** The synthesized stacks, running in this process. */
export interface LocalCloud {
  /** The HTTP API. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly account: string;
  readonly clusterId: string;
  /** Endpoint for SDK clients that look at the tables, queues and buckets, with the keys of {@link adminKeys}. */
  readonly endpointUrl: string;
  on(listener: (event: LocalEvent) => void): void;
  totals(): LocalTotals;
  /** Resolves when requests, streams, asynchronous invocations, rules and inboxes are all empty. */
  drain(): Promise<void>;
  /** Deletes expired items now instead of at the next sweep; returns how many. */
  expire(): Promise<number>;
  /** Stops everything. What is unfinished waits in the data directory, if there is one. */
  close(): Promise<void>;
}

const region = 'us-east-1';
const account = '000000000000';

/** Keys that may do anything at {@link LocalCloud.endpointUrl}; they open nothing but this process's own data. */
export const adminKeys = localKeys('administrator of the local cloud');

/**
 * Runs a synthesized assembly: tables and their streams, functions, HTTP API, event bus, topics, queues, buckets, each wired
 * as the templates say. Everything listens on the loopback interface.
 *
 * @throws KefError `ConfigInvalid` when the assembly cannot run here, or the port is taken
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const now = options.now ?? Date.now;
  const timing = { ...defaultTiming, ...options.timing };
  const faults = options.faults ?? {};
  const inData = (...path: string[]): string | undefined => options.dataDir && join(options.dataDir, ...path);
  const listeners: ((event: LocalEvent) => void)[] = [];
  const totals = new Totals();
  const activity = new Activity();
  const closers: (() => unknown)[] = [];
  const emit = (event: LocalEvent): void => {
    totals.happened(event);
    for (const listener of listeners) listener(event);
  };
  const journal = <Value>(name: string): Journal<Value> => {
    const opened = openJournal<Value>(inData('journals', `${name}.ndjson`));
    closers.push(() => opened.close());
    return opened;
  };

  const assembly = readAssembly(options.cdkOut);
  const [api, endpoint] = await Promise.all([listenForApi(options.port ?? 0), ServiceEndpoint.listen()]);
  const deployment = resolveDeployment(assembly, {
    account,
    region,
    apiUrl: api.url,
    queueUrl: (name) => `${endpoint.url}/${account}/${name}`,
  });

  // Threads load handlers while the databases start.
  const definitions = readFunctions(deployment, assembly.assets);
  const functions = createFunctions({
    definitions,
    region,
    endpointUrl: endpoint.url,
    concurrency: options.concurrency ?? 2,
    faults,
    emit,
  });
  const warm = Promise.all([...functions.values()].map((each) => each.warmUp()));
  const tables = readTables(deployment);
  const [database, messaging] = await Promise.all([
    startDatabase(inData('dynamodb'), tables),
    Messaging.start(region, inData('messaging')),
  ]);
  createMessagingResources(deployment, messaging);

  const { roles, policies } = readRoles(deployment);
  const permissions = readPermissions(deployment);
  const definitionOf = (name: string): (typeof definitions)[number] => {
    const definition = definitions.find((each) => each.name === name);
    if (definition === undefined) throw new KefError('ConfigInvalid', `the templates have no function ${name}`);
    return definition;
  };
  const roleOf = (name: string) => [...roles.values()].find(({ arn }) => arn === definitionOf(name).roleArn);
  const functionNamed = (name: string) => {
    const found = functions.get(name);
    if (found === undefined) throw new KefError('ConfigInvalid', `the templates have no function ${name}`);
    return found;
  };

  const destinations: Destinations = new Destinations({
    messaging,
    functionNames: new Set(functions.keys()),
    mayInvoke: (name, { principal, sourceArn }) => permissions(name, principal, sourceArn),
    enqueue: (name, event) => void invoker.enqueue(name, event),
  });
  const giveUp = new GiveUp({
    destinations,
    messaging,
    now,
    emit,
    functionNamed: (name) => ({ arn: definitionOf(name).arn, statements: roleOf(name)?.statements ?? [] }),
  });
  const invoker = new AsyncInvoker({
    activity,
    journal: journal<QueuedInvocation>('async-invocations'),
    retryDelaysMs: timing.asyncRetryMs,
    now,
    functionNamed: (name) => ({ function: functionNamed(name), settings: definitionOf(name).async }),
    onLost: (lost, settings) => giveUp.invocation(lost, settings),
  });

  const logs = new Map(
    tables.flatMap(({ name, stream }): [string, StreamLog][] =>
      stream === undefined
        ? []
        : [[name, new StreamLog({ ...stream, region, now, journal: journal<StreamRecord>(`stream-${name}`) })]],
    ),
  );
  const tap = new StreamTap({ database, tables, logs, intents: journal<WriteIntent>('writes') });
  const logsByArn = new Map([...logs.values()].map((log) => [log.arn, log]));
  for (const log of logs.values()) {
    log.subscribe((records) => {
      const count = records.filter(({ eventName }) => eventName === 'INSERT').length;
      if (count > 0) emit({ type: 'stored', count });
      log.finish(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
    });
  }
  const mappings = readMappings(deployment).map((settings) => {
    const log = logsByArn.get(settings.streamArn);
    if (log === undefined)
      throw new KefError('ConfigInvalid', `${settings.id} reads a stream no table has: ${settings.streamArn}`);
    return new EventSourceMapping({
      settings,
      log,
      function: functionNamed(settings.functionName),
      activity,
      now,
      retryDelayMs: timing.streamRetryMs,
      onReceived: (count) => emit({ type: 'streamed', function: settings.functionName, count }),
      onDelivered: (count) => emit({ type: 'routed', function: settings.functionName, count }),
      onAbandoned: (abandoned) => giveUp.records(abandoned),
    });
  });

  const bus = new EventBus({
    account,
    region,
    buses: new Set(deployment.resources('AWS::Events::EventBus').map(({ ref }) => ref)),
    rules: readRules(deployment),
    destinations,
    activity,
    now,
    retryDelayMs: timing.ruleRetryMs,
    ...(faults.putEventsEntry === undefined ? {} : { failEntry: faults.putEventsEntry }),
    onPublished: (entry) => emit({ type: 'published', entry: publishedEntry(entry, now()) }),
    onMatched: (rule) => totals.matched(rule),
    onDeadLetter: (rule, target, error) =>
      emit({
        type: 'dead-letter',
        source: 'rule',
        name: rule.name,
        reason: `${error.code}: ${error.message}`,
        count: 1,
        ...(target.deadLetterArn === undefined ? {} : { destination: target.deadLetterArn }),
      }),
  });

  const subscriptions = readSubscriptions(deployment);
  const inboxes = deployment.resources('AWS::SNS::Topic').map(
    (topic) =>
      new TopicInbox({
        messaging,
        destinations,
        topicName: topic.attribute('TopicName'),
        subscriptions: subscriptions.filter(({ topicArn }) => topicArn === topic.ref),
        onMessage: ({ subject, message, attributes, topicArn }) =>
          emit({
            type: 'notified',
            subject,
            message,
            attributes: Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value])),
            topicArn,
          }),
        onDelivered: ({ subject, topicArn }, { protocol, endpoint: address }) =>
          emit({ type: 'delivered', protocol, endpoint: address, subject, topicArn }),
        onError: (text) => emit({ type: 'warning', text }),
      }),
  );

  endpoint.wire({
    region,
    account,
    tap,
    bus,
    messagingPort: messaging.port,
    roles: new Map([
      [adminKeys.accessKeyId, { name: 'administrator', arn: '', roleId: '', statements: [everything] }],
      ...definitions.flatMap(({ name }) => {
        const role = roleOf(name);
        return role === undefined ? [] : [[localKeys(name).accessKeyId, role] as const];
      }),
    ]),
    onDenied: (role, action, resource) =>
      emit({
        type: 'warning',
        text: `role ${role} may not ${action} on ${resource}; after a deployment it could not either`,
      }),
  });

  const principal = relayPrincipal(options.clusterId, account, roles.values(), policies);
  const routes = readRoutes(deployment);
  await warm;
  await tap.resume();
  for (const log of logs.values()) log.resume();
  for (const inbox of inboxes) inbox.start();
  invoker.resume();
  const sweep = (): Promise<number> => activity.track(() => sweepExpired(database, tap, tables, now()));
  const sweeper = setInterval(() => void sweep(), timing.expiryMs).unref();
  api.wire({
    region,
    account,
    routes,
    principals: new Map([[principal.accessKeyId, principal]]),
    now,
    activity,
    mayInvoke: ({ apiId, stage, key, functionName }) => {
      const [method, path] = key === '$default' ? ['*', '/$default'] : key.split(' ');
      const source = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}${path}`;
      return permissions(functionName, 'apigateway.amazonaws.com', source);
    },
    invoke: (name, event) => functionNamed(name).invoke(event),
    onAnswer: (route, status, body) => emit({ type: 'answered', route, status, body }),
  });

  return {
    url: api.url,
    region,
    account,
    accessKeyId: principal.accessKeyId,
    secretAccessKey: principal.secretAccessKey,
    clusterId: options.clusterId,
    endpointUrl: endpoint.url,
    on: (listener) => void listeners.push(listener),
    totals: () => totals.snapshot(),
    expire: sweep,
    async drain() {
      // Work hands over to other work in between, so one quiet look is not enough.
      for (let quiet = 0; quiet < 2; ) {
        await activity.settled();
        quiet = inboxes.every((inbox) => inbox.empty) ? quiet + 1 : 0;
        await delay(quiet === 0 ? 10 : 1);
        if (!activity.idle) quiet = 0;
      }
    },
    async close() {
      clearInterval(sweeper);
      await api.close();
      for (const mapping of mappings) mapping.close();
      invoker.close();
      bus.close();
      await Promise.all([
        ...inboxes.map((inbox) => inbox.close()),
        ...[...functions.values()].map((each) => each.close()),
      ]);
      await activity.settled();
      await endpoint.close();
      await Promise.all([database.close(), messaging.close()]);
      for (const close of closers) close();
    },
  };
}

const everything = { Effect: 'Allow' as const, Action: ['*'], Resource: ['*'], Condition: {} };

async function listenForApi(port: number): Promise<HttpApi> {
  try {
    return await HttpApi.listen(port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new KefError('ConfigInvalid', `port ${port} is taken; choose another with --port, or 0 for a free one`, {
      cause: error,
    });
  }
}

async function startDatabase(
  directory: string | undefined,
  tables: Parameters<Database['createTables']>[0],
): Promise<Database> {
  const database = await Database.start(directory);
  await database.createTables(tables);
  return database;
}

function publishedEntry(entry: PutEventsEntry, now: number): PublishedEntry {
  return {
    Source: entry.Source ?? '',
    DetailType: entry.DetailType ?? '',
    Detail: entry.Detail ?? '',
    Time: new Date(entry.Time === undefined ? now : entry.Time * 1000).toISOString(),
    ...(entry.Resources === undefined ? {} : { Resources: entry.Resources }),
    ...(entry.EventBusName === undefined ? {} : { EventBusName: entry.EventBusName }),
  };
}
