import type { IncidentsPort } from '../../functions/route/routePorts.ts';
import { fromIncidentItem, type IncidentItem, toIncidentItem } from '../../lib/store/incidentItem.ts';
import { fromStormItem, type StormItem, toStormItem } from '../../lib/store/incidentStormItem.ts';

type Versioned = { version: number; owed: Record<string, unknown> };

/** The Incidents table in memory: the real items under the conditions of the real writes. */
export function memoryIncidents() {
  const incidents = new Map<string, IncidentItem>();
  const storms = new Map<string, StormItem>();

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
  };
  return { port, incidents, storms };
}
