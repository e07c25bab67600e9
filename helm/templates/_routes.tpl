{{/* The host names under which the world reaches the service: those of its routes, as a JSON list. */}}
{{- define "service.routeHosts" -}}
{{- $hosts := list -}}
{{- with .Values.httpRoute }}{{ if .enabled }}{{ $hosts = concat $hosts .hostnames }}{{ end }}{{ end -}}
{{- with .Values.ingress }}{{ if .enabled }}{{ $hosts = concat $hosts .hosts }}{{ end }}{{ end -}}
{{- $hosts | uniq | toJson -}}
{{- end -}}

{{/* Of (list . "ingress") or (list . "certificate"): the Secret with the certificate and its key. */}}
{{- define "service.tlsSecret" -}}
{{- $root := index . 0 -}}
{{- $given := ternary $root.Values.ingress.tls.secretName $root.Values.certificate.secretName (eq (index . 1) "ingress") -}}
{{- default (printf "%s-tls" (include "service.fullname" $root)) $given -}}
{{- end -}}
