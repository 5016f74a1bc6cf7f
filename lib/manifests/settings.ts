import { configKeys } from '../relay/config.ts';
import type { Scope } from './template/scope.ts';

/** Where the chart mounts things, and the one port it opens. */
export const places = {
  config: '/etc/kube-event-forwarder',
  configFile: 'relay.yaml',
  data: '/var/lib/kube-event-forwarder',
  trustedCa: '/etc/kube-event-forwarder-ca',
  port: 8080,
} as const;

/** Seconds of the grace period that are left for Kubernetes to notice that the relay is done. */
const farewellSeconds = 5;
const bytesPerMegabyte = 1024 * 1024;

/** A setting of the relay that follows from other values: what it is here, and the same in Helm's words. */
interface DerivedSetting {
  readonly key: string;
  readonly read: (scope: Scope) => unknown;
  readonly pipeline: string;
  /** The value without which the setting is left out. */
  readonly onlyWith?: { readonly isSet: (scope: Scope) => boolean; readonly pipeline: string };
}

const derivedSettings: readonly DerivedSetting[] = [
  { key: 'cluster_id', read: ({ Values }) => Values.clusterId, pipeline: '.Values.clusterId' },
  { key: 'api_url', read: ({ Values }) => Values.apiUrl, pipeline: '.Values.apiUrl' },
  {
    key: 'aws_region',
    read: ({ Values }) => Values.region,
    pipeline: '.Values.region',
    onlyWith: { isSet: ({ Values }) => Values.region !== '', pipeline: '.Values.region' },
  },
  {
    key: 'namespaces',
    read: ({ Values }) => Values.namespaces,
    pipeline: '.Values.namespaces',
    onlyWith: { isSet: ({ Values }) => Values.namespaces.length > 0, pipeline: '.Values.namespaces' },
  },
  { key: 'listen', read: () => `:${places.port}`, pipeline: `":${places.port}"` },
  {
    key: 'dead_letter_file',
    read: () => `${places.data}/dead-letters.ndjson`,
    pipeline: `"${places.data}/dead-letters.ndjson"`,
  },
  {
    key: 'shutdown_grace',
    read: ({ Values }) => `${Values.terminationGracePeriodSeconds - farewellSeconds}s`,
    pipeline: `(printf "%ds" (sub .Values.terminationGracePeriodSeconds ${farewellSeconds}))`,
  },
  { key: 'spool_dir', read: () => `${places.data}/spool`, pipeline: `"${places.data}/spool"` },
  {
    key: 'spool_max_bytes',
    read: ({ Values }) => Values.spool.maxMegabytes * bytesPerMegabyte,
    pipeline: `(mul .Values.spool.maxMegabytes ${bytesPerMegabyte})`,
  },
  { key: 'signals', read: ({ Values }) => Values.signals, pipeline: '.Values.signals' },
  {
    key: 'leader_election',
    read: ({ Values }) => Values.leaderElection.enabled,
    pipeline: '.Values.leaderElection.enabled',
  },
];

/** Whether this version of the relay has a setting; it refuses those it does not know. */
export function relayHas(key: string): boolean {
  return configKeys.includes(key);
}

const writtenSettings = derivedSettings.filter(({ key }) => relayHas(key));

/** Settings that may not be given as they are, because the chart writes them, or because they mean nothing inside a cluster. */
export const ownedSettings: readonly string[] = [
  ...derivedSettings.map(({ key }) => key),
  'message_bus_url',
  'kubeconfig',
  'context',
  'lease_name',
  'lease_namespace',
];

/**
 * The relay's configuration file: one setting per line, each value as JSON (which YAML contains), keys in order. So the chart
 * and we write the same bytes, and the checksum that rolls the pod means the same thing in both.
 */
export function settingsOf(scope: Scope): string {
  const settings: Record<string, unknown> = { ...scope.Values.config };
  for (const { key, read, onlyWith } of writtenSettings) {
    if (onlyWith === undefined || onlyWith.isSet(scope)) settings[key] = read(scope);
  }
  return Object.keys(settings)
    .sort()
    .map((key) => `${key}: ${goJson(settings[key])}\n`)
    .join('');
}

/** {@link settingsOf} in Helm's words. Ranging over a dict goes by sorted keys. */
export const settingsTemplate = [
  '{{- $settings := deepCopy .Values.config }}',
  ...writtenSettings.map(({ key, pipeline, onlyWith }) => {
    const set = `$_ := set $settings ${JSON.stringify(key)} ${pipeline}`;
    return onlyWith === undefined ? `{{- ${set} }}` : `{{- if ${onlyWith.pipeline} }}{{ ${set} }}{{ end }}`;
  }),
  '{{- range $key, $value := $settings }}',
  '{{- $key }}: {{ toJson $value }}',
  '{{ end }}',
].join('\n');

/** JSON as Go writes it: keys in order, and the characters that could end a script element escaped. */
function goJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
