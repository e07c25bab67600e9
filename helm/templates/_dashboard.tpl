{{/* Grafana's JSON of dashboards/service.yaml: panels from left to right, each row below the one before. */}}
{{- define "service.dashboard" -}}
{{- $pods := `namespace="$namespace",pod=~"$release-[a-z0-9]+-[a-z0-9]+"` -}}
{{- $source := .Files.Get "dashboards/service.yaml" | replace "<pods>" $pods | fromYaml -}}
{{- $prometheus := dict "type" "prometheus" "uid" "${datasource}" -}}
{{- $panels := list -}}
{{- $y := 0 -}}
{{- range $row := $source.rows -}}
{{- $panels = append $panels (dict "type" "row" "title" .title "panels" list "gridPos" (dict "x" 0 "y" $y "w" 24 "h" 1)) -}}
{{- $height := int (default 8 .height) -}}
{{- $x := 0 -}}
{{- $y = add $y 1 -}}
{{- range $shown := .panels -}}
{{- $width := int (default 8 .width) -}}
{{- if gt (add $x $width) 24 -}}
{{- $x = 0 -}}
{{- $y = add $y $height -}}
{{- end -}}
{{- $targets := list -}}
{{- range $index, $query := .queries -}}
{{- $target := dict "refId" (printf "Q%d" $index) "expr" .expr "legendFormat" (default $shown.title .legend) "datasource" $prometheus -}}
{{- $targets = append $targets $target -}}
{{- end -}}
{{- $panel := deepCopy (index $source.kinds .kind) -}}
{{- $_ := set $panel.fieldConfig.defaults "unit" .unit -}}
{{- $_ := merge $panel (dict "title" .title "description" .description "targets" $targets "datasource" $prometheus) -}}
{{- $_ := set $panel "gridPos" (dict "x" $x "y" $y "w" $width "h" $height) -}}
{{- $panels = append $panels $panel -}}
{{- $x = add $x $width -}}
{{- end -}}
{{- $y = add $y $height -}}
{{- end -}}
{{- range $index, $panel := $panels -}}
{{- $_ := set . "id" (add1 $index) -}}
{{- end -}}
{{- $name := include "service.fullname" . -}}
{{- $dashboard := merge (dict "panels" $panels) $source.dashboard -}}
{{- $_ := set $dashboard "title" (printf "%s / %s" .Release.Namespace $name) -}}
{{- $_ := set $dashboard "uid" (printf "%s/%s" .Release.Namespace $name | sha256sum | trunc 16) -}}
{{- range $variable := $dashboard.templating.list -}}
{{- $own := get (dict "namespace" $.Release.Namespace "release" $name) .name -}}
{{- if $own -}}{{ $_ := set . "current" (dict "text" $own "value" $own) }}{{- end -}}
{{- end -}}
{{- toPrettyJson $dashboard -}}
{{- end -}}
