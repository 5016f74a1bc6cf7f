import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseValues } from '../../lib/manifests/parseValues.ts';
import { settingsOf } from '../../lib/manifests/settings.ts';
import { parseRelayConfig } from '../../lib/relay/config.ts';
import { containerOf, type Manifest, manifests, only, podOf } from './manifest.ts';
import { least, scenarios } from './scenarios.ts';

const everyWay = Object.entries(scenarios);

describe.each(everyWay)('the pod: %s', (_name, values) => {
  const objects = manifests(values);
  const { spec } = podOf(objects);
  const container = containerOf(objects);

  // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
  it('satisfies the restricted Pod Security Standard', () => {
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers', 'ephemeralContainers']) {
      expect(spec).not.toHaveProperty(field);
    }
    expect(spec.containers).toHaveLength(1);
    for (const { name: _, ...source } of spec.volumes) {
      expect(['configMap', 'emptyDir', 'persistentVolumeClaim']).toContain(Object.keys(source).join());
    }
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('is selected by the Deployment and by whatever else selects it', () => {
    const labels = podOf(objects).metadata.labels ?? {};
    const selectors = objects.flatMap(({ spec: anySpec }) => {
      const { selector, podSelector } = (anySpec ?? {}) as Record<string, { matchLabels?: object } | undefined>;
      return [selector, podSelector].filter((found) => found !== undefined).map((found) => found.matchLabels ?? found);
    });
    expect(selectors.length).toBeGreaterThan(0);
    for (const selector of selectors) expect(labels).toMatchObject(selector);
  });

  it('mounts only volumes it has, and has every object it refers to', () => {
    const volumes = spec.volumes.map(({ name }) => name);
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.sort());
    expect(spec.volumes).toContainEqual({
      name: 'config',
      configMap: { name: only(objects, 'ConfigMap').metadata.name },
    });
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount');
    if (accounts.length > 0) expect(accounts[0]?.metadata.name).toBe(spec.serviceAccountName);
  });

  it('has a configuration that the relay takes, and time to flush', () => {
    const config = parseRelayConfig(configOf(objects));
    expect(config.cluster_id).toBe(values.clusterId);
    expect(config.shutdown_grace).toBeLessThanOrEqual((spec.terminationGracePeriodSeconds - 5) * 1_000);
    expect(config.listen).toBe(`:${container.ports[0]?.containerPort}`);
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
    expect(writable.some(({ mountPath }) => config.dead_letter_file.startsWith(`${mountPath}/`))).toBe(true);
  });
});

function configOf(objects: readonly Manifest[]): string {
  const { data } = only(objects, 'ConfigMap') as Manifest & { data: Record<string, string> };
  return data['relay.yaml'] ?? '';
}

describe('the Deployment', () => {
  const objects = manifests(least);
  const { spec } = podOf(objects);
  const container = containerOf(objects);

  it('runs one relay with the resources of the specification', () => {
    expect(only(objects, 'Deployment').spec).toMatchObject({ replicas: 1, revisionHistoryLimit: 5 });
    expect(container.resources).toEqual({
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { cpu: '250m', memory: '256Mi' },
    });
    expect(spec.terminationGracePeriodSeconds).toBe(30);
  });

  it('probes as the specification says, on the one port that is declared', () => {
    expect(container.livenessProbe).toMatchObject({
      httpGet: { path: '/health', port: 'metrics' },
      initialDelaySeconds: 30,
      periodSeconds: 10,
    });
    expect(container.readinessProbe).toMatchObject({
      httpGet: { path: '/ready', port: 'metrics' },
      initialDelaySeconds: 5,
      periodSeconds: 5,
    });
    expect(container.ports).toEqual([{ name: 'metrics', containerPort: 8080, protocol: 'TCP' }]);
    for (const { timeoutSeconds, periodSeconds, failureThreshold } of [
      container.livenessProbe,
      container.readinessProbe,
    ]) {
      expect(timeoutSeconds).toBeLessThan(periodSeconds);
      expect(failureThreshold).toBeGreaterThanOrEqual(3);
    }
  });

  it('tells the relay who it is, and mounts the token that the account does not mount by itself', () => {
    expect(container.env.map(({ name }) => name)).toEqual(['CLUSTER_ID', 'POD_NAME', 'POD_NAMESPACE']);
    expect(only(objects, 'ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(spec.automountServiceAccountToken).toBe(true);
  });

  it('leaves a node that is gone after 30 seconds', () => {
    const brief = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 };
    expect(spec.tolerations).toEqual([
      { key: 'node.kubernetes.io/not-ready', ...brief },
      { key: 'node.kubernetes.io/unreachable', ...brief },
    ]);
  });

  it('keeps the old relay until the new one is ready, except where they share a disk', () => {
    const strategy = (values: Record<string, unknown>) => only(manifests({ ...least, ...values }), 'Deployment').spec;
    expect(strategy({})).toMatchObject({ strategy: { rollingUpdate: { maxUnavailable: 0 } } });
    expect(strategy({ spool: { existingClaim: 'x' } })).toMatchObject({ strategy: { type: 'Recreate' } });
  });

  it('spreads only several replicas', () => {
    expect(spec.topologySpreadConstraints).toBeUndefined();
    const two = manifests({ ...least, replicaCount: 2, leaderElection: { enabled: true } });
    expect(podOf(two).spec.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toEqual([
      'kubernetes.io/hostname',
      'topology.kubernetes.io/zone',
    ]);
  });

  it('elects by the Lease that its Role names, and lets one replica at a time be evicted when asked', () => {
    const leaseName = (values: Record<string, unknown>) =>
      podOf(manifests({ ...least, ...values })).spec.containers[0]?.env?.find(({ name }) => name === 'LEASE_NAME')
        ?.value;
    const two = { replicaCount: 2, leaderElection: { enabled: true } };
    expect(leaseName({})).toBeUndefined();
    expect(leaseName({ ...two, fullnameOverride: 'relay' })).toBe('relay');
    const budgets = (values: Record<string, unknown>) =>
      manifests({ ...least, ...values, podDisruptionBudget: { enabled: true } }).filter(
        ({ kind }) => kind === 'PodDisruptionBudget',
      );
    expect(budgets({})).toEqual([]);
    expect(budgets(two)).toMatchObject([{ spec: { maxUnavailable: 1 } }]);
  });

  it('rolls when the configuration changes, and only then', () => {
    const checksum = (values: Record<string, unknown>) =>
      podOf(manifests({ ...least, ...values })).metadata.annotations?.['checksum/config'];
    expect(checksum({})).toMatch(/^[0-9a-f]{64}$/);
    expect(checksum({ config: { log_level: 'debug' } })).not.toBe(checksum({}));
    expect(checksum({ metrics: { service: { enabled: true } } })).toBe(checksum({}));
  });
});

describe('the configuration in the ConfigMap', () => {
  it('says what the values say, whatever texts are in them', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => value !== null);
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), json), { minLength: 1, maxLength: 3 }), (rules) => {
        const text = settingsOf({
          Values: parseValues({ ...least, config: { rules } }),
          Release: { Name: 'r', Namespace: 'n', Service: 'kef' },
          Chart: { Name: 'c', AppVersion: '1.0.0' },
        });
        expect(parse(text)).toMatchObject({ cluster_id: least.clusterId, rules: JSON.parse(JSON.stringify(rules)) });
      }),
    );
  });
});
