import { configMap } from './objects/configMap.ts';
import { deployment } from './objects/deployment.ts';
import { podMonitor, service, serviceMonitor } from './objects/monitoring.ts';
import { networkPolicy } from './objects/networkPolicy.ts';
import { podDisruptionBudget } from './objects/podDisruptionBudget.ts';
import { prometheusRule } from './objects/prometheusRule.ts';
import { rbac } from './objects/rbac.ts';
import { serviceAccount } from './objects/serviceAccount.ts';
import type { Template } from './template/document.ts';
import { evaluate, type Manifest } from './template/evaluate.ts';
import type { Scope } from './template/scope.ts';

/** Everything a release consists of: one source for the chart's templates and for plain YAML. */
export const templates: readonly Template[] = [
  serviceAccount,
  rbac,
  configMap,
  deployment,
  podDisruptionBudget,
  service,
  serviceMonitor,
  podMonitor,
  prometheusRule,
  networkPolicy,
];

/** The objects of a release, in an order in which they can be applied. */
export function manifestsOf(scope: Scope): Manifest[] {
  return templates.flatMap(({ documents }) => documents.flatMap((document) => evaluate(document, scope)));
}
