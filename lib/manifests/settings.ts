import type { Scope } from './template/scope.ts';

/** Where the chart mounts things, and the one port it opens. */
export const places = {
  config: '/etc/kube-event-forwarder',
  configFile: 'relay.yaml',
  spool: '/var/lib/kube-event-forwarder',
  port: 8080,
} as const;

/** Seconds of the grace period that are left for Kubernetes to notice that the relay is done. */
const farewellSeconds = 5;

/**
 * The relay's configuration file: one setting per line, each value as JSON (which YAML contains), keys in order. So the chart
 * and we write the same bytes, and the checksum that rolls the pod means the same thing in both.
 */
export function settingsOf({ Values }: Scope): string {
  const settings: Record<string, unknown> = {
    ...Values.config,
    cluster_id: Values.clusterId,
    api_url: Values.apiUrl,
    ...(Values.region === '' ? undefined : { aws_region: Values.region }),
    ...(Values.namespaces.length === 0 ? undefined : { namespaces: Values.namespaces }),
    listen: `:${places.port}`,
    dead_letter_file: `${places.spool}/dead-letters.ndjson`,
    shutdown_grace: `${Values.terminationGracePeriodSeconds - farewellSeconds}s`,
  };
  return Object.keys(settings)
    .filter((key) => settings[key] !== undefined && settings[key] !== null)
    .sort()
    .map((key) => `${key}: ${goJson(settings[key])}\n`)
    .join('');
}

/** {@link settingsOf} in Helm's words. Ranging over a dict goes by sorted keys. */
export const settingsTemplate = `{{- $settings := deepCopy .Values.config }}
{{- $_ := set $settings "cluster_id" .Values.clusterId }}
{{- $_ := set $settings "api_url" .Values.apiUrl }}
{{- with .Values.region }}{{ $_ := set $settings "aws_region" . }}{{ end }}
{{- with .Values.namespaces }}{{ $_ := set $settings "namespaces" . }}{{ end }}
{{- $_ := set $settings "listen" ":${places.port}" }}
{{- $_ := set $settings "dead_letter_file" "${places.spool}/dead-letters.ndjson" }}
{{- $_ := set $settings "shutdown_grace" (printf "%ds" (sub .Values.terminationGracePeriodSeconds ${farewellSeconds})) }}
{{- range $key, $value := $settings }}
{{- $key }}: {{ toJson $value }}
{{ end }}`;

/** JSON as Go writes it: keys in order, and the characters that could end a script element escaped. */
function goJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  ).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
