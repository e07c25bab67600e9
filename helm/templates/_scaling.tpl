{{/* How many pods run. */}}

{{- define "service.autoscaled" -}}
{{- if or .Values.autoscaling.enabled .Values.keda.enabled }}true{{ end -}}
{{- end -}}

{{/* The fewest that run when all is well. */}}
{{- define "service.fewestReplicas" -}}
{{- if .Values.autoscaling.enabled -}}
{{ .Values.autoscaling.minReplicas }}
{{- else if .Values.keda.enabled -}}
{{ .Values.keda.minReplicas }}
{{- else -}}
{{ .Values.replicaCount }}
{{- end -}}
{{- end -}}

{{/*
The replicas of the Deployment. With an autoscaler those that live: without the field Helm 4 takes away what
it gave before, and one pod is left. Once the autoscaler has written the number the field is left out: it is
no longer Helm's, and an old number in an old revision would end a rollback in a conflict. (Without
server-side apply the field is always taken away.) `helm template` sees no cluster, and leaves it out.
*/}}
{{- define "service.replicas" -}}
{{- if include "service.autoscaled" . -}}
{{- with lookup "apps/v1" "Deployment" .Release.Namespace (include "service.fullname" .) -}}
{{- $managed := toJson .metadata.managedFields -}}
{{- if not (and (contains `"operation":"Apply"` $managed) (contains `"subresource":"scale"` $managed)) -}}
replicas: {{ .spec.replicas }}
{{- end -}}
{{- end -}}
{{- else -}}
replicas: {{ .Values.replicaCount }}
{{- end -}}
{{- end -}}
