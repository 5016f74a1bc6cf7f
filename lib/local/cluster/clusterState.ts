import { randomBytes } from 'node:crypto';
import { Access } from './access.ts';
import type { ClusterOptions } from './clusterOptions.ts';
import { EventWriter } from './eventWriter.ts';
import { Expiry } from './expiry.ts';
import { FaultPlan } from './faults.ts';
import { ObjectStore, type Revision } from './objectStore.ts';
import { RequestLog } from './requestLog.ts';
import type { ResourceName } from './resources.ts';
import type { Watcher } from './watcher.ts';

/** Everything that a demo cluster knows, shared by its HTTP side and its writing side. */
export class ClusterState {
  readonly options: ClusterOptions;
  readonly now: () => number;
  readonly token: string;
  readonly access = new Access();
  readonly faults = new FaultPlan();
  readonly requests = new RequestLog();
  readonly watchers = new Set<Watcher>();
  readonly expiry: Expiry;
  readonly revision: Revision;
  stores: Readonly<Record<ResourceName, ObjectStore>>;
  events: EventWriter;
  #isPumpDue = false;

  constructor(options: ClusterOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.token = options.token ?? randomBytes(24).toString('base64url');
    this.access.allow({ name: 'demo-admin', token: this.token });
    this.expiry = new Expiry(options.eventTtlMs ?? 60 * 60 * 1000);
    this.revision = { current: options.resourceVersion ?? 300 };
    this.stores = this.#emptyStores();
    this.events = new EventWriter(this.stores.events, this.now);
  }

  /** Forgets all objects and begins again at a version. */
  reset(resourceVersion: number): void {
    this.revision.current = resourceVersion;
    this.expiry.clear();
    this.stores = this.#emptyStores();
    this.events = new EventWriter(this.stores.events, this.now);
  }

  #emptyStores(): Record<ResourceName, ObjectStore> {
    const store = () => {
      const created = new ObjectStore(this.revision, this.options.historyLimit ?? 500_000);
      created.onChange = () => this.#wakeWatchers();
      return created;
    };
    return { events: store(), pods: store(), nodes: store() };
  }

  /** Once per turn of the event loop, so that a burst of writes leaves in large blocks. */
  #wakeWatchers(): void {
    if (this.#isPumpDue || this.watchers.size === 0) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      for (const watcher of this.watchers) watcher.pump();
    });
  }
}
