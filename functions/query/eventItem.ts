import type { EventItem } from '../../lib/api/readContract.ts';
import { fingerprintOf } from '../../lib/events/fingerprint.ts';
import { fromHistoryItem, type HistoryItem } from '../../lib/store/historyItem.ts';

/** An occurrence as lists show it. */
export function toEventItem(item: HistoryItem): EventItem {
  const { cluster, record, classification, key } = fromHistoryItem(item);
  return {
    cluster,
    namespace: record.namespace,
    kind: record.regarding.kind,
    name: record.regarding.name,
    reason: record.reason,
    effectiveReason: classification.effectiveReason,
    severity: classification.severity,
    type: record.type,
    count: record.count,
    component: record.component,
    message: record.message,
    firstOccurrence: record.firstOccurrence,
    lastOccurrence: record.lastOccurrence,
    uid: record.uid,
    fingerprint: fingerprintOf(cluster, record, classification.effectiveReason),
    key,
  };
}
