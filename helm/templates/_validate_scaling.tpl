{{/* Of the values that say how many pods run: what does not go together, one message a line. */}}
{{- define "service.validateScaling" -}}
{{- $fewest := include "service.fewestReplicas" . | int }}
{{- with .Values.podDisruptionBudget }}
{{- if and .enabled (gt $fewest 1) }}
{{- if kindIs "invalid" .minAvailable }}
{{- if not (toString .maxUnavailable | trimSuffix "%" | int) }}
podDisruptionBudget.maxUnavailable: {{ toJson .maxUnavailable | trimAll "\"" }} forbids every eviction, so that no node could be emptied; give at least 1
{{- end }}
{{- else }}
{{- $stay := toString .minAvailable }}
{{- if hasSuffix "%" $stay }}{{ $stay = div (add (mul (trimSuffix "%" $stay | int) $fewest) 99) 100 }}{{ end }}
{{- if ge (int $stay) $fewest }}
podDisruptionBudget.minAvailable: {{ .minAvailable }} of {{ $fewest }} pods forbids every eviction, so that no node could be emptied; at most {{ sub $fewest 1 }} of them may have to stay
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled }}
autoscaling.enabled: keda.enabled is true too, and both would set the replicas; keep one of them
{{- end }}
{{- range $block := list "autoscaling" "keda" }}
{{- with get $.Values $block }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{ $block }}.minReplicas: {{ .minReplicas }} is more than maxReplicas, {{ .maxReplicas }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.autoscaling }}
{{- if .enabled }}
{{- range $resource, $percent := pick . "cpu" "memory" }}
{{- $asked := dig "requests" $resource "" $.Values.resources }}
{{- $limit := dig "limits" $resource "" $.Values.resources }}
{{- if and $percent (not $asked) }}
autoscaling.{{ $resource }}: it is in percent of resources.requests.{{ $resource }}, which is not given
{{- else if and $percent $limit (ge (mulf $percent (include "service.quantity" $asked)) (mulf 100 (include "service.quantity" $limit))) }}
autoscaling.{{ $resource }}: {{ $percent }} % of what is requested, {{ $asked }}, is never passed, for the limit is {{ $limit }}; give less
{{- end }}
{{- end }}
{{- if not (or .cpu .memory .requests.perSecond) }}
autoscaling: nothing to scale by; give cpu, memory or requests.perSecond
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.keda.enabled (not .Values.keda.prometheus.serverAddress) }}
keda.prometheus.serverAddress: not given; such as http://prometheus-operated.monitoring:9090
{{- end }}
{{- end -}}
