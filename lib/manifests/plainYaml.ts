import { stringify } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { parseRelayConfig } from '../relay/config.ts';
import { applying, checks, warnings } from './checks.ts';
import { settings } from './helpers.ts';
import { manifestsOf } from './manifests.ts';
import { invalidValues, parseValues } from './parseValues.ts';
import type { Manifest } from './template/evaluate.ts';
import type { Scope } from './template/scope.ts';
import { dnsLabel, notDnsLabel } from './values.ts';

/** Name of the chart, of its release where we make one up, and of the namespace it is made for. */
export const chartName = 'kube-event-forwarder';

/** What plain YAML is made of. */
export interface PlainYamlOptions {
  /** Values as in `values.yaml`; unchecked. */
  readonly values: unknown;
  /** @default 'kube-event-forwarder' */
  readonly namespace?: string;
  /** Whether the Namespace itself is among the objects. @default true */
  readonly createNamespace?: boolean;
}

/** The objects of a release, and what may surprise about them. */
export interface PlainManifests {
  readonly manifests: readonly Manifest[];
  readonly warnings: readonly string[];
}

/**
 * The objects of a relay for `kubectl apply`, the Namespace first.
 *
 * @throws KefError `ConfigInvalid` with every wrong value, and with everything the relay itself would refuse
 */
export function plainManifests({
  values,
  namespace = chartName,
  createNamespace = true,
}: PlainYamlOptions): PlainManifests {
  const scope: Scope = {
    Values: parseValues(values),
    Release: { Name: chartName, Namespace: namespace, Service: 'kef' },
    Chart: { Name: chartName, AppVersion: packageJson.version },
  };
  const mistakes = [
    ...(dnsLabel.test(namespace) ? [] : [`namespace: ${notDnsLabel}; got ${JSON.stringify(namespace)}`]),
    ...applying(checks, scope),
  ];
  if (mistakes.length > 0) throw invalidValues(mistakes);
  // The very text that goes into the ConfigMap; whatever the relay finds wrong with it is better known now.
  parseRelayConfig(settings.evaluate(scope));
  return {
    manifests: [...(createNamespace ? [namespaceObject(namespace)] : []), ...manifestsOf(scope)],
    warnings: applying(warnings, scope),
  };
}

/** Kubernetes reads YAML 1.1, where `no` and `1:30` need quotes; and it has no use for anchors. */
const yamlOptions = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;

/** Objects as one YAML stream. */
export function toYaml(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => stringify(manifest, yamlOptions)).join('---\n');
}

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces */
function namespaceObject(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: { 'app.kubernetes.io/name': chartName, 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  };
}
