{{/* What templates derive from variables: from `config` where it is said there, else from the chart's own values. */}}

{{/* Port of the container for requests. */}}
{{- define "inference-gateway.port" -}}
{{- include "inference-gateway.text" (.Values.config.SERVER_PORT | default 8080) }}
{{- end }}

{{/* Port of the container for metrics; 0: none. */}}
{{- define "inference-gateway.metricsPort" -}}
{{- $said := hasKey .Values.config "TELEMETRY_METRICS_PORT" }}
{{- include "inference-gateway.text" ($said | ternary .Values.config.TELEMETRY_METRICS_PORT .Values.monitoring.metricsPort) }}
{{- end }}

{{/* Seconds that a pod gets to end: the grace period, five in which it still accepts, and some to close. */}}
{{- define "inference-gateway.terminationSeconds" -}}
{{- $text := include "inference-gateway.text" (hasKey .Values.config "SHUTDOWN_GRACE_PERIOD" | ternary .Values.config.SHUTDOWN_GRACE_PERIOD .Values.shutdownGracePeriod) }}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 }}
{{- if not (regexMatch "^(0|[0-9]+(ms|s|m|h|d))$" $text) }}{{ fail (printf "config.SHUTDOWN_GRACE_PERIOD: %q is no duration such as 30s or 10m." $text) }}{{ end }}
{{- $milliseconds := mul (regexFind "^[0-9]+" $text | int64) (get $units (regexFind "[a-z]+$" $text) | default 1) }}
{{- add (div (add $milliseconds 999) 1000) 15 }}
{{- end }}

{{/* Largest request body, in whole mebibytes. */}}
{{- define "inference-gateway.bodyMebibytes" -}}
{{- $text := include "inference-gateway.text" (.Values.config.SERVER_MAX_REQUEST_BODY_SIZE | default "32MiB") }}
{{- $units := dict "B" 1 "KiB" 1024 "MiB" 1048576 "GiB" 1073741824 }}
{{- if not (regexMatch "^[0-9]+(B|KiB|MiB|GiB)$" $text) }}{{ fail (printf "config.SERVER_MAX_REQUEST_BODY_SIZE: %q is no size such as 512KiB or 32MiB." $text) }}{{ end }}
{{- $bytes := mul (regexFind "^[0-9]+" $text | int64) (get $units (regexFind "[A-Za-z]+$" $text)) }}
{{- div (add $bytes 1048575) 1048576 }}
{{- end }}

{{/* Least and largest number of pods. */}}
{{- define "inference-gateway.leastReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int }}
{{- end }}
{{- define "inference-gateway.mostReplicas" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicaCount | int }}
{{- end }}

{{/* ConfigMap with the authorities; empty: none. */}}
{{- define "inference-gateway.caConfigMap" -}}
{{- .Values.caBundle.existingConfigMap | default (.Values.caBundle.pem | empty | ternary "" (printf "%s-ca" (include "inference-gateway.fullname" .))) }}
{{- end }}

{{/* ConfigMap that the chart makes: never the user's own. */}}
{{- define "inference-gateway.configMap" -}}
{{- include "inference-gateway.fullname" . }}{{ if .Values.envFrom.configMapRef }}-values{{ end }}
{{- end }}
