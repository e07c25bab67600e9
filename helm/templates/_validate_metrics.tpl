{{/* Of the values about being seen: what does not go together, one message a line. */}}
{{- define "service.validateMetrics" -}}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
metrics: serviceMonitor and podMonitor are both enabled, and would count each request twice; keep one
{{- end }}
{{- end -}}
