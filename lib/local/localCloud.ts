import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KefError } from '../errors.ts';
import { Activity } from './activity.ts';
import { HttpApi } from './api/HttpApi.ts';
import { localKeys, relayPrincipals } from './api/principal.ts';
import { type Route, readRoutes } from './api/routes.ts';
import { EventBus } from './bus/EventBus.ts';
import type { PutEventsEntry } from './bus/putEvents.ts';
import { readRules, readSchedules } from './bus/rules.ts';
import { Destinations } from './destinations.ts';
import { Database } from './dynamodb/Database.ts';
import { readTables } from './dynamodb/tableDefinition.ts';
import { sweepExpired } from './dynamodb/timeToLive.ts';
import { functionCatalog } from './functionCatalog.ts';
import { createFunctions } from './functionRuntime.ts';
import { GiveUp } from './giveUp.ts';
import { type Role, readRoles } from './iam/roles.ts';
import { type Journal, openJournal } from './journal.ts';
import { AsyncInvoker, type QueuedInvocation } from './lambda/AsyncInvoker.ts';
import { readFunctions } from './lambda/functionDefinition.ts';
import { readPermissions } from './lambda/permissions.ts';
import { defaultTiming, type LocalCloudOptions } from './localCloudOptions.ts';
import type { LocalEvent, LocalTotals, PublishedEntry } from './localEvent.ts';
import { Messaging } from './messaging/Messaging.ts';
import { createMessagingResources } from './messaging/resources.ts';
import { ServiceEndpoint } from './ServiceEndpoint.ts';
import { Shutdown } from './Shutdown.ts';
import { startStreams } from './startStreams.ts';
import { createInboxes } from './startTopics.ts';
import { readMappings } from './stream/mappingSettings.ts';
import { Totals } from './Totals.ts';
import { readAssembly } from './template/assembly.ts';
import { resolveDeployment } from './template/deployment.ts';

export type { LocalCloudOptions, LocalFaults, LocalTiming } from './localCloudOptions.ts';
export type { LocalEvent, LocalTotals, PublishedEntry } from './localEvent.ts';

/** Keys a client signs with. */
export interface LocalKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The synthesized stacks, running in this process. */
export interface LocalCloud extends LocalKeys {
  /** The HTTP API. */
  readonly url: string;
  readonly region: string;
  readonly account: string;
  readonly clusterId: string;
  /** Endpoint for SDK clients that look at the tables, queues and buckets, with the keys of {@link adminKeys}. */
  readonly endpointUrl: string;
  on(listener: (event: LocalEvent) => void): void;
  totals(): LocalTotals;
  /** Keys of another cluster of the configuration; undefined when it has no relay role. */
  keysOf(clusterId: string): LocalKeys | undefined;
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
export const adminKeys: LocalKeys = localKeys('administrator of the local cloud');

/**
 * Runs a synthesized assembly: tables and their streams, functions, HTTP API, event bus, topics, queues, buckets, each wired
 * as the templates say. Everything listens on the loopback interface.
 *
 * @throws KefError `ConfigInvalid` when the assembly cannot run here, or the port is taken
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(options: LocalCloudOptions, shutdown: Shutdown): Promise<LocalCloud> {
  const { now = Date.now, faults = {}, dataDir } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const inData = (...path: string[]): string | undefined => dataDir && join(dataDir, ...path);
  const listeners: ((event: LocalEvent) => void)[] = [];
  const totals = new Totals();
  const activity = new Activity();
  shutdown.add('settle', () => activity.settled());
  const emit = (event: LocalEvent): void => {
    totals.happened(event);
    for (const listener of listeners) listener(event);
  };
  const journal = <Value>(name: string): Journal<Value> => {
    const opened = openJournal<Value>(inData('journals', `${name}.ndjson`));
    shutdown.add('files', () => opened.close());
    return opened;
  };

  const assembly = readAssembly(options.cdkOut);
  const api = await listenForApi(options.port ?? 0);
  shutdown.add('intake', () => api.close());
  const endpoint = await ServiceEndpoint.listen();
  shutdown.add('services', () => endpoint.close());
  const queueUrl = (name: string): string => `${endpoint.url}/${account}/${name}`;
  const deployment = resolveDeployment(assembly, { account, region, apiUrl: api.url, queueUrl });
  const { roles, policies } = readRoles(deployment);
  const principals = relayPrincipals(account, roles.values(), policies);
  const principal = principals.find(({ clusterId }) => clusterId === options.clusterId);
  if (principal === undefined) {
    const rule = `no role of the synthesized stacks may post events of cluster ${options.clusterId}`;
    throw new KefError('ConfigInvalid', `${rule}; synthesize with that cluster id`);
  }

  // Threads load handlers while the databases start.
  const definitions = readFunctions(deployment, assembly.assets);
  const concurrency = options.concurrency ?? 2;
  const functions = createFunctions({ definitions, region, endpointUrl: endpoint.url, concurrency, faults, emit });
  shutdown.add('work', () => Promise.all([...functions.values()].map((each) => each.close())));
  const entryOf = functionCatalog(definitions, functions, roles.values());
  const tables = readTables(deployment);
  const [database, messaging] = await Promise.all([
    startDatabase(inData('dynamodb'), tables, shutdown),
    startMessaging(inData('messaging'), shutdown),
    Promise.all([...functions.values()].map((each) => each.warmUp())),
  ]);
  createMessagingResources(deployment, messaging);

  const permissions = readPermissions(deployment);
  const destinations: Destinations = new Destinations({
    messaging,
    functionNames: new Set(functions.keys()),
    mayInvoke: (name, { principal: service, sourceArn }) => permissions(name, service, sourceArn),
    enqueue: (name, event) => void invoker.enqueue(name, event),
  });
  const giveUp = new GiveUp({
    destinations,
    messaging,
    now,
    emit,
    functionNamed: (name) => ({ arn: entryOf(name).definition.arn, statements: entryOf(name).role?.statements ?? [] }),
  });
  const invoker = new AsyncInvoker({
    activity,
    journal: journal<QueuedInvocation>('async-invocations'),
    retryDelaysMs: timing.asyncRetryMs,
    now,
    functionNamed: (name) => ({ function: entryOf(name).function, settings: entryOf(name).definition.async }),
    onLost: (lost, settings) => giveUp.invocation(lost, settings),
  });
  shutdown.add('work', () => invoker.close());
  const streams = startStreams({
    region,
    database,
    tables,
    mappings: readMappings(deployment),
    activity,
    shutdown,
    giveUp,
    retryDelayMs: timing.streamRetryMs,
    now,
    emit,
    journal,
    functionNamed: (name) => entryOf(name).function,
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
    onDeadLetter: ({ name }, { deadLetterArn }, error) => {
      const destination = deadLetterArn === undefined ? {} : { destination: deadLetterArn };
      emit({
        type: 'dead-letter',
        source: 'rule',
        name,
        reason: `${error.code}: ${error.message}`,
        count: 1,
        ...destination,
      });
    },
  });
  shutdown.add('work', () => bus.close());
  const inboxes = createInboxes(deployment, { messaging, destinations, emit });
  shutdown.add('work', () => Promise.all(inboxes.map((inbox) => inbox.close())));

  endpoint.wire({
    region,
    account,
    tap: streams.tap,
    ...(faults.dynamodb === undefined ? {} : { databaseFault: faults.dynamodb }),
    bus,
    messagingPort: messaging.port,
    roles: new Map([
      [adminKeys.accessKeyId, administrator],
      ...definitions.flatMap(({ name }) => {
        const { role } = entryOf(name);
        return role === undefined ? [] : [[localKeys(name).accessKeyId, role] as const];
      }),
    ]),
    onDenied: (role, action, resource) =>
      emit({
        type: 'warning',
        text: `role ${role} may not ${action} on ${resource}; after a deployment it could not either`,
      }),
  });
  await streams.resume();
  for (const inbox of inboxes) inbox.start();
  invoker.resume();
  const sweep = (): Promise<number> => activity.track(() => sweepExpired(database, streams.tap, tables, now()));
  const sweeper = setInterval(() => void sweep(), timing.expiryMs).unref();
  shutdown.add('intake', () => clearInterval(sweeper));
  for (const rule of readSchedules(deployment)) {
    const clock = setInterval(() => bus.tick(rule), rule.everyMs).unref();
    shutdown.add('intake', () => clearInterval(clock));
  }
  api.wire({
    region,
    account,
    routes: readRoutes(deployment),
    principals: new Map(principals.map((each) => [each.accessKeyId, each])),
    now,
    activity,
    mayInvoke: (route) => permissions(route.functionName, 'apigateway.amazonaws.com', sourceArnOf(route)),
    invoke: (name, event) => entryOf(name).function.invoke(event),
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
    keysOf: (id) => principals.find(({ clusterId }) => clusterId === id),
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
    close: () => shutdown.run(),
  };
}

const administrator: Role = {
  name: 'administrator',
  arn: '',
  roleId: '',
  statements: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'], Condition: {} }],
};

async function listenForApi(port: number): Promise<HttpApi> {
  try {
    return await HttpApi.listen(port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const rule = `port ${port} is taken; choose another with --port, or 0 for a free one`;
    throw new KefError('ConfigInvalid', rule, { cause: error });
  }
}

async function startDatabase(
  directory: string | undefined,
  tables: Parameters<Database['createTables']>[0],
  shutdown: Shutdown,
): Promise<Database> {
  const database = await Database.start(directory);
  shutdown.add('services', () => database.close());
  await database.createTables(tables);
  return database;
}

async function startMessaging(directory: string | undefined, shutdown: Shutdown): Promise<Messaging> {
  const messaging = await Messaging.start(region, directory);
  shutdown.add('services', () => messaging.close());
  return messaging;
}

/** What API Gateway calls itself when it invokes the function of a route. */
function sourceArnOf({ apiId, stage, key }: Route): string {
  const [method, path] = key === '$default' ? ['*', '/$default'] : key.split(' ');
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}${path}`;
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
