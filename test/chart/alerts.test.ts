import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Alert, eventAlerts, relayAlerts } from '../../lib/manifests/alerts.ts';
import { containerOf, type Manifest, manifests, only } from './manifest.ts';
import { type RunningImage, runImage } from './runningImage.ts';
import { least } from './scenarios.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

const alerts: readonly Alert[] = [...relayAlerts, ...eventAlerts];

/** The rules of the PrometheusRule that these settings give, by group. */
function groups(prometheusRule: Record<string, unknown> = {}): Record<string, readonly Rule[]> {
  const objects = manifests({ ...least, metrics: { prometheusRule: { enabled: true, ...prometheusRule } } });
  const { spec } = only(objects, 'PrometheusRule') as Manifest & {
    readonly spec: { readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] };
  };
  return Object.fromEntries(spec.groups.map(({ name, rules }) => [name, rules]));
}

/** Names before a brace are metrics: every selector of ours has one. */
function metricsIn(expr: string): string[] {
  return [...expr.matchAll(/([a-z_][a-z0-9_]*)\{/g)].map((match) => match[1] ?? '');
}

describe('alert rules', () => {
  it('look at this cluster only, in every selector', () => {
    const rules = Object.values(groups()).flat();
    expect(rules.map(({ alert }) => alert)).toEqual(alerts.map(({ name }) => name));
    for (const { expr, alert } of rules) {
      expect(expr, alert).not.toContain('$cluster');
      const selectors = [...expr.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
      expect(selectors.length, alert).toBeGreaterThan(0);
      for (const selector of selectors) expect(selector, alert).toMatch(/^cluster_id="prod-eu"(,|$)/);
    }
  });

  it('are well-formed as far as brackets, quotes and names tell', () => {
    for (const { expr, name } of alerts) {
      expect(expr.replace(/"[^"]*"/g, '').replace(/[^()[\]{}]/g, ''), name).toMatch(balanced);
      expect(name).toMatch(/^(KefRelay|KubeEvents)[A-Za-z]+$/);
    }
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
  });

  it('can be left out one by one, and those on events together', () => {
    expect(groups({ disabled: ['KefRelayAbsent'] })['kube-event-forwarder.relay']).toHaveLength(relayAlerts.length - 1);
    expect(Object.keys(groups({ eventAlerts: false }))).toEqual(['kube-event-forwarder.relay']);
  });

  it('have the thresholds of the specification for events', () => {
    const summaryOf = Object.fromEntries(
      eventAlerts.map(({ name, expr, for: wait, severity }) => [
        name,
        `${/\[(\w+)\]/.exec(expr)?.[1]} ${/ > [\d.]+$/.exec(expr)?.[0].trim()} ${wait ?? '-'} ${severity}`,
      ]),
    );
    expect(summaryOf).toEqual({
      KubeEventsWarningRaised: '5m > 10 5m warning',
      KubeEventsWarningMany: '5m > 10 5m warning',
      KubeEventsWarningStorm: '5m > 0.5 5m critical',
      KubeEventsFailedScheduling: '5m > 5 5m critical',
      KubeEventsNodeNotReady: '5m > 0 5m critical',
      KubeEventsKernelOops: '5m > 0 - critical',
      KubeEventsCertificateNotReady: '10m > 0 10m warning',
      KubeEventsBackupFailed: '1h > 0 - critical',
      KubeEventsAllocationFailed: '5m > 3 5m warning',
    });
  });
});

const balanced = /^(\(|\)|\[\]|\{\}|\[|\])*$/;

describe('the running image', () => {
  let relay: RunningImage;
  const objects = manifests(least);
  beforeAll(async () => {
    const { data } = only(objects, 'ConfigMap') as Manifest & { readonly data: Readonly<Record<string, string>> };
    relay = await runImage(data['relay.yaml'] ?? '');
  });
  afterAll(() => relay.stop());

  const get = (path: string) => fetch(`${relay.origin}${path}`);

  it('has every metric that an alert looks at, with the labels it looks at', async () => {
    const text = await (await get('/metrics')).text();
    const served = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1]));
    for (const { expr, name } of alerts) {
      const metrics = metricsIn(expr);
      expect(metrics.length, name).toBeGreaterThan(0);
      for (const metric of metrics) expect(served, `${name} looks at ${metric}`).toContain(metric);
    }
    expect(text).toMatch(/^kef_relay_ready\{cluster_id="prod-eu"\} 0$/m);
  });

  it('answers the probes of the Deployment: alive, though nothing around it works, and not ready', async () => {
    const { livenessProbe, readinessProbe } = containerOf(objects);
    expect((await get(livenessProbe.httpGet.path)).status).toBe(200);
    const ready = await get(readinessProbe.httpGet.path);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false });
  });
});
