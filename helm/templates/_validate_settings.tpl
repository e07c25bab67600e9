{{/* Of the values that are settings and secrets: what does not go together, one message a line. */}}
{{- define "service.validateSettings" -}}
{{- $given := include "service.given" . | fromJsonArray }}
{{- $owned := dict "PORT" "containerPort" "METRICS_PORT" "metrics.port" "DRAIN_SECONDS" "drainSeconds" "GRACE_SECONDS" "terminationGracePeriodSeconds" "RUNTIME_DIR" "nothing: it is a volume of the chart" "ALLOWED_HOSTS" "allowedHosts" }}
{{- range $name := $given | uniq }}
{{- with get $owned $name }}
{{ ternary "env" "secret" (or (hasKey $.Values.env $name) (hasKey $.Values.env (print $name "_FILE"))) }}.{{ $name }}: the chart sets it; give {{ . }}
{{- end }}
{{- if gt (without $given $name | len | sub (len $given)) 1 }}
secret: {{ $name }} is given more than once; keep one of secret.values, secret.keys, externalSecret.data and env
{{- end }}
{{- end }}
{{- range $name, $value := .Values.env }}
{{- if regexMatch "^OTEL_.*HEADERS$" $name }}
env.{{ $name }}: it holds a key, and env: is for everyone to read; OpenTelemetry reads no files, so give it by a Secret in envFrom
{{- else if and (regexMatch "(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|DATABASE_URL)" (upper $name)) (not (hasSuffix "_FILE" $name)) }}
env.{{ $name }}: secret by its name, and env: is for everyone to read; put it into secret.values or a Secret of yours (secret.existing)
{{- else if regexMatch "://[^/@]*:[^/@]+@" (toString $value) }}
env.{{ $name }}: it holds a password, and env: is for everyone to read; put it into secret.values or a Secret of yours (secret.existing)
{{- end }}
{{- end }}
{{- range $name := $given | uniq }}
{{- if and (hasPrefix "OTEL_" $name) (not (hasKey $.Values.env $name)) }}
secret.{{ $name }}: OpenTelemetry reads no files; give it by a Secret in envFrom
{{- end }}
{{- end }}
{{- if and .Values.secret.existing (not .Values.secret.keys) }}
secret.keys: empty, so that nothing of the Secret {{ .Values.secret.existing }} is read; name the settings in it
{{- end }}
{{- if and .Values.database.embedded (has "DATABASE_URL" $given) }}
database.embedded: true, and DATABASE_URL is given too; with a database of your own set it to false (or take DATABASE_URL out of secret.keys)
{{- else if not (or .Values.database.embedded (has "DATABASE_URL" $given) .Values.envFrom) }}
database.embedded: false, and there is no DATABASE_URL; give it in secret.existing, secret.values, externalSecret or envFrom
{{- end }}
{{- if and (eq .Values.migrations.strategy "hook") (or .Values.externalSecret.enabled (not .Values.secret.existing)) }}
migrations.strategy: hook runs before the chart's own Secret (and embedded database) exist, and would wait for them without end; give secret.existing, or take initContainer or job
{{- end }}
{{- end -}}
