import { millisOf } from './moment.ts';
import type { Occurrence } from './occurrence.ts';

/** Time zero of tests. */
export const startedAt = Date.parse('2026-11-20T10:00:00Z');

/** Occurrence time text, this many milliseconds after time zero. */
export function timeAt(ms: number): string {
  return `${new Date(startedAt + ms).toISOString().slice(0, 23)}000Z`;
}

/** An occurrence for tests: `ms` after time zero, of one pod's volume that cannot be mapped unless told otherwise. */
export function occurrence(ms: number, parts: Partial<Occurrence> = {}): Occurrence {
  const at = parts.at ?? timeAt(ms);
  const uid = parts.uid ?? 'uid-1';
  const count = parts.count ?? 1;
  return {
    key: `${at}#${uid}#${count}`,
    fingerprint: 'prod/shop/Pod/web-7d9/FailedMapVolume',
    uid,
    count,
    at,
    arrivedAt: millisOf(at) + 1_000,
    severity: 'medium',
    effectiveReason: 'FailedMapVolume',
    backlog: false,
    ...parts,
  };
}
