import { createHash } from 'node:crypto';
import { encodePart } from '../../lib/events/fingerprint.ts';
import type { StandardEvent } from '../../lib/events/standardEvent.ts';
import type { RelayNews } from '../route/busEntry.ts';
import type { Heartbeat } from './findSilence.ts';

/**
 * A relay's silence, or its end, in the shape of every other event on the bus: whoever reads those can read this one.
 * It has no `notify` label: it goes to those who operate the forwarder, not to those who operate the workloads.
 */
export function relayEvent(news: RelayNews, { cluster, heartbeat }: Heartbeat, now: number): StandardEvent {
  const isSilent = news === 'relay.k8s.silent';
  const reason = isSilent ? 'RelaySilent' : 'RelayBack';
  const minutes = Math.max(0, Math.round((now - Date.parse(heartbeat)) / 60_000));
  const message = isSilent
    ? `Nothing was heard from the relay of cluster ${cluster} for ${minutes} minutes; its last sign of life was at ${heartbeat}. ` +
      'Events of this cluster are not arriving.'
    : `The relay of cluster ${cluster} is heard again, since ${heartbeat}. It sends what it missed.`;
  return {
    id: createHash('sha256').update(`${news}\n${cluster}\n${heartbeat}`).digest('hex').slice(0, 32),
    type: 'k8s_event',
    source: 'kubernetes',
    timestamp: heartbeat,
    processedAt: new Date(now).toISOString(),
    clusterId: cluster,
    namespace: '',
    severity: isSilent ? 'high' : 'info',
    labels: {
      event_type: isSilent ? 'Warning' : 'Normal',
      reason,
      effective_reason: reason,
      involved_kind: 'Cluster',
      involved_name: cluster,
      count: '1',
      component: 'kube-event-forwarder',
      category: 'relay',
      rule: 'relay-heartbeat',
      event_uid: '',
    },
    annotations: {
      message,
      summary: isSilent ? `cluster ${cluster} is silent` : `cluster ${cluster} is back`,
      first_timestamp: heartbeat,
      last_timestamp: heartbeat,
      ...(isSilent
        ? {
            remedy:
              'kubectl -n kube-event-forwarder get pods, then their logs. No pod: was the deployment removed? Errors 403: ' +
              'is the cluster still in kef.config.yaml, and its role unchanged? No route: is the VPC endpoint for execute-api up?',
          }
        : {}),
    },
    fingerprint: `${encodePart(cluster)}//Cluster/${encodePart(cluster)}/RelaySilent`,
  };
}
