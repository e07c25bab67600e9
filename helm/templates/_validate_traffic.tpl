{{/* Of the values that say who may talk to whom: what does not go together, one message a line. */}}
{{- define "service.validateTraffic" -}}
{{- $env := .Values.env }}
{{- $needs := dict }}
{{- if not .Values.database.embedded }}{{ $_ := set $needs "database" "database.embedded is false" }}{{ end }}
{{- if hasPrefix "https://" (get $env "AUTH_JWKS" | toString) }}{{ $_ := set $needs "jwks" "env.AUTH_JWKS is an address" }}{{ end }}
{{- range list "OTEL_EXPORTER_OTLP_ENDPOINT" "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" }}
{{- if get $env . }}{{ $_ := set $needs "otlp" (printf "env.%s is set" .) }}{{ end }}
{{- end }}
{{- $cache := get (merge (dict) .Values.secret.values $env) "CACHE_URL" | toString }}
{{- if and (has "CACHE_URL" (include "service.given" . | fromJsonArray)) (not (hasPrefix "locmem" $cache)) }}{{ $_ := set $needs "cache" "CACHE_URL is set" }}{{ end }}
{{- range $what, $why := $needs }}
{{- with get $.Values.networkPolicy.egress $what }}
{{- if and $.Values.networkPolicy.enabled (not .to) }}
networkPolicy.egress.{{ $what }}.to: {{ $why }}, and pods reach only what is named here; give its addresses or pods, such as [{ipBlock: {cidr: 10.1.2.3/32}}], or any, with the port ({{ .port }})
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
