{{- define "pullcred.name" -}}
{{- default .Chart.Name .Values.nameOverride -}}
{{- end -}}

{{/*
What everything is called, or starts with. The longest name made from it that must be a DNS label is that of the Service
NAME-metrics, so it has at most 55 characters. A longer one is cut and told apart by its digest.
*/}}
{{- define "pullcred.fullname" -}}
{{- $name := include "pullcred.name" . -}}
{{- $release := .Release.Name | replace "." "-" -}}
{{- $full := .Values.fullnameOverride -}}
{{- if not $full -}}
{{- $full = contains $name $release | ternary $release (printf "%s-%s" $release $name) -}}
{{- end -}}
{{- if gt (len $full) 55 -}}
{{- $full = printf "%s-%s" ($full | trunc 46 | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{- define "pullcred.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "pullcred.fullname" .) -}}
{{- end -}}

{{- define "pullcred.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* The Secret with the webhook's certificate. */}}
{{- define "pullcred.certificateSecret" -}}
{{- $fullname := include "pullcred.fullname" . -}}
{{- if eq .Values.certificates.mode "self" -}}
{{- printf "%s-certificate" $fullname -}}
{{- else if eq .Values.certificates.mode "cert-manager" -}}
{{- printf "%s-tls" $fullname -}}
{{- else -}}
{{- .Values.certificates.files.secretName -}}
{{- end -}}
{{- end -}}
