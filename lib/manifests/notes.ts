import { warningsTemplate } from './checks.ts';

/** What Helm prints after an installation. */
export const notesTemplate = `The relay of cluster {{ .Values.clusterId }} posts its events to {{ .Values.apiUrl }}.

Is it ready? (It needs its role first.)

  kubectl -n {{ .Release.Namespace }} rollout status deployment/{{ include "kube-event-forwarder.fullname" . }}
{{ if .Values.serviceAccount.roleArn }}
It takes {{ .Values.serviceAccount.roleArn }} by IRSA. The role must trust the service account
{{ .Release.Namespace }}/{{ include "kube-event-forwarder.serviceAccountName" . }} of this cluster's OIDC provider.
{{ else }}
It expects EKS Pod Identity: an association of the service account
{{ .Release.Namespace }}/{{ include "kube-event-forwarder.serviceAccountName" . }} with the relay role of this cluster. The CDK app makes one when the
configuration names the EKS cluster. For IRSA set serviceAccount.roleArn.
{{ end }}
{{- if .Values.namespaces }}
It watches only: {{ join ", " .Values.namespaces }}. Events about nodes are in the namespace "default".
{{ end }}
${warningsTemplate()}
`;
