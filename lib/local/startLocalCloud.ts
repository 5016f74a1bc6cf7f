import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KefError } from '../errors.ts';
import { Activity } from './activity.ts';
import { localKeys, relayPrincipals } from './api/principal.ts';
import { type Route, readRoutes } from './api/routes.ts';
import { EventBus } from './bus/EventBus.ts';
import { publishedEntry } from './bus/publishedEntry.ts';
import { readRules, readSchedules } from './bus/rules.ts';
import { Destinations } from './destinations.ts';
import { readTables } from './dynamodb/tableDefinition.ts';
import { sweepExpired } from './dynamodb/timeToLive.ts';
import { functionCatalog } from './functionCatalog.ts';
import { createFunctions } from './functionRuntime.ts';
import { GiveUp } from './giveUp.ts';
import { Authorizer } from './iam/Authorizer.ts';
import { type Role, readRoles } from './iam/roles.ts';
import { type Journal, openJournal } from './journal.ts';
import { AsyncInvoker, type QueuedInvocation } from './lambda/AsyncInvoker.ts';
import { readFunctions } from './lambda/functionDefinition.ts';
import { readPermissions } from './lambda/permissions.ts';
import type { LocalCloud, LocalKeys } from './localCloud.ts';
import { defaultTiming, type LocalCloudOptions } from './localCloudOptions.ts';
import type { LocalEvent } from './localEvent.ts';
import { createMessagingResources } from './messaging/resources.ts';
import { ServiceEndpoint } from './ServiceEndpoint.ts';
import { Shutdown } from './Shutdown.ts';
import { listenForApi, startDatabase, startMessaging } from './startServices.ts';
import { startStreams } from './startStreams.ts';
import { createInboxes } from './startTopics.ts';
import { readMappings } from './stream/mappingSettings.ts';
import { Totals } from './Totals.ts';
import { readAssembly } from './template/assembly.ts';
import { resolveDeployment } from './template/deployment.ts';

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
    startMessaging(region, inData('messaging'), shutdown),
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

  const authorizer = new Authorizer({
    region,
    account,
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
  endpoint.wire({
    tap: streams.tap,
    ...(faults.dynamodb === undefined ? {} : { databaseFault: faults.dynamodb }),
    bus,
    messagingPort: messaging.port,
    authorizer,
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

/** What API Gateway calls itself when it invokes the function of a route. */
function sourceArnOf({ apiId, stage, key }: Route): string {
  const [method, path] = key === '$default' ? ['*', '/$default'] : key.split(' ');
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${method}${path}`;
}
