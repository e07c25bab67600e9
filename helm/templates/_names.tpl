{{/* What things are called. */}}

{{- define "service.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
At most 42 characters, so that "-loadtest" fits into the 52 of a CronJob, and "-loadtest-12345678-99" into the
63 of a pod's host name; and none of the dots that a release may have and a Service may not. A name that is
changed for that stays unique.
*/}}
{{- define "service.fullname" -}}
{{- $name := include "service.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full = default $full .Values.fullnameOverride -}}
{{- if or (gt (len $full) 42) (contains "." $full) -}}
{{- printf "%s-%s" ($full | replace "." "-" | trunc 33 | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- else -}}
{{- $full -}}
{{- end -}}
{{- end -}}

{{- define "service.accountName" -}}
{{- default (ternary (include "service.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* Of the call (list . "web"): the component keeps Jobs and tests out of what the pods are selected for. */}}
{{- define "service.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "service.name" $root | quote }}
app.kubernetes.io/instance: {{ quote $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "service.labels" -}}
{{- $root := index . 0 -}}
{{ include "service.selectorLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* Of an image block: by its digest, else by its tag, else by the given one. */}}
{{- define "service.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}
{{ printf "%s@%s" $image.repository $image.digest | quote }}
{{- else -}}
{{ printf "%s:%s" $image.repository (default (index . 1) $image.tag) | quote }}
{{- end -}}
{{- end -}}

{{/* The service's image and tag, with -loadtest, as far as nothing else is given. */}}
{{- define "service.loadtestImage" -}}
{{- $image := .Values.loadtest.image -}}
{{- $tag := printf "%s-loadtest" (default .Chart.AppVersion .Values.image.tag) -}}
{{- include "service.image" (list (set (deepCopy $image) "repository" (default .Values.image.repository $image.repository)) $tag) -}}
{{- end -}}

{{/* A wildcard of the Gateway API is a leading dot for Django. */}}
{{- define "service.hosts" -}}
{{- $name := include "service.fullname" . -}}
{{- $space := printf "%s.%s" $name .Release.Namespace -}}
{{- $hosts := list "localhost" "127.0.0.1" $name $space (printf "%s.svc" $space) (printf "%s.svc.%s" $space .Values.clusterDomain) -}}
{{- range include "service.routeHosts" . | fromJsonArray }}{{ $hosts = append $hosts (trimPrefix "*" .) }}{{ end -}}
{{- concat $hosts .Values.allowedHosts | uniq | join "," -}}
{{- end -}}
