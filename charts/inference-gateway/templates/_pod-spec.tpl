{{/* The pod. Variables of Services named like ours (AUTH_SERVICE_HOST, say) would be read as configuration: no service links. */}}
{{- define "inference-gateway.podSpec" -}}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
enableServiceLinks: false
{{- with include "inference-gateway.serviceAccountName" . }}
serviceAccountName: {{ . }}
{{- end }}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "imagePullSecrets" }}
{{- with get $.Values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
terminationGracePeriodSeconds: {{ include "inference-gateway.terminationSeconds" . }}
{{- if .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml .Values.topologySpreadConstraints | nindent 2 }}
{{- else if and (kindIs "invalid" .Values.topologySpreadConstraints) (gt (include "inference-gateway.mostReplicas" . | int) 1) }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: { matchLabels: {{ include "inference-gateway.selectorLabels" . | fromYaml | toJson }} }
{{- end }}
containers:
  - name: inference-gateway
    image: {{ include "inference-gateway.image" . | quote }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    {{- with include "inference-gateway.envFrom" . | trim }}
    envFrom:
      {{- . | nindent 6 }}
    {{- end }}
    {{- with print (include "inference-gateway.secretEnv" .) (include "inference-gateway.extraEnv" .) | trim }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    ports:
      - { name: http, containerPort: {{ include "inference-gateway.port" . }} }
      {{- if ne (include "inference-gateway.metricsPort" .) "0" }}
      - { name: metrics, containerPort: {{ include "inference-gateway.metricsPort" . }} }
      {{- end }}
    {{- range $key := list "startupProbe" "readinessProbe" "livenessProbe" "resources" "securityContext" }}
    {{- with get $.Values $key }}
    {{ $key }}:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
    {{- include "inference-gateway.mounts" . | nindent 4 }}
{{- with include "inference-gateway.volumes" . | trim }}
volumes:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
