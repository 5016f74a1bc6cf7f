{{- /* Generated from lib/manifests by "npm run generate"; changes here are lost. */ -}}
{{- define "kube-event-forwarder.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "kube-event-forwarder.fullname" -}}
{{- $name := include "kube-event-forwarder.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "kube-event-forwarder.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "kube-event-forwarder.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "kube-event-forwarder.image" -}}
{{- with .Values.image }}
{{- .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- if .digest }}@{{ .digest }}{{ end }}
{{- end }}
{{- end }}

{{- define "kube-event-forwarder.settings" -}}
{{- $settings := deepCopy .Values.config }}
{{- $_ := set $settings "cluster_id" .Values.clusterId }}
{{- $_ := set $settings "api_url" .Values.apiUrl }}
{{- if .Values.region }}{{ $_ := set $settings "aws_region" .Values.region }}{{ end }}
{{- if .Values.namespaces }}{{ $_ := set $settings "namespaces" .Values.namespaces }}{{ end }}
{{- $_ := set $settings "listen" ":8080" }}
{{- $_ := set $settings "dead_letter_file" "/var/lib/kube-event-forwarder/dead-letters.ndjson" }}
{{- $_ := set $settings "shutdown_grace" (printf "%ds" (sub .Values.terminationGracePeriodSeconds 5)) }}
{{- $_ := set $settings "spool_dir" "/var/lib/kube-event-forwarder/spool" }}
{{- $_ := set $settings "spool_max_bytes" (mul .Values.spool.maxMegabytes 1048576) }}
{{- $_ := set $settings "signals" .Values.signals }}
{{- $_ := set $settings "leader_election" .Values.leaderElection.enabled }}
{{- range $key, $value := $settings }}
{{- $key }}: {{ toJson $value }}
{{ end }}
{{- end }}

{{- define "kube-event-forwarder.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kube-event-forwarder.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "kube-event-forwarder.labels" -}}
app.kubernetes.io/name: {{ include "kube-event-forwarder.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
