import { fullname, labels, selectorLabels } from '../helpers.ts';
import { places } from '../settings.ts';
import { any, isSet } from '../template/condition.ts';
import { object, type Template } from '../template/document.ts';
import { block, text } from '../template/expression.ts';
import { type Mapping, merge, when } from '../template/node.ts';
import type { Select } from '../template/scope.ts';
import { metadata, releaseNamespace } from './metadata.ts';

const wantsServiceMonitor = isSet(({ Values }) => Values.metrics.serviceMonitor.enabled);
const wantsPodMonitor = isSet(({ Values }) => Values.metrics.podMonitor.enabled);

/** A way to the relay's one port, for whoever scrapes through Services. */
export const service: Template = {
  file: 'service.yaml',
  documents: [
    object(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: metadata(),
        spec: {
          type: 'ClusterIP',
          selector: selectorLabels,
          ports: [{ name: 'metrics', port: places.port, targetPort: 'metrics', protocol: 'TCP' }],
        },
      },
      any(
        isSet(({ Values }) => Values.metrics.service.enabled),
        wantsServiceMonitor,
      ),
    ),
  ],
};

/** The labels by which a Prometheus picks its monitors and rules are its own affair, hence a value. */
export function monitoringMetadata(selectMore: Select<object>): Mapping {
  return {
    name: fullname,
    namespace: releaseNamespace,
    labels: merge(labels, when(isSet(selectMore), block(selectMore))),
  };
}

const endpoint = (interval: Select<string>): Mapping => ({
  port: 'metrics',
  path: '/metrics',
  interval: text(interval),
});

/** https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor */
export const serviceMonitor: Template = {
  file: 'servicemonitor.yaml',
  documents: [
    object(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata: monitoringMetadata(({ Values }) => Values.metrics.serviceMonitor.labels),
        spec: {
          selector: { matchLabels: selectorLabels },
          endpoints: [endpoint(({ Values }) => Values.metrics.serviceMonitor.interval)],
        },
      },
      wantsServiceMonitor,
    ),
  ],
};

/** https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor */
export const podMonitor: Template = {
  file: 'podmonitor.yaml',
  documents: [
    object(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PodMonitor',
        metadata: monitoringMetadata(({ Values }) => Values.metrics.podMonitor.labels),
        spec: {
          selector: { matchLabels: selectorLabels },
          podMetricsEndpoints: [endpoint(({ Values }) => Values.metrics.podMonitor.interval)],
        },
      },
      wantsPodMonitor,
    ),
  ],
};
