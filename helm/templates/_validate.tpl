{{/*
What the schema cannot say: values that contradict each other, all told at once. Each message begins with
the path of its value.
*/}}
{{- define "service.validate" -}}
{{- $wrong := list -}}
{{- range $name := list "PORT" "METRICS_PORT" "DRAIN_SECONDS" "GRACE_SECONDS" "RUNTIME_DIR" "ALLOWED_HOSTS" -}}
{{- if hasKey $.Values.env $name -}}
{{- $instead := dict "PORT" "containerPort" "METRICS_PORT" "metrics.port" "DRAIN_SECONDS" "drainSeconds" "GRACE_SECONDS" "terminationGracePeriodSeconds" "RUNTIME_DIR" "nothing: it is a volume of the chart" "ALLOWED_HOSTS" "allowedHosts" -}}
{{- $wrong = append $wrong (printf "env.%s: the chart sets it; give %s" $name (get $instead $name)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := .Values.env -}}
{{- if and (regexMatch "(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|PRIVATE|API_?KEY|DATABASE_URL)" $name) (not (hasSuffix "_FILE" $name)) -}}
{{- $wrong = append $wrong (printf "env.%s: secret by its name, and env: is for everyone to read; put it into secret.values or a Secret of yours (secret.existing)" $name) -}}
{{- end -}}
{{- end -}}
{{- $given := include "service.given" . | fromJsonArray -}}
{{- range $name := $given | uniq -}}
{{- if gt (without $given $name | len | sub (len $given)) 1 -}}
{{- $wrong = append $wrong (printf "secret: %s is given more than once; keep one of secret.values, secret.keys, externalSecret.data and env" $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.database.embedded (has "DATABASE_URL" $given) -}}
{{- $wrong = append $wrong "database.embedded: true, and DATABASE_URL is given too; with a database of your own set it to false (or take DATABASE_URL out of secret.keys)" -}}
{{- else if not (or .Values.database.embedded (has "DATABASE_URL" $given) .Values.envFrom) -}}
{{- $wrong = append $wrong "database.embedded: false, and there is no DATABASE_URL; give it in secret.existing, secret.values or envFrom" -}}
{{- end -}}
{{- if and (eq .Values.migrations.strategy "hook") (or .Values.externalSecret.enabled (not .Values.secret.existing)) -}}
{{- $wrong = append $wrong "migrations.strategy: hook runs before the chart's own Secret (and embedded database) exist, and would wait for them without end; give secret.existing, or take initContainer or job" -}}
{{- end -}}
{{- $needed := add .Values.preStopSeconds .Values.drainSeconds 7 -}}
{{- if lt (include "service.graceSeconds" . | int) (int $needed) -}}
{{- $wrong = append $wrong (printf "terminationGracePeriodSeconds: %v, but preStopSeconds, drainSeconds and the end of gunicorn take %d; give as many, or null" .Values.terminationGracePeriodSeconds $needed) -}}
{{- end -}}
{{- if eq (int .Values.containerPort) (int .Values.metrics.port) -}}
{{- $wrong = append $wrong "metrics.port: the same as containerPort; the service refuses that" -}}
{{- end -}}
{{- if and .Values.image.tag .Values.image.digest -}}
{{- $wrong = append $wrong "image: tag and digest are both given; keep one" -}}
{{- end -}}
{{- range list "service.validateScaling" "service.validateTraffic" -}}
{{- $wrong = concat $wrong (include . $ | trim | splitList "\n" | compact) -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "\n\nThese values do not go together:\n  %s\n" (join "\n  " $wrong)) -}}
{{- end -}}
{{- end -}}
