{{/* Of the values of the load test: what does not go together, one message a line. */}}
{{- define "service.validateLoadtest" -}}
{{- with .Values.loadtest }}
{{- if and (eq .onDisruption "retry") .workers }}
loadtest.onDisruption: retry starts one pod again, and with workers all would have to be; give fail, or workers: 0
{{- end }}
{{- range $name := list "TIME" "JOIN" }}
{{- with get $.Values.loadtest.env $name }}
{{- if gt (include "service.seconds" . | float64) 604800.0 }}
loadtest.env.{{ $name }}: {{ . }} is more than a week
{{- end }}
{{- end }}
{{- end }}
{{- if gt (int .workers) (int (default 50 .env.USERS)) }}
loadtest.workers: {{ .workers }} of them need as many users, and loadtest.env.USERS is {{ default 50 .env.USERS }}
{{- end }}
{{- end }}
{{- end -}}
