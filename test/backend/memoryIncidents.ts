import type { IncidentsPort } from '../../functions/route/routePorts.ts';
import { type DeskItem, fromDeskItem, toDeskItem } from '../../lib/store/incidentDeskItem.ts';
import type { DueNote } from '../../lib/store/incidentDue.ts';
import { fromIncidentItem, type IncidentItem, toIncidentItem } from '../../lib/store/incidentItem.ts';
import { fromStormItem, type StormItem, toStormItem } from '../../lib/store/incidentStormItem.ts';

type Versioned = { version: number; owed: Record<string, unknown> };

/** The Incidents table in memory: the real items under the conditions of the real writes. */
export function memoryIncidents() {
  const incidents = new Map<string, IncidentItem>();
  const storms = new Map<string, StormItem>();
  const desks = new Map<string, DeskItem>();
  const notes = new Map<string, DueNote>();

  function put<T extends Versioned>(table: Map<string, T>, key: string, item: T, expected: number) {
    const stored = table.get(key);
    if (expected === 0 ? stored !== undefined : stored?.version !== expected) return 'conflict' as const;
    table.set(key, structuredClone(item));
    return 'written' as const;
  }

  function clear<T extends Versioned>(table: Map<string, T>, key: string, ids: readonly string[]): void {
    const stored = table.get(key);
    if (stored === undefined || !ids.some((id) => id in stored.owed)) return;
    const owed = Object.fromEntries(Object.entries(stored.owed).filter(([id]) => !ids.includes(id)));
    table.set(key, { ...stored, version: stored.version + 1, owed });
  }

  const found = <T, S>(table: Map<string, T>, keys: readonly string[], read: (item: T) => S) =>
    new Map(
      keys.flatMap((key) => (table.has(key) ? [[key, read(structuredClone(table.get(key) as T))] as const] : [])),
    );

  const port: IncidentsPort = {
    getMany: async (fingerprints) => found(incidents, fingerprints, fromIncidentItem),
    putDecision: async (state, version) =>
      put(incidents, state.fingerprint, toIncidentItem(state, version + 1, 90), version),
    clearOwed: async (fingerprint, ids) => clear(incidents, fingerprint, ids),
    getStorms: async (groups) => found(storms, groups, fromStormItem),
    putStorm: async (state, version) => put(storms, state.group, toStormItem(state, version + 1, 0), version),
    clearStormOwed: async (group, ids) => clear(storms, group, ids),
    getDesks: async (clusters) => found(desks, clusters, fromDeskItem),
    putDesk: async (desk, version) => put(desks, desk.cluster, toDeskItem(desk, version + 1, 0), version),
    clearDeskOwed: async (cluster, ids) => clear(desks, cluster, ids),
    due: {
      put: async ({ at, kind, id }) => void notes.set(JSON.stringify({ at, kind, id }), { at, kind, id }),
      until: async (now) => [...notes.values()].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at),
      remove: async ({ at, kind, id }) => void notes.delete(JSON.stringify({ at, kind, id })),
    },
  };
  return { port, incidents, storms, desks, notes };
}
