{{/* What the pods of a load test are told: JSON of an env list. */}}
{{- define "service.loadtestEnv" -}}
{{- $name := include "service.fullname" . -}}
{{- $test := .Values.loadtest -}}
{{- $env := dict "TARGET" (printf "http://%s:%v" $name .Values.service.port) -}}
{{- $_ := set $env "METRICS" (printf "http://%s-metrics:%v/metrics" $name .Values.metrics.port) -}}
{{- $_ := set $env "REPORT_IN_LOG" true -}}
{{- if $test.token.existing }}{{ $_ := set $env "TOKEN_FILE" "/etc/loadtest/token" }}{{ end -}}
{{- if $test.locustfile }}{{ $_ := set $env "LOCUSTFILE" "/etc/loadtest/locustfile.py" }}{{ end -}}
{{- if $test.baseline }}{{ $_ := set $env "BASELINE" "/etc/loadtest/baseline.json" }}{{ end -}}
{{- if $test.workers }}
{{- $_ := set $env "WORKERS" $test.workers -}}
{{- $_ := set $env "MASTER" (printf "$(JOB_NAME)-0.%s-loadtest" $name) -}}
{{- end -}}
{{/* First, because others refer to it: the names of runs, and so of masters, differ. */}}
{{- $list := list (include "service.fieldEnv" (list "JOB_NAME" "labels" "job-name") | fromJson) -}}
{{- if $test.workers }}{{ $list = append $list (include "service.fieldEnv" (list "WORKER_INDEX" "labels" "job-completion-index") | fromJson) }}{{ end -}}
{{- if eq $test.onDisruption "retry" }}{{ $list = append $list (include "service.fieldEnv" (list "DISRUPTIONS" "annotations" "job-index-ignored-failure-count") | fromJson) }}{{ end -}}
{{- range $key, $value := merge $env $test.env -}}
{{- if not (kindIs "invalid" $value) }}{{ $list = append $list (dict "name" $key "value" (kindIs "string" $value | ternary $value (toJson $value))) }}{{ end -}}
{{- end -}}
{{- toJson $list -}}
{{- end -}}

{{/* Of (list variable "labels" name): what the Job's controller has written on the pod; nothing where it has not. */}}
{{- define "service.fieldEnv" -}}
{{- $path := printf "metadata.%s['batch.kubernetes.io/%s']" (index . 1) (index . 2) -}}
{{- dict "name" (index . 0) "valueFrom" (dict "fieldRef" (dict "fieldPath" $path)) | toJson -}}
{{- end -}}

{{/* The volume /etc/loadtest: what is missing is told by the load test, in a sentence; a pod would wait for it. */}}
{{- define "service.loadtestFiles" -}}
{{- with .Values.loadtest.locustfile }}
- configMap: { name: {{ include "service.fullname" $ }}-loadtest }
{{- end }}
{{- with .Values.loadtest.baseline }}
- configMap: { name: {{ quote . }}, optional: true, items: [{ key: report.json, path: baseline.json }] }
{{- end }}
{{- with .Values.loadtest.token }}
{{- if .existing }}
- secret: { name: {{ quote .existing }}, optional: true, items: [{ key: {{ quote .key }}, path: token }] }
{{- end }}
{{- end }}
{{- end -}}

{{/*
Seconds that a pod of a load test may take: TIME, JOIN, and five minutes to ask the sleepers and to report. It
ends by itself long before; this is for one that hangs.
*/}}
{{- define "service.loadtestSeconds" -}}
{{- $env := .Values.loadtest.env -}}
{{- $time := include "service.seconds" (default "60s" $env.TIME) | float64 -}}
{{- addf $time (include "service.seconds" (default "60s" $env.JOIN) | float64) 300 | ceil | int64 -}}
{{- end -}}

{{/* Seconds of a duration, such as 1m30s. */}}
{{- define "service.seconds" -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9.]+(ms|s|m|h)" . -1 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- $sum = addf $sum (mulf (trimSuffix $unit . | float64) (get (dict "ms" 0.001 "s" 1 "m" 60 "h" 3600) $unit)) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}
