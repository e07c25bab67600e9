{{/* Which nodes take the pods, those that migrate and test among them: they run the same image. */}}
{{- define "service.nodes" -}}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ quote . }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ quote . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Where the pods run that answer requests: apart from each other where that can be had. */}}
{{- define "service.placement" -}}
{{- with include "service.nodes" . | trim }}
{{- . }}
{{ end -}}
affinity:
  {{- if .Values.affinity }}
  {{- toYaml .Values.affinity | nindent 2 }}
  {{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "service.selectorLabels" (list . "web") | nindent 14 }}
  {{- end }}
topologySpreadConstraints:
  {{- if .Values.topologySpreadConstraints }}
  {{- toYaml .Values.topologySpreadConstraints | nindent 2 }}
  {{- else }}
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    # Each rollout is spread by itself, whatever still stands of the one before.
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "service.selectorLabels" (list $ "web") | nindent 8 }}
  {{- end }}
  {{- end }}
{{- end -}}
