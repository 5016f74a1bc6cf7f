import { type Alert, eventAlerts, expressionOf, relayAlerts } from '../alerts.ts';
import { has, isSet, not } from '../template/condition.ts';
import { object, type Template } from '../template/document.ts';
import { type Item, type Mapping, when } from '../template/node.ts';
import { monitoringMetadata } from './monitoring.ts';

function annotationsOf({ name, summary, description }: Alert): Mapping {
  const runbook = relayAlerts.some((alert) => alert.name === name)
    ? { runbook: `docs/troubleshooting.md#${name.toLowerCase()}` }
    : undefined;
  return { summary: `${summary} ({{ $labels.cluster_id }})`, description, ...runbook };
}

function ruleOf(alert: Alert): Item {
  const rule: Mapping = {
    alert: alert.name,
    expr: expressionOf(alert),
    ...(alert.for === undefined ? undefined : { for: alert.for }),
    labels: { severity: alert.severity },
    annotations: annotationsOf(alert),
  };
  return when(not(has(({ Values }) => Values.metrics.prometheusRule.disabled, alert.name)), rule);
}

/** https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
export const prometheusRule: Template = {
  file: 'prometheusrule.yaml',
  documents: [
    object(
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: monitoringMetadata(({ Values }) => Values.metrics.prometheusRule.labels),
        spec: {
          groups: [
            { name: 'kube-event-forwarder.relay', rules: relayAlerts.map(ruleOf) },
            when(
              isSet(({ Values }) => Values.metrics.prometheusRule.eventAlerts),
              { name: 'kube-event-forwarder.events', rules: eventAlerts.map(ruleOf) },
            ),
          ],
        },
      },
      isSet(({ Values }) => Values.metrics.prometheusRule.enabled),
    ),
  ],
};
