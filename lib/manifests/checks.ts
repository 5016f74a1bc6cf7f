import { relayHas } from './settings.ts';
import { all, type Condition, hasKey, isMoreThan, isSet, matches, not } from './template/condition.ts';
import type { Scope } from './template/scope.ts';

/** Something that no schema can say: values that are needed, or do not go together. */
export interface Check {
  readonly isWrong: Condition;
  readonly message: string;
}

/** Regions stand in the host names of AWS' own endpoints, public and private ones. */
const regionInHost = /\.execute-api\.[a-z0-9-]+\.amazonaws\.com/;

/** Checked by `kef manifests` and, in `templates/checks.yaml`, by Helm; all that are wrong are reported together. */
export const checks: readonly Check[] = [
  {
    isWrong: not(isSet(({ Values }) => Values.clusterId)),
    message: 'clusterId is required: the id of this cluster in the backend, for example prod-us-west-2',
  },
  {
    isWrong: not(isSet(({ Values }) => Values.apiUrl)),
    message: 'apiUrl is required: the URL of the API, output ApiUrl of the backend stack',
  },
  {
    isWrong: all(
      isSet(({ Values }) => Values.apiUrl),
      not(isSet(({ Values }) => Values.region)),
      not(matches(({ Values }) => Values.apiUrl, regionInHost)),
    ),
    message: 'region is required: apiUrl does not name the AWS region of the API',
  },
  {
    isWrong: all(
      isMoreThan(({ Values }) => Values.replicaCount, 1),
      not(isSet(({ Values }) => Values.leaderElection.enabled)),
    ),
    message: 'replicaCount above 1 needs leaderElection.enabled: otherwise every replica sends every event',
  },
  {
    isWrong: all(
      isMoreThan(({ Values }) => Values.replicaCount, 1),
      isSet(({ Values }) => Values.spool.existingClaim),
    ),
    message: 'replicaCount above 1 and spool.existingClaim do not go together: a spool belongs to one relay',
  },
  {
    isWrong: all(
      isSet(({ Values }) => Values.serviceAccount.roleArn),
      not(isSet(({ Values }) => Values.serviceAccount.create)),
    ),
    message:
      'serviceAccount.roleArn has no effect without serviceAccount.create: annotate the existing account with eks.amazonaws.com/role-arn',
  },
  {
    isWrong: hasKey(({ Values }) => Values.serviceAccount.annotations, 'eks.amazonaws.com/role-arn'),
    message: 'serviceAccount.annotations: give eks.amazonaws.com/role-arn as serviceAccount.roleArn',
  },
  {
    isWrong: all(
      isSet(({ Values }) => Values.metrics.serviceMonitor.enabled),
      isSet(({ Values }) => Values.metrics.podMonitor.enabled),
    ),
    message: 'metrics: serviceMonitor and podMonitor would scrape the relay twice; enable one',
  },
  ...['app.kubernetes.io/name', 'app.kubernetes.io/instance'].map((key) => ({
    isWrong: hasKey(({ Values }) => Values.podLabels, key),
    message: `podLabels: ${key} selects the pod and cannot be changed`,
  })),
  ...['checksum/config', 'prometheus.io/scrape', 'prometheus.io/port', 'prometheus.io/path'].map((key) => ({
    isWrong: hasKey(({ Values }) => Values.podAnnotations, key),
    message: `podAnnotations: ${key} is written by the chart${key.startsWith('prom') ? ', by metrics.scrapeAnnotations' : ''}`,
  })),
];

/**
 * What can be installed and will not do what it seems to. Values that this version of the relay does nothing with are named here
 * for as long as it has no setting for them.
 */
export const warnings: readonly Check[] = [
  {
    isWrong: not(matches(({ Values }) => Values.image.repository, /\//)),
    message:
      'image.repository names no registry, so only nodes that have the image already can start the relay (docs/install.md)',
  },
  ...unused('leader_election', [
    { isWrong: isSet(({ Values }) => Values.leaderElection.enabled), message: 'leaderElection.enabled' },
  ]),
];

function unused(setting: string, values: readonly Check[]): Check[] {
  if (relayHas(setting)) return [];
  return values.map(({ isWrong, message }) => ({
    isWrong,
    message: `${message} has no effect yet: this version of the relay has no setting "${setting}"`,
  }));
}

/** The messages of those that apply to a scope. */
export function applying(list: readonly Check[], scope: Scope): string[] {
  return list.filter(({ isWrong }) => isWrong.holds(scope)).map(({ message }) => message);
}

/** Fails with every mistake, in Helm's words. */
export function checksTemplate(): string {
  const lines = checks.map(
    ({ isWrong, message }) =>
      `{{- if ${isWrong.pipeline('')} }}\n  {{- $mistakes = append $mistakes ${JSON.stringify(message)} }}\n{{- end }}`,
  );
  return [
    '{{- $mistakes := list }}',
    ...lines,
    '{{- if $mistakes }}\n  {{- fail (printf "\\n  %s" (join "\\n  " $mistakes)) }}\n{{- end }}',
    '',
  ].join('\n');
}

/** Prints every warning, in Helm's words. */
export function warningsTemplate(): string {
  return warnings
    .map(({ isWrong, message }) => `{{- if ${isWrong.pipeline('')} }}\nWARNING: ${message}\n{{- end }}`)
    .join('\n');
}
