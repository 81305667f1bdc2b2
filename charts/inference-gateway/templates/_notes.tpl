{{/* What an installation says at its end: how to go on, what it lacks, and what is insecure. */}}
{{- define "inference-gateway.notes" -}}
{{- $name := include "inference-gateway.fullname" . }}
{{- $place := printf "--namespace %s" .Release.Namespace }}
{{- $variables := include "inference-gateway.variables" . | fromYaml }}
{{- $own := or .Values.envFrom.configMapRef .Values.envFrom.secretRef .Values.extraEnv -}}
{{ $name }} {{ .Chart.AppVersion }} is in the namespace {{ .Release.Namespace }}:

  kubectl rollout status deployment/{{ $name }} {{ $place }}
  helm test {{ .Release.Name }} {{ $place }}
{{- if not (or (include "inference-gateway.authenticationOff" .) $own $variables.OIDC_ISSUER_URL) }}

IT CANNOT START YET: nobody said whose tokens it accepts, and it lets nobody in unchecked. Upgrade with
  --set auth.issuer=https://keycloak.example.com/realms/my-realm --set auth.clientId=my-client
or with a ConfigMap and a Secret that say so: --set envFrom.configMapRef=… --set envFrom.secretRef=…
{{- else if not (or (include "inference-gateway.authenticationOff" .) $own $variables.OIDC_CLIENT_ID .Values.auth.existingSecret) }}

IT CANNOT START YET: it needs to know its client at the issuer: --set auth.clientId=my-client
{{- end }}
{{- if not (or $own .Values.providers (keys $variables | join " " | regexMatch "_API_URL|PROVIDERS_FILE")) }}

No model provider is on: --set providers.openai.existingSecret=<Secret with OPENAI_API_KEY>
{{- end }}
{{- include "inference-gateway.insecure" . }}

A token from Keycloak, and a request with it:

  TOKEN=$(curl -s {{ $variables.OIDC_ISSUER_URL | default "<issuer>" }}/protocol/openid-connect/token -d grant_type=client_credentials \
    -d client_id={{ $variables.OIDC_CLIENT_ID | default "<client>" }} -d client_secret=<secret> | jq -r .access_token)
  kubectl port-forward {{ $place }} service/{{ $name }} 8080:http &
  curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8080/v1/models
{{- if $own }}

What changes in ConfigMaps and Secrets of your own reaches pods by: kubectl rollout restart deployment/{{ $name }} {{ $place }}
{{- end }}
{{- end }}
