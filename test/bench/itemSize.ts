/**
 * How large History items are, and what they cost: `node test/bench/itemSize.ts`.
 *
 * Events as kubelets, the scheduler and controllers write them, with the lengths of message seen in clusters: most are short,
 * scheduling and image messages are long, events.k8s.io/v1 allows 1,024 characters.
 */
import { deflateRawSync } from 'node:zlib';
import { classify } from '../../lib/events/classify.ts';
import { type RawEvent, readEvent } from '../../lib/events/readEvent.ts';
import { redactEvent } from '../../lib/events/redact.ts';
import { toHistoryItem } from '../../lib/store/historyItem.ts';
import { itemSize, writeUnits } from '../../lib/store/itemSize.ts';
import { coreEvent, type EventSpec, kubeletEvent, schedulerEvent, uidOf } from '../backend/kubernetesEvents.ts';

type Build = (spec: EventSpec) => RawEvent;

const registry =
  '602401143452.dkr.ecr.eu-west-1.amazonaws.com/platform/payments/checkout-api-gateway:2026.11.20-rc.4-8f3e21c';
const taints = [
  'node.kubernetes.io/disk-pressure: ',
  'eks.amazonaws.com/compute-type: fargate',
  'CriticalAddonsOnly: true',
  'karpenter.sh/disrupted: ',
];

/** What to write, how often, and what a listing would show. */
const kinds: readonly { weight: number; label: string; build: Build; spec: (i: number) => EventSpec }[] = [
  {
    weight: 14,
    label: 'Pulled',
    build: kubeletEvent,
    spec: (i) => ({
      reason: 'Pulled',
      type: 'Normal',
      message: `Successfully pulled image "${registry}" in ${300 + i}ms (${310 + i}ms including waiting). Image size: ${48_000_000 + i} bytes.`,
    }),
  },
  {
    weight: 12,
    label: 'Created',
    build: kubeletEvent,
    spec: () => ({ reason: 'Created', type: 'Normal', message: 'Created container: checkout-api' }),
  },
  {
    weight: 12,
    label: 'Started',
    build: kubeletEvent,
    spec: () => ({ reason: 'Started', type: 'Normal', message: 'Started container checkout-api' }),
  },
  { weight: 10, label: 'BackOff', build: kubeletEvent, spec: (i) => ({ reason: 'BackOff', count: i }) },
  {
    weight: 12,
    label: 'Unhealthy',
    build: kubeletEvent,
    spec: (i) => ({
      reason: 'Unhealthy',
      count: i,
      message: `Readiness probe failed: Get "http://10.0.${i % 200}.17:8080/healthz/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    }),
  },
  {
    weight: 8,
    label: 'Unhealthy, core/v1',
    build: coreEvent,
    spec: (i) => ({
      reason: 'Unhealthy',
      count: i,
      message: `Liveness probe failed: Get "http://10.0.3.${i % 200}:9090/-/healthy": dial tcp 10.0.3.${i % 200}:9090: connect: connection refused`,
    }),
  },
  { weight: 10, label: 'FailedScheduling', build: schedulerEvent, spec: () => ({}) },
  {
    weight: 4,
    label: 'FailedScheduling, 1,024 characters',
    build: schedulerEvent,
    spec: (i) => ({ message: longScheduling(i) }),
  },
  {
    weight: 6,
    label: 'Failed image',
    build: kubeletEvent,
    spec: (i) => ({
      reason: 'Failed',
      count: i,
      message: `Failed to pull image "${registry}": rpc error: code = NotFound desc = failed to pull and unpack image "${registry}": failed to resolve reference "${registry}": ${registry}: not found`,
    }),
  },
  {
    weight: 5,
    label: 'FailedMount',
    build: kubeletEvent,
    spec: () => ({
      reason: 'FailedMount',
      message:
        'Unable to attach or mount volumes: unmounted volumes=[data-prometheus-operator-kube-prometheus-db], unattached volumes=[config config-out tls-assets data-prometheus-operator-kube-prometheus-db web-config kube-api-access-x7z2k]: timed out waiting for the condition',
    }),
  },
  {
    weight: 5,
    label: 'FailedCreatePodSandBox',
    build: kubeletEvent,
    spec: (i) => ({
      reason: 'FailedCreatePodSandBox',
      message: `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${uidOf(`sandbox${i}`).replaceAll('-', '')}${uidOf(`box${i}`).replaceAll('-', '')}": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container`,
    }),
  },
  {
    weight: 2,
    label: 'random text, 1,024 characters',
    build: kubeletEvent,
    spec: (i) => ({
      reason: 'Custom',
      message: Array.from({ length: 28 }, (_, k) => uidOf(`${i}/${k}`))
        .join(' ')
        .slice(0, 1024),
    }),
  },
];

function longScheduling(i: number): string {
  const parts = Array.from(
    { length: 12 },
    (_, k) => `${((i + k) % 9) + 1} node(s) had untolerated taint {${taints[k % taints.length]}}`,
  );
  return `0/64 nodes are available: ${parts.join(', ')}, 7 Insufficient memory, 9 node(s) didn't match Pod's node affinity/selector. preemption: 0/64 nodes are available: 7 No preemption victims found for incoming pod, 57 Preemption is not helpful for scheduling.`
    .padEnd(1024, ' 3 node(s) had volume node affinity conflict,')
    .slice(0, 1024);
}

interface Measured {
  readonly raw: number;
  readonly plain: number;
  readonly blob: number;
  readonly item: number;
}

function measure(raw: RawEvent): Measured {
  redactEvent(raw);
  const record = readEvent(raw);
  const item = toHistoryItem({
    cluster: 'prod-eu-west-1',
    record,
    classification: classify(record),
    raw,
    backlog: false,
    retentionDays: 30,
  });
  const text = JSON.stringify(raw);
  return {
    raw: Buffer.byteLength(text),
    plain: deflateRawSync(text).length,
    blob: item.d.length,
    item: itemSize(item),
  };
}

const columns = ['events', 'JSON', 'deflate', 'with dictionary', 'item', 'largest', 'units/event'];
const row = (label: string, cells: readonly (string | number)[]) =>
  console.log(label.padEnd(36), cells.map((cell) => String(cell).padStart(16)).join(''));
const average = (values: readonly number[]) =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);

function report(label: string, measured: readonly Measured[]): void {
  const units = measured.reduce((sum, { item }) => sum + writeUnits(item), 0) / measured.length;
  row(label, [
    measured.length,
    average(measured.map(({ raw }) => raw)),
    average(measured.map(({ plain }) => plain)),
    average(measured.map(({ blob }) => blob)),
    average(measured.map(({ item }) => item)),
    Math.max(...measured.map(({ item }) => item)),
    units.toFixed(2),
  ]);
}

row('', columns);
const all: Measured[] = [];
for (const { weight, label, build, spec } of kinds) {
  const measured = Array.from({ length: weight * 20 }, (_, i) => {
    const name = `checkout-api-gateway-7c9d8b6f5-${uidOf(`${label}${i}`).slice(0, 5)}`;
    return measure(
      build({
        namespace: 'payments-production',
        name,
        seed: `${label}${i}`,
        at: `2026-11-20T10:${String(i % 60).padStart(2, '0')}:07Z`,
        ...spec(i + 1),
      }),
    );
  });
  all.push(...measured);
  report(label, measured);
}
report('all', all);
const sizes = all.map(({ item }) => item).sort((a, b) => a - b);
const at = (share: number) => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))];
console.log(
  `item bytes: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, max ${at(1)}; ≤ 1,024: ${((100 * sizes.filter((size) => size <= 1024).length) / sizes.length).toFixed(1)} %`,
);
