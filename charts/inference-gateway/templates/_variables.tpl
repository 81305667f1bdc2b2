{{/* Providers that the gateway knows by itself. Others become rows of PROVIDERS_FILE. */}}
{{- define "inference-gateway.builtInProviders" -}}
openai anthropic cohere cloudflare deepseek google groq llamacpp minimax mistral moonshot nvidia ollama ollama_cloud zai
{{- end }}

{{/* Prefix of a provider's variables. */}}
{{- define "inference-gateway.providerPrefix" -}}
{{ . | upper | replace "-" "_" }}
{{- end }}

{{/* Content of PROVIDERS_FILE; empty when the gateway's own rows are enough. */}}
{{- define "inference-gateway.providersFile" -}}
{{- $builtIn := include "inference-gateway.builtInProviders" . | splitList " " }}
{{- $rows := list }}
{{- range $id, $provider := .Values.providers }}
{{- $row := omit ($provider | default dict) "existingSecret" "existingSecretKey" }}
{{- if or (not (has $id $builtIn)) (omit $row "url") }}
{{- $rows = append $rows (merge (dict "id" $id) $row) }}
{{- end }}
{{- end }}
{{- if $rows }}
{{- dict "providers" $rows | toYaml }}
{{- end }}
{{- end }}

{{/* Text of a variable. Numbers of a values file are floating-point ones, and print as 1e+06. */}}
{{- define "inference-gateway.text" -}}
{{- if kindIs "float64" . }}{{ eq . (floor .) | ternary (int64 .) . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Variables that follow from the chart's own values, with those of `config`. What the gateway takes by default is left out. */}}
{{- define "inference-gateway.variables" -}}
{{- $variables := dict }}
{{- with .Values.auth }}
{{- if not .enabled }}{{ $_ := set $variables "ENABLE_AUTH" "false" }}{{ end }}
{{- if and .enabled .issuer }}{{ $_ := set $variables "ENABLE_AUTH" "true" }}{{ end }}
{{- range $name, $text := dict "OIDC_ISSUER_URL" .issuer "OIDC_CLIENT_ID" .clientId "OIDC_AUDIENCE" .audience "OIDC_DISCOVERY_URL" .discoveryUrl }}
{{- if $text }}{{ $_ := set $variables $name $text }}{{ end }}
{{- end }}
{{- end }}
{{- if include "inference-gateway.caConfigMap" . }}{{ $_ := set $variables "SSL_CERT_FILE" "/usr/local/share/ca-certificates/keycloak-ca.crt" }}{{ end }}
{{- with include "inference-gateway.providersFile" . }}{{ $_ := set $variables "PROVIDERS_FILE" "/etc/inference-gateway/providers.yaml" }}{{ end }}
{{- range $id, $given := .Values.providers }}
{{- $provider := $given | default dict }}
{{- $builtIn := include "inference-gateway.builtInProviders" $ | splitList " " | has $id }}
{{- if and $builtIn $provider.url (not (omit $provider "url" "existingSecret" "existingSecretKey")) }}{{ $_ := set $variables (printf "%s_API_URL" (include "inference-gateway.providerPrefix" $id)) $provider.url }}{{ end }}
{{- end }}
{{- if ne (toString .Values.shutdownGracePeriod) "10m" }}{{ $_ := set $variables "SHUTDOWN_GRACE_PERIOD" (include "inference-gateway.text" .Values.shutdownGracePeriod) }}{{ end }}
{{- if ne (int .Values.monitoring.metricsPort) 9464 }}{{ $_ := set $variables "TELEMETRY_METRICS_PORT" (toString (int .Values.monitoring.metricsPort)) }}{{ end }}
{{- range $name, $value := .Values.config }}
{{- $text := include "inference-gateway.text" $value }}
{{- if ne (get $variables $name | default $text) $text }}{{ fail (printf "config.%s (%s) and the chart's own value for it (%s) differ: keep one." $name $text (get $variables $name)) }}{{ end }}
{{- $_ := set $variables $name $text }}
{{- end }}
{{- if $variables }}{{ toYaml $variables }}{{ end }}
{{- end }}
