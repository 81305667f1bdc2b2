{{/* The value that turns authentication off, under any of its names; empty: none of the values does. */}}
{{- define "inference-gateway.authenticationOff" -}}
{{- $said := include "inference-gateway.variables" . | fromYaml }}
{{- range .Values.extraEnv }}{{ $_ := set $said .name (include "inference-gateway.text" .value) }}{{ end }}
{{- range $name := list "ENABLE_AUTH" "AUTH_ENABLE" "AUTH_ENABLED" }}
{{- if has (get $said $name | toString | lower) (list "false" "0" "no" "off") }}{{ $name }}={{ get $said $name }}{{ end }}
{{- end }}
{{- end }}

{{/* Settings that an operator should know of, each with what follows from it. */}}
{{- define "inference-gateway.insecure" -}}
{{- with include "inference-gateway.authenticationOff" . }}

INSECURE: authentication is off ({{ . }}): everyone who reaches the gateway uses your models at your cost.
{{- end }}
{{- if not .Values.networkPolicy.enabled }}

INSECURE: there is no NetworkPolicy: every pod of the cluster reads the metrics, and the gateway may reach everything.
{{- end }}
{{- if and .Values.ingress.enabled (not (include "inference-gateway.ingressTls" .)) }}

INSECURE: the Ingress names no certificate of yours: callers cannot tell whom they send their tokens to.
{{- end }}
{{- range $key, $value := .Values.ingress.enabled | ternary .Values.ingress.annotations dict }}
{{- if and (regexMatch "ssl-redirect$|router.tls$" $key) (ne $value "true") }}

INSECURE: the Ingress serves tokens in clear ({{ $key }}).
{{- end }}
{{- end }}
{{- if ne .Values.service.type "ClusterIP" }}

INSECURE: the Service is a {{ .Values.service.type }}, whose port speaks plain HTTP unless SERVER_TLS_CERT_FILE is set: tokens cross the network in clear.
{{- end }}
{{- if or .Values.serviceAccount.automount (not .Values.securityContext.readOnlyRootFilesystem) (not .Values.podSecurityContext.runAsNonRoot) .Values.securityContext.privileged .Values.securityContext.allowPrivilegeEscalation }}

INSECURE: pods have more rights than the gateway needs (serviceAccount.automount, securityContext, podSecurityContext).
{{- end }}
{{- end }}
