{{/* Of the values that make up the pods: what does not go together, one message a line. */}}
{{- define "service.validatePod" -}}
{{- $name := include "service.fullname" . }}
{{- if regexMatch "^[0-9]" $name }}
fullnameOverride: the release's name makes it {{ $name }}, and a Service's name begins with a letter; give one that does
{{- end }}
{{- if has $name (list "y" "n" "yes" "no" "on" "off" "true" "false" "null") }}
fullnameOverride: {{ $name }} is a word that YAML takes for something else; give another name
{{- end }}
{{- $images := dict "image" .Values.image "database.image" .Values.database.image }}
{{- $_ := set $images "loadtest.image" .Values.loadtest.image }}
{{- range $path, $image := $images }}
{{- if and $image.tag $image.digest }}
{{ $path }}: tag and digest are both given; keep one{{ if eq $path "database.image" }} (tag: "" takes the default away){{ end }}
{{- end }}
{{- end }}
{{- $needed := add .Values.preStopSeconds .Values.drainSeconds 7 }}
{{- if lt (include "service.graceSeconds" . | int) (int $needed) }}
terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}, but preStopSeconds, drainSeconds and the end of gunicorn take {{ $needed }}; give as many, or null
{{- end }}
{{- if eq (int .Values.containerPort) (int .Values.metrics.port) }}
metrics.port: the same as containerPort; the service refuses that
{{- end }}
{{- if and (eq (toString .Values.service.ipFamilyPolicy) "SingleStack") (gt (len .Values.service.ipFamilies) 1) }}
service.ipFamilies: SingleStack takes one of them; keep one, or set service.ipFamilyPolicy to PreferDualStack
{{- end }}
{{- with .Values.strategy }}
{{- if and (eq .type "RollingUpdate") (not (regexMatch "[1-9]" (printf "%v%v" .rollingUpdate.maxUnavailable .rollingUpdate.maxSurge))) }}
strategy.rollingUpdate: maxUnavailable and maxSurge are both 0, so that no pod could be replaced; give one of them at least 1
{{- end }}
{{- end }}
{{- if le (int .Values.progressDeadlineSeconds) (int .Values.minReadySeconds) }}
progressDeadlineSeconds: {{ .Values.progressDeadlineSeconds }} is not more than minReadySeconds, {{ .Values.minReadySeconds }}
{{- end }}
{{- $given := dict "resources" .Values.resources "database.resources" .Values.database.resources }}
{{- $_ := set $given "loadtest.resources" .Values.loadtest.resources }}
{{- range $path, $resources := $given }}
{{- range $what, $limit := $resources.limits }}
{{- with dig "requests" $what "" $resources }}
{{- if lt (include "service.quantity" $limit | float64) (include "service.quantity" . | float64) }}
{{ $path }}.limits.{{ $what }}: {{ $limit }} is below what is requested, {{ . }}; give at least that
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- range keys (include "service.selectorLabels" (list . "web") | fromYaml) }}
{{- if hasKey $.Values.podLabels . }}
podLabels.{{ . }}: the chart selects its pods by it; give another label
{{- end }}
{{- end }}
{{- $volumes := list }}
{{- range .Values.extraVolumes }}{{ $volumes = append $volumes .name }}{{ end }}
{{- include "service.validateNames" (list "extraVolumes" $volumes (list "run" "tmp" "secrets")) }}
{{- $containers := list }}
{{- range concat .Values.initContainers .Values.sidecars }}{{ $containers = append $containers .name }}{{ end }}
{{- include "service.validateNames" (list "initContainers and sidecars" $containers (list "web" "migrate")) }}
{{- range .Values.extraVolumeMounts }}
{{- if not (has .name $volumes) }}
extraVolumeMounts: there is no volume {{ .name }}; give it in extraVolumes
{{- end }}
{{- end }}
{{- end -}}

{{/* Of (list path names taken): names that stand there twice, or are the chart's own. */}}
{{- define "service.validateNames" -}}
{{- $names := index . 1 }}
{{- range $name := uniq $names }}
{{- if has $name (index $ 2) }}
{{ index $ 0 }}: the name {{ $name }} is one of the chart's own; give another
{{- else if gt (without $names $name | len | sub (len $names)) 1 }}
{{ index $ 0 }}: the name {{ $name }} stands there more than once
{{- end }}
{{- end }}
{{- end -}}

{{/* A quantity of Kubernetes (100m, 1.5Gi, 1e3) as a number. */}}
{{- define "service.quantity" -}}
{{- $text := toString . -}}
{{- $factors := dict "" 1 "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 -}}
{{- range $power, $unit := list "Ki" "Mi" "Gi" "Ti" "Pi" "Ei" -}}
{{- $factor := 1024 -}}
{{- range until $power }}{{ $factor = mul $factor 1024 }}{{ end -}}
{{- $_ := set $factors $unit $factor -}}
{{- end -}}
{{- if regexMatch "[eE][+-]?[0-9]+$" $text -}}
{{ $text }}
{{- else -}}
{{- $number := regexFind "^[0-9.]+" $text -}}
{{ mulf (float64 $number) (trimPrefix $number $text | get $factors) }}
{{- end -}}
{{- end -}}
