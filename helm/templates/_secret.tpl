{{/* Where the secret settings stand: JSON of {Secret's name: [names of settings]}. */}}
{{- define "service.secrets" -}}
{{- $secrets := dict -}}
{{- with include "service.ownKeys" . | fromJsonArray }}{{ $_ := set $secrets (include "service.fullname" $) . }}{{ end -}}
{{- with .Values.secret.existing }}{{ $_ := set $secrets . $.Values.secret.keys }}{{ end -}}
{{- with .Values.externalSecret }}{{ if .enabled }}{{ $_ := set $secrets (printf "%s-external" (include "service.fullname" $)) (keys .data | sortAlpha) }}{{ end }}{{ end -}}
{{- $secrets | toJson -}}
{{- end -}}

{{/* The settings that are given, without the chart's making: by value, by a Secret, or by env (NAME or NAME_FILE). */}}
{{- define "service.given" -}}
{{- $given := keys .Values.secret.values -}}
{{- if .Values.secret.existing }}{{ $given = concat $given .Values.secret.keys }}{{ end -}}
{{- if .Values.externalSecret.enabled }}{{ $given = concat $given (keys .Values.externalSecret.data) }}{{ end -}}
{{- range $name := keys .Values.env }}{{ $given = append $given (trimSuffix "_FILE" $name) }}{{ end -}}
{{- $given | sortAlpha | toJson -}}
{{- end -}}

{{/* The settings in the chart's own Secret. */}}
{{- define "service.ownKeys" -}}
{{- $own := keys .Values.secret.values -}}
{{- if not (has "SECRET_KEY" (include "service.given" . | fromJsonArray)) }}{{ $own = append $own "SECRET_KEY" }}{{ end -}}
{{- if .Values.database.embedded }}{{ $own = append $own "DATABASE_URL" }}{{ end -}}
{{- $own | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/*
Whether a cluster is asked: `helm template` and Argo CD see nothing of it, and what is random there would
be another at each sync. The account "default" is in each namespace that exists; whoever may make one
sees kube-system.
*/}}
{{- define "service.cluster" -}}
{{- if or (lookup "v1" "ServiceAccount" .Release.Namespace "default") (lookup "v1" "Namespace" "" "kube-system") -}}
true
{{- end -}}
{{- end -}}
