import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { complaintsAbout } from './kubernetesModels.ts';
import { manifests } from './manifest.ts';
import { least, scenarios } from './scenarios.ts';

const metadata = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  labels: z.record(z.string(), z.string()),
});
const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()) });
const endpoints = z.array(
  z.strictObject({ port: z.string(), path: z.string(), interval: z.string().regex(/^\d+(ms|s|m)$/) }),
);
const rule = z.strictObject({
  alert: z.string().regex(/^[A-Za-z_]\w*$/),
  expr: z.string().min(1),
  for: z
    .string()
    .regex(/^\d+(ms|s|m|h)$/)
    .optional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});

/** The operator's kinds, as much of them as we use: https://prometheus-operator.dev/docs/api-reference/api/ */
const operatorKinds: Readonly<Record<string, z.ZodType>> = {
  ServiceMonitor: z.strictObject({ selector, endpoints }),
  PodMonitor: z.strictObject({ selector, podMetricsEndpoints: endpoints }),
  PrometheusRule: z.strictObject({
    groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })).min(1),
  }),
};

const common = manifests(least);
const deployment = common.find(({ kind }) => kind === 'Deployment') ?? { apiVersion: '', kind: '' };

describe('every object', () => {
  it.each(Object.entries(scenarios))('is one that its API takes: %s', (_name, values) => {
    for (const object of manifests(values)) {
      const operator = operatorKinds[object.kind];
      if (operator === undefined) expect(complaintsAbout(object)).toEqual([]);
      else {
        expect(object.apiVersion).toBe('monitoring.coreos.com/v1');
        expect(metadata.safeParse(object.metadata).error?.issues).toBeUndefined();
        expect(operator.safeParse(object.spec).error?.issues).toBeUndefined();
      }
    }
  });

  it('appears once', () => {
    for (const values of Object.values(scenarios)) {
      const names = manifests(values).map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace}/${name}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe('the schemas read from the Kubernetes client', () => {
  const changed = (change: (text: string) => string) => {
    const text = JSON.stringify(deployment);
    expect(change(text)).not.toBe(text);
    return complaintsAbout(JSON.parse(change(text)));
  };

  it('find an unknown field', () => {
    expect(changed((text) => text.replace('"readOnlyRootFilesystem"', '"readOnlyRootFileSystem"'))).toEqual([
      'Deployment.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem: unknown',
    ]);
  });

  it('find a wrong type', () => {
    expect(changed((text) => text.replace('"replicas":1', '"replicas":"1"'))).toEqual([
      'Deployment.spec.replicas: expected number, got "1"',
    ]);
    expect(changed((text) => text.replace('"drop":["ALL"]', '"drop":"ALL"'))).toHaveLength(1);
  });

  it('find a missing field', () => {
    expect(changed((text) => text.replace(/"selector":\{"matchLabels":\{[^}]*\}\},/, ''))).toEqual([
      'Deployment.spec.selector: missing',
    ]);
  });

  it('know no kinds that Kubernetes does not have', () => {
    expect(() => complaintsAbout({ apiVersion: 'apps/v1', kind: 'Deploiment' })).toThrow('Deploiment');
  });
});
