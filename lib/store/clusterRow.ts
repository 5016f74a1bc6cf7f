/** One cluster as the registry shows it. */
export interface ClusterRow {
  readonly cluster: string;
  readonly heartbeat: string;
  readonly lastEventAt?: string;
  readonly lagSeconds?: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly batches: number;
  readonly relay: { readonly id?: string; readonly version?: string; readonly startedAt?: string };
  readonly counters?: Record<string, number>;
  readonly gapCount: number;
  readonly gapDropped: number;
  readonly lastGaps: Record<string, unknown>[];
}

/** Reads a cluster's item as `recordBatch` wrote it. */
export function toClusterRow(item: Record<string, unknown>): ClusterRow {
  const relay = asRecord(item.relay);
  return {
    cluster: String(item.cluster),
    heartbeat: String(item.heartbeat),
    ...(typeof item.lastEventAt === 'string' ? { lastEventAt: item.lastEventAt } : {}),
    ...(typeof item.lagSeconds === 'number' ? { lagSeconds: item.lagSeconds } : {}),
    accepted: asNumber(item.accepted),
    rejected: asNumber(item.rejected),
    batches: asNumber(item.batches),
    relay: {
      ...(typeof relay.id === 'string' ? { id: relay.id } : {}),
      ...(typeof relay.version === 'string' ? { version: relay.version } : {}),
      ...(typeof relay.startedAt === 'string' ? { startedAt: relay.startedAt } : {}),
    },
    ...(item.counters === undefined ? {} : { counters: item.counters as Record<string, number> }), // written from a checked batch
    gapCount: asNumber(item.gapCount),
    gapDropped: asNumber(item.gapDropped),
    lastGaps: Array.isArray(item.lastGaps) ? item.lastGaps.map(asRecord) : [],
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // objects are records
}

function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
