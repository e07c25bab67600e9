{{/* What all pods of the service's image have in common. */}}

{{- define "service.podSecurity" -}}
serviceAccountName: {{ include "service.accountName" . | quote }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- end -}}

{{/* Yours win over the chart's. */}}
{{- define "service.podAnnotations" -}}
{{- $own := dict "kubectl.kubernetes.io/default-container" "web" -}}
{{/* Of what the chart makes itself there is no checksum: it never changes. */}}
{{- with .Values.secret.values }}{{ $_ := set $own "checksum/secret" (toJson . | sha256sum) }}{{ end -}}
{{- if and .Values.metrics.annotations (not .Values.metrics.serviceMonitor.enabled) (not .Values.metrics.podMonitor.enabled) }}
{{- $_ := set $own "prometheus.io/scrape" "true" -}}
{{- $_ := set $own "prometheus.io/port" (toString .Values.metrics.port) -}}
{{- $_ := set $own "prometheus.io/path" "/metrics" -}}
{{- end -}}
{{- mergeOverwrite $own .Values.podAnnotations | toYaml -}}
{{- end -}}

{{/* What the settings are: those of env:, and those that the chart knows better. */}}
{{- define "service.env" -}}
{{- $env := dict "ALLOWED_HOSTS" (include "service.hosts" .) -}}
{{- $_ := set $env "PORT" .Values.containerPort -}}
{{- $_ := set $env "METRICS_PORT" .Values.metrics.port -}}
{{- $_ := set $env "DRAIN_SECONDS" .Values.drainSeconds -}}
{{- $_ := set $env "GRACE_SECONDS" (sub (include "service.graceSeconds" . | int) (int .Values.preStopSeconds)) -}}
{{- $_ := set $env "RUNTIME_DIR" "/run/service/shared" -}}
{{- range $name, $value := mergeOverwrite $env .Values.env }}
{{- if not (kindIs "invalid" $value) }}
- name: {{ quote $name }}
  value: {{ kindIs "string" $value | ternary $value (toJson $value) | toJson }}
{{- end }}
{{- end }}
{{- range $secret, $keys := include "service.secrets" . | fromJson }}
{{- range $keys }}
{{- if eq $.Values.secret.as "files" }}
- name: {{ . }}_FILE
  value: /run/secrets/service/{{ . }}
{{- else }}
- name: {{ quote . }}
  valueFrom:
    secretKeyRef: { name: {{ quote $secret }}, key: {{ quote . }} }
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "service.mounts" -}}
- name: run
  mountPath: /run/service
- name: tmp
  mountPath: /tmp
{{- if and (eq .Values.secret.as "files") (include "service.secrets" . | fromJson) }}
- name: secrets
  mountPath: /run/secrets/service
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "service.volumes" -}}
# In memory: the metrics of the workers are mapped files, and a slow disk would stop the loop.
- name: run
  emptyDir: { medium: Memory, sizeLimit: 64Mi }
- name: tmp
  emptyDir: { sizeLimit: 256Mi }
{{- $secrets := include "service.secrets" . | fromJson }}
{{- if and (eq .Values.secret.as "files") $secrets }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $secret, $keys := $secrets }}
      - secret:
          name: {{ quote $secret }}
          items:
            {{- range $keys }}
            - { key: {{ quote . }}, path: {{ quote . }} }
            {{- end }}
      {{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A container of the service's image; its name, args and what else it has stand before. */}}
{{- define "service.container" -}}
image: {{ include "service.image" (list .Values.image .Chart.AppVersion) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
env:
  {{- include "service.env" . | trim | nindent 2 }}
{{- with .Values.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  {{- include "service.mounts" . | nindent 2 }}
{{- end -}}

{{/* preStop, the drain, 7 s in which gunicorn ends for sure (app/serving/drain.py), and 3 s to spare. */}}
{{- define "service.graceSeconds" -}}
{{- $needed := add .Values.preStopSeconds .Values.drainSeconds 10 -}}
{{- kindIs "invalid" .Values.terminationGracePeriodSeconds | ternary $needed .Values.terminationGracePeriodSeconds -}}
{{- end -}}
