{{/* Environment by whole objects. Of two equal names the later counts: what is checked is not overridden by what stands in a Secret. */}}
{{- define "inference-gateway.envFrom" -}}
{{- with .Values.envFrom.secretRef }}
- secretRef: { name: {{ . | quote }} }
{{- end }}
{{- include "inference-gateway.envFromConfigMaps" . }}
{{- end }}

{{/* The part of it that holds no secret. */}}
{{- define "inference-gateway.envFromConfigMaps" -}}
{{- with .Values.envFrom.configMapRef }}
- configMapRef: { name: {{ . | quote }} }
{{- end }}
{{- if include "inference-gateway.variables" . }}
- configMapRef: { name: {{ include "inference-gateway.configMap" . }} }
{{- end }}
{{- end }}

{{/* Single variables: keys of Secrets that the values name. */}}
{{- define "inference-gateway.secretEnv" -}}
{{- with .Values.auth.existingSecret }}
{{- range $name := $.Values.auth.clientId | empty | ternary (list "OIDC_CLIENT_ID" "OIDC_CLIENT_SECRET") (list "OIDC_CLIENT_SECRET") }}
- name: {{ $name }}
  valueFrom: { secretKeyRef: { name: {{ $.Values.auth.existingSecret | quote }}, key: {{ $name }} } }
{{- end }}
{{- end }}
{{- range $id, $given := .Values.providers }}
{{- $provider := $given | default dict }}
{{- if $provider.existingSecret }}
{{- $name := printf "%s_API_KEY" (include "inference-gateway.providerPrefix" $id) }}
- name: {{ $name }}
  valueFrom: { secretKeyRef: { name: {{ $provider.existingSecret | quote }}, key: {{ $provider.existingSecretKey | default $name | quote }} } }
{{- end }}
{{- end }}
{{- end }}

{{/* The user's variables. Their text may come as a number or as true and false: by `--set`, say. */}}
{{- define "inference-gateway.extraEnv" -}}
{{- range .Values.extraEnv }}
- name: {{ .name }}
  {{- if hasKey . "valueFrom" }}
  valueFrom: {{- toYaml .valueFrom | nindent 4 }}
  {{- else }}
  value: {{ include "inference-gateway.text" .value | quote }}
  {{- end }}
{{- end }}
{{- end }}
