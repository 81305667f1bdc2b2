{{/* Volumes and mounts. Folders, not files by subPath: those never see a ConfigMap change. */}}
{{- define "inference-gateway.volumes" -}}
{{- with include "inference-gateway.caConfigMap" . }}
- name: authority
  configMap:
    name: {{ . | quote }}
    items: [{ key: {{ $.Values.caBundle.key | quote }}, path: keycloak-ca.crt }]
{{- end }}
{{- if include "inference-gateway.providersFile" . }}
- name: files
  configMap: { name: {{ include "inference-gateway.fullname" . }}-files }
{{- end }}
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "inference-gateway.volumeMounts" -}}
{{- if include "inference-gateway.caConfigMap" . }}
- { name: authority, mountPath: /usr/local/share/ca-certificates, readOnly: true }
{{- end }}
{{- if include "inference-gateway.providersFile" . }}
- { name: files, mountPath: /etc/inference-gateway, readOnly: true }
{{- end }}
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The container's part of a pod that reads what the gateway reads. */}}
{{- define "inference-gateway.mounts" -}}
{{- with include "inference-gateway.volumeMounts" . | trim }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
