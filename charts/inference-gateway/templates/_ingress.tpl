{{/* Every controller looks at its own. Answers stream: none may end, gather or cut them. Nothing is served in clear. */}}
{{- define "inference-gateway.ingressAnnotations" -}}
projectcontour.io/response-timeout: infinity
ingress.kubernetes.io/force-ssl-redirect: "true"
haproxy.org/timeout-server: 1h
haproxy.org/ssl-redirect: "true"
traefik.ingress.kubernetes.io/router.entrypoints: websecure
traefik.ingress.kubernetes.io/router.tls: "true"
nginx.ingress.kubernetes.io/force-ssl-redirect: "true"
nginx.ingress.kubernetes.io/proxy-body-size: {{ include "inference-gateway.bodyMebibytes" . }}m
nginx.ingress.kubernetes.io/proxy-buffering: "off"
nginx.ingress.kubernetes.io/proxy-request-buffering: "off"
nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"
nginx.ingress.kubernetes.io/proxy-send-timeout: "3600"
{{- end }}

{{/* Hosts and the Secrets with their certificates, in each of the forms of `ingress.tls`. */}}
{{- define "inference-gateway.ingressTls" -}}
{{- $tls := .Values.ingress.tls }}
{{- $hosts := list }}
{{- range .Values.ingress.hosts }}{{ $hosts = append $hosts .host }}{{ end }}
{{- $secret := printf "%s-tls" (include "inference-gateway.fullname" .) }}
{{- if kindIs "invalid" $tls }}
{{- list (dict "hosts" (uniq $hosts) "secretName" $secret) | toYaml }}
{{- else if kindIs "slice" $tls }}
{{- with $tls }}{{ toYaml . }}{{ end }}
{{- else if $tls.enabled }}
{{- $named := kindIs "string" $tls.hosts | ternary (list $tls.hosts) ($tls.hosts | default $hosts) }}
{{- list (dict "hosts" $named "secretName" ($tls.secretName | default $secret)) | toYaml }}
{{- end }}
{{- end }}
