import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Cluster, ObjectName, Written } from './cluster.ts';
import type { ClusterOptions } from './clusterOptions.ts';
import { ClusterState } from './clusterState.ts';
import { secondsText } from './eventWriter.ts';
import { handleRequest } from './handleRequest.ts';
import { asObject, goJson, type JsonObject, textAt } from './json.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import type { ObjectStore, Version } from './objectStore.ts';
import { objectOf } from './resources.ts';

/**
 * Starts a demo cluster on the loopback interface.
 *
 * @example
 * const cluster = await startCluster();
 * cluster.create({ metadata: { name: 'web.1', namespace: 'shop' }, regarding: { kind: 'Pod', name: 'web' }, reason: 'Killing' });
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const state = new ClusterState(options);
  const server = newServer(state);
  await listen(server, options.port ?? 0);
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const sweep = setInterval(() => expireDue(state), 1000);
  sweep.unref();
  return clusterOf(state, server, port, () => clearInterval(sweep));
}

function newServer(state: ClusterState): Server {
  const { tls } = state.options;
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('request', (request, response) => {
    handleRequest(state, request, response).catch((error: unknown) => {
      // A bug of the demo cluster: seen by the client as what it is, and by whoever runs it.
      process.emitWarning(`demo cluster: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      response.destroy();
    });
  });
  return server;
}

function clusterOf(state: ClusterState, server: Server, port: number, stopSweep: () => void): Cluster {
  const { options } = state;
  const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const eachWatcher = (act: (watcher: ClusterState['watchers'] extends Set<infer W> ? W : never) => void) => {
    for (const watcher of [...state.watchers]) act(watcher);
  };
  const stop = () => stopServer(server);

  return {
    url,
    port,
    token: state.token,
    requests: state.requests,
    faults: state.faults,
    access: state.access,
    get resourceVersion() {
      return String(state.revision.current);
    },
    get eventCount() {
      return state.stores.events.liveCount;
    },
    get watcherCount() {
      return state.watchers.size;
    },
    kubeconfig: (given) =>
      kubeconfigOf({
        server: url,
        ...(options.tls === undefined ? {} : { certificateAuthority: options.tls.cert }),
        ...(given?.tokenFile === undefined ? { token: state.token } : {}),
        ...given,
      }),
    create: (event) => stored(state, state.events.create(event)),
    createVerbatim: (event) => stored(state, state.events.createVerbatim(event)),
    createEncoded: (namespace, name, encode) => stored(state, state.stores.events.put(namespace, name, encode)),
    bump: (event, change = {}) => stored(state, state.events.bump(existing(state.stores.events, event), change)),
    delete: (event) => state.stores.events.delete([existing(state.stores.events, event)]),
    expire: (which = () => true) => expire(state, which),
    get: ({ namespace, name }) => {
      const version = state.stores.events.get(namespace, name);
      return version === undefined ? undefined : objectOf(version);
    },
    apply: (resource, object) => written(applyObject(state, state.stores[resource], object)),
    has: (resource, { namespace, name }) => state.stores[resource].get(namespace, name) !== undefined,
    remove: (resource, { namespace, name }) => {
      const version = state.stores[resource].get(namespace, name);
      if (version !== undefined) state.stores[resource].delete([version]);
    },
    compact: (resourceVersion = state.revision.current) => {
      for (const store of Object.values(state.stores)) store.compact(Number(resourceVersion));
    },
    rewind: (resourceVersion, keepsEvents) => {
      server.closeAllConnections();
      rewind(state, resourceVersion, keepsEvents);
    },
    disconnect: (how = 'end') => eachWatcher((watcher) => watcher.close(how)),
    silence: (isSilent) =>
      eachWatcher((watcher) => {
        watcher.isSilent = isSilent;
        watcher.pump();
      }),
    inject: (bytes) => eachWatcher((watcher) => watcher.sendRaw(bytes)),
    stop,
    resume: () => listen(server, port),
    close: async () => {
      stopSweep();
      await stop();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stopServer(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return isClosed;
}

function written({ entry, revision }: Version): Written {
  return { namespace: entry.namespace, name: entry.name, resourceVersion: String(revision) };
}

function stored(state: ClusterState, version: Version): Written {
  state.expiry.add(version, state.now());
  return written(version);
}

function existing(store: ObjectStore, { namespace, name }: ObjectName): Version {
  const version = store.get(namespace, name);
  if (version === undefined) throw new RangeError(`there is no event ${namespace}/${name}`);
  return version;
}

function expireDue(state: ClusterState): void {
  const due = state.expiry.takeDue(state.now());
  if (due.length > 0) state.stores.events.delete(due);
}

function expire(state: ClusterState, which: (event: ObjectName) => boolean): number {
  const store = state.stores.events;
  const all = store.read(undefined, state.revision.current, '', (version) => which(version.entry), -1);
  store.delete(all);
  return all.length;
}

function applyObject(state: ClusterState, store: ObjectStore, object: JsonObject): Version {
  const metadata = asObject(object.metadata);
  const name = textAt(metadata, ['name']);
  const namespace = textAt(metadata, ['namespace']);
  const known = store.get(namespace, name);
  const old = known === undefined ? {} : asObject(objectOf(known).metadata);
  const uid = textAt(metadata, ['uid']) || textAt(old, ['uid']) || randomUUID();
  const creationTimestamp = textAt(old, ['creationTimestamp']) || secondsText(state.now());
  return store.put(namespace, name, (resourceVersion) => {
    const { name: _name, namespace: _namespace, ...rest } = metadata;
    const place = namespace === '' ? { name } : { name, namespace };
    return goJson({
      metadata: { ...place, ...rest, uid, resourceVersion, creationTimestamp },
      ...without(object, 'metadata'),
    });
  });
}

function without(object: JsonObject, ...fields: string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function rewind(state: ClusterState, resourceVersion: number, keepsEvents: boolean): void {
  const old = state.stores.events;
  const kept = keepsEvents ? old.read(undefined, state.revision.current, '', () => true, -1).map(objectOf) : [];
  state.reset(resourceVersion);
  for (const event of kept) stored(state, state.events.create(event));
}
