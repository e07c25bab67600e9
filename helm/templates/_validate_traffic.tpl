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
{{- with .Values.httpRoute }}
{{- if .enabled }}
{{- if not .parentRefs }}
httpRoute.parentRefs: no Gateway carries the route; give one, such as [{name: public, namespace: gateways}]
{{- end }}
{{- if not (or .hostnames $.Values.allowedHosts) }}
httpRoute.hostnames: empty, and the service answers 400 to hosts that it does not know; give them, or allowedHosts
{{- end }}
{{- end }}
{{- end }}
{{- $tls := include "service.tlsSecret" (list . "ingress") }}
{{- with .Values.ingress }}
{{- if .enabled }}
{{- if and .tls.enabled (not .hosts) }}
ingress.hosts: empty, and a certificate (ingress.tls.enabled) is for a host; give at least one
{{- else if not (or .hosts $.Values.allowedHosts) }}
ingress.hosts: empty, and the service answers 400 to hosts that it does not know; give them, or allowedHosts
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.certificate }}
{{- if .enabled }}
{{- if not .issuerRef.name }}
certificate.issuerRef.name: not given; the name of an Issuer or ClusterIssuer of cert-manager
{{- end }}
{{- if not (include "service.routeHosts" $ | fromJsonArray) }}
certificate.enabled: there is no host to certify; give httpRoute.hostnames or ingress.hosts
{{- end }}
{{- $annotated := or (hasKey $.Values.ingress.annotations "cert-manager.io/issuer") (hasKey $.Values.ingress.annotations "cert-manager.io/cluster-issuer") }}
{{- if and $.Values.ingress.enabled $.Values.ingress.tls.enabled $annotated (eq $tls (include "service.tlsSecret" (list $ "certificate"))) }}
certificate.secretName: {{ $tls }} is the ingress' too, whose annotation asks cert-manager for it; take the annotation out, or give another name
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.externalSecret }}
{{- if .enabled }}
{{- if not .secretStoreRef.name }}
externalSecret.secretStoreRef.name: not given; the name of a SecretStore or ClusterSecretStore
{{- end }}
{{- if not .data }}
externalSecret.data: empty; give names of settings, such as SECRET_KEY: {key: notes, property: secret-key}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
