import { settingsOf, settingsTemplate } from './settings.ts';
import { evaluateMapping, type Manifest } from './template/evaluate.ts';
import { Expression, type Form, name, text } from './template/expression.ts';
import type { Mapping } from './template/node.ts';
import type { Scope } from './template/scope.ts';
import { printMapping } from './template/toHelm.ts';

/** Something that several manifests need, and that the chart therefore defines once, in `_helpers.tpl`. */
export class Helper<T = string> extends Expression<T> {
  readonly definition: string;

  /** @param body what the chart defines; it must say the same as `evaluate`, which the tests check with helm */
  constructor(name: string, form: Form, body: string, evaluate: (scope: Scope) => T) {
    const fullName = JSON.stringify(`kube-event-forwarder.${name}`);
    super(form, evaluate, (root) => `include ${fullName} ${root || '.'}`);
    this.definition = `{{- define ${fullName} -}}\n${body}\n{{- end }}\n`;
  }
}

/** A mapping that is defined once; written only here, so there is nothing to keep in step. */
function sharedMapping(name: string, mapping: Mapping): Helper<Manifest> {
  return new Helper(name, 'lines', printMapping(mapping, 0, '').join('\n'), (scope) => evaluateMapping(mapping, scope));
}

/** Names of Kubernetes end at 63 characters, and not with a dash. */
const cut = (text: string) => text.slice(0, 63).replace(/-$/, '');
const nameOf = ({ Chart, Values }: Scope) => cut(Values.nameOverride || Chart.Name);

/** The application: part of the labels that select the pod. */
export const appName = new Helper(
  'name',
  'bare',
  '{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}',
  nameOf,
);

/** The name of every object: the release's, with the chart's unless it is in there already. */
export const fullname = new Helper(
  'fullname',
  'bare',
  `{{- $name := include "kube-event-forwarder.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}`,
  (scope) => {
    const { Values, Release } = scope;
    if (Values.fullnameOverride !== '') return cut(Values.fullnameOverride);
    const name = nameOf(scope);
    return cut(Release.Name.includes(name) ? Release.Name : `${Release.Name}-${name}`);
  },
);

/** The service account the pod runs as, ours or one that exists. */
export const serviceAccountName = new Helper(
  'serviceAccountName',
  'bare',
  `{{- if .Values.serviceAccount.create }}
{{- default (include "kube-event-forwarder.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}`,
  (scope) => {
    const { create, name } = scope.Values.serviceAccount;
    return name || (create ? fullname.evaluate(scope) : 'default');
  },
);

/** The image, by tag or by digest. */
export const image = new Helper(
  'image',
  'quoted',
  `{{- with .Values.image }}
{{- .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- if .digest }}@{{ .digest }}{{ end }}
{{- end }}`,
  ({ Values: { image }, Chart }) =>
    `${image.repository}:${image.tag || Chart.AppVersion}${image.digest === '' ? '' : `@${image.digest}`}`,
);

/** The relay's configuration file. */
export const settings = new Helper('settings', 'literal', settingsTemplate, settingsOf);

const releaseName = text(({ Release }) => Release.Name);

/** Labels that select the pod; they never change during the life of a release. */
export const selectorLabels = sharedMapping('selectorLabels', {
  'app.kubernetes.io/name': appName,
  'app.kubernetes.io/instance': releaseName,
});

/** Labels of every object. */
export const labels = sharedMapping('labels', {
  'app.kubernetes.io/name': appName,
  'app.kubernetes.io/instance': releaseName,
  'app.kubernetes.io/version': text(({ Chart }) => Chart.AppVersion),
  'app.kubernetes.io/managed-by': name(({ Release }) => Release.Service),
});

/** In the order in which `_helpers.tpl` defines them. */
export const helpers = [appName, fullname, serviceAccountName, image, settings, selectorLabels, labels] as const;
