{{/* Who lets whom through. */}}

{{/* Of this release: the pods of `helm test` and of a load test. */}}
{{- define "service.testers" -}}
matchLabels:
  app.kubernetes.io/name: {{ include "service.name" . | quote }}
  app.kubernetes.io/instance: {{ quote .Release.Name }}
matchExpressions:
  - { key: app.kubernetes.io/component, operator: In, values: [test, loadtest] }
{{- end -}}

{{/* Of (list . "dns" "database"): the rules by which a pod gets there. Where `to` is nothing there are none. */}}
{{- define "service.egress" -}}
{{- $root := index . 0 -}}
{{- range rest . }}
{{- $there := get $root.Values.networkPolicy.egress . }}
{{- if and (eq . "database") $root.Values.database.embedded }}
- to:
    - podSelector:
        matchLabels:
          {{- include "service.selectorLabels" (list $root "database") | nindent 10 }}
  ports:
    - { port: 5432, protocol: TCP }
{{- else if $there.to }}
- ports:
    - { port: {{ $there.port }}, protocol: TCP }
    {{- if eq . "dns" }}
    - { port: {{ $there.port }}, protocol: UDP }
    {{- end }}
  {{- if not (kindIs "string" $there.to) }}
  to:
    {{- toYaml $there.to | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
