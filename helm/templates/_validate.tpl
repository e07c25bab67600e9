{{/*
What the schema cannot say: values that contradict each other, all told at once. Each topic gives a message a
line, which begins with the path of its value.
*/}}
{{- define "service.validate" -}}
{{- $wrong := list -}}
{{- $topics := list "Settings" "Pod" "Scaling" "Traffic" "Metrics" -}}
{{- $topics = append $topics "Loadtest" -}}
{{- range $topics -}}
{{- $wrong = concat $wrong (include (print "service.validate" .) $ | trim | splitList "\n" | compact) -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "\n\nThese values do not go together:\n  %s\n" (join "\n  " $wrong)) -}}
{{- end -}}
{{- end -}}
