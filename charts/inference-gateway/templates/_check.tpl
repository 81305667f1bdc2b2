{{/* What a schema cannot say, each with the way out. */}}
{{- define "inference-gateway.check" -}}
{{- range $name, $_ := .Values.config }}
{{- if regexMatch "(^OIDC_CLIENT_SECRET|_API_KEY)$" $name }}
{{- fail (printf "config.%s is a secret, and config goes into a ConfigMap: put it into a Secret, and name that as envFrom.secretRef, auth.existingSecret or providers.<id>.existingSecret." $name) }}
{{- end }}
{{- end }}
{{- if .Values.policy }}
{{- fail "policy: this version of the gateway has no policies. Leave it out, and limit models by config.ALLOWED_MODELS." }}
{{- end }}
{{- if and .Values.caBundle.existingConfigMap .Values.caBundle.pem }}
{{- fail "caBundle: existingConfigMap and pem are two ways for the same: keep one." }}
{{- end }}
{{- $names := list }}
{{- range .Values.extraEnv }}
{{- if has .name $names }}{{ fail (printf "extraEnv has %s twice: keep one." .name) }}{{ end }}
{{- $names = append $names .name }}
{{- end }}
{{- if and (include "inference-gateway.caConfigMap" .) (has "SSL_CERT_FILE" $names) }}
{{- fail "caBundle and SSL_CERT_FILE in extraEnv are two ways for the same: keep one." }}
{{- end }}
{{- if eq (.Values.envFrom.configMapRef | default "") (printf "%s-values" (include "inference-gateway.fullname" .)) }}
{{- fail (printf "envFrom.configMapRef: %s is the name of a ConfigMap of the chart's own; call yours differently." .Values.envFrom.configMapRef) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail "autoscaling: minReplicas is larger than maxReplicas." }}
{{- end }}
{{- if and .Values.autoscaling.enabled (not (or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.targetMemoryUtilizationPercentage)) }}
{{- fail "autoscaling: say by what, as targetCPUUtilizationPercentage or targetMemoryUtilizationPercentage." }}
{{- end }}
{{- if and (or .Values.monitoring.enabled .Values.serviceMonitor.enabled) (eq (include "inference-gateway.metricsPort" .) "0") }}
{{- fail "serviceMonitor: there are no metrics to read, since their port is 0 (monitoring.metricsPort)." }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs: name the Gateway that the route attaches to." }}
{{- end }}
{{- end }}
