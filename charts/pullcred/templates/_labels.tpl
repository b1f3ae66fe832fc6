{{- define "pullcred.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pullcred.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The labels of everything but Pods. Those of the values never take the place of these. */}}
{{- define "pullcred.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_.")
  "app.kubernetes.io/version" (.Chart.AppVersion | toString)
  "app.kubernetes.io/managed-by" .Release.Service
-}}
{{- merge $own (include "pullcred.selectorLabels" . | fromYaml) .Values.commonLabels | toYaml -}}
{{- end -}}

{{/* The labels of Pods: none of them changes with the chart's version, which would roll the Pods. */}}
{{- define "pullcred.podLabels" -}}
{{- merge (include "pullcred.selectorLabels" . | fromYaml) .Values.podLabels .Values.commonLabels | toYaml -}}
{{- end -}}

{{/* The metadata that most objects have. */}}
{{- define "pullcred.metadata" -}}
name: {{ include "pullcred.fullname" . | quote }}
namespace: {{ .Release.Namespace | quote }}
labels:
  {{- include "pullcred.labels" . | nindent 2 }}
{{- end -}}
