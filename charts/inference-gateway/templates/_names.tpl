{{/* Name of the component, for labels. */}}
{{- define "inference-gateway.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 53 | trimSuffix "-" }}
{{- end }}

{{/* Name of all objects; ten characters are left for a suffix. */}}
{{- define "inference-gateway.fullname" -}}
{{- $name := include "inference-gateway.name" . }}
{{- $both := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- .Values.fullnameOverride | default $both | trunc 53 | trimSuffix "-" }}
{{- end }}

{{/* Labels that select the pods. They cannot be changed once deployed. */}}
{{- define "inference-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "inference-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of pods: without versions, so that a new chart alone does not roll them. */}}
{{- define "inference-gateway.podLabels" -}}
{{ include "inference-gateway.selectorLabels" . }}
app.kubernetes.io/part-of: gatehouse
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "inference-gateway.labels" -}}
{{ include "inference-gateway.podLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Metadata of an object. Takes a list of the context and a suffix of the name. */}}
{{- define "inference-gateway.metadata" -}}
{{- $root := first . -}}
name: {{ include "inference-gateway.fullname" $root }}{{ last . }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "inference-gateway.labels" $root | nindent 2 }}
{{- end }}

{{/* Name of the pods' service account; empty: the namespace's default. */}}
{{- define "inference-gateway.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "inference-gateway.fullname" .) "") }}
{{- end }}

{{/* Image by digest where there is one. */}}
{{- define "inference-gateway.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if or .tag (not .digest) }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
{{- end }}
