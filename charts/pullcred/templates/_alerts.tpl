{{/* How the alerts find this release's metrics: by the labels that a ServiceMonitor gives to what it reads. */}}
{{- define "pullcred.matchers" -}}
{{- $ofMonitor := printf "namespace=%q,service=%q" .Release.Namespace (printf "%s-metrics" (include "pullcred.fullname" .)) -}}
{{- .Values.metrics.prometheusRule.matchers | default $ofMonitor -}}
{{- end -}}

{{/* Whose the alerts are: an expression that sums or takes the worst has no label left that would say so. */}}
{{- define "pullcred.alertLabels" -}}
{{- printf "namespace: %q, service: %q" .Release.Namespace (printf "%s-metrics" (include "pullcred.fullname" .)) -}}
{{- end -}}
