{{- define "pullcred.guards.certificates" -}}
{{- $mode := .Values.certificates.mode -}}
{{- $files := .Values.certificates.files -}}
{{- if eq $mode "files" -}}
{{- if not $files.secretName -}}
{{- include "pullcred.problem" (list "certificates.files.secretName" "must name the Secret with the certificate, because certificates.mode is files") -}}
{{- end -}}
{{- if not (regexMatch `^\s*-----BEGIN CERTIFICATE-----` $files.caBundle) -}}
{{- include "pullcred.problem" (list "certificates.files.caBundle" "must be the CA's certificate as PEM, because certificates.mode is files") -}}
{{- end -}}
{{- else if or $files.secretName $files.caBundle -}}
{{- include "pullcred.problem" (list "certificates.files" (printf "goes with certificates.mode files; it is %s" $mode)) -}}
{{- end -}}
{{- with .Values.certificates.certManager.issuerRef -}}
{{- if ne $mode "cert-manager" -}}
{{- include "pullcred.problem" (list "certificates.certManager.issuerRef" (printf "goes with certificates.mode cert-manager; it is %s" $mode)) -}}
{{- else if not .name -}}
{{- include "pullcred.problem" (list "certificates.certManager.issuerRef.name" "must name the issuer") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "pullcred.guards.verification" -}}
{{- with .Values.verification -}}
{{- if and (or .caBundle .insecureHosts) (not .interval) -}}
{{- include "pullcred.problem" (list "verification.interval" "must be set for caBundle and insecureHosts to have a meaning") -}}
{{- end -}}
{{- if and .caBundle (not (regexMatch `^\s*-----BEGIN CERTIFICATE-----` .caBundle)) -}}
{{- include "pullcred.problem" (list "verification.caBundle" "must be CA certificates as PEM") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "pullcred.guards.pods" -}}
{{- $replicas := int .Values.replicaCount -}}
{{- with .Values.podDisruptionBudget -}}
{{- if .enabled -}}
{{- $min := toString .minAvailable -}}
{{- $max := toString .maxUnavailable -}}
{{- if and $min $max -}}
{{- include "pullcred.problem" (list "podDisruptionBudget" "must have minAvailable or maxUnavailable, not both") -}}
{{- else if and $min (ge (include "pullcred.count" (list $min $replicas) | int) $replicas) -}}
{{- include "pullcred.problem" (list "podDisruptionBudget.minAvailable" (printf "%s of %d Pods lets no node be drained; set less, or more replicas" $min $replicas)) -}}
{{- else if and $max (eq (trimSuffix "%" $max | int) 0) -}}
{{- include "pullcred.problem" (list "podDisruptionBudget.maxUnavailable" "0 lets no node be drained; set more") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ending := add (ceil .Values.drainDelay) 28 -}}
{{- if lt (int64 .Values.terminationGracePeriodSeconds) $ending -}}
{{- include "pullcred.problem" (list "terminationGracePeriodSeconds" (printf "must be at least %d: drainDelay, and 28 seconds for the reviews that were accepted and for handing over" $ending)) -}}
{{- end -}}
{{- if eq (int .Values.webhook.port) (int .Values.metrics.port) -}}
{{- include "pullcred.problem" (list "metrics.port" "must differ from webhook.port") -}}
{{- end -}}
{{- if not (or .Values.serviceAccount.create .Values.serviceAccount.name) -}}
{{- include "pullcred.problem" (list "serviceAccount.name" "must name the ServiceAccount, because serviceAccount.create is false; every Pod that has it gets pullcred's rights") -}}
{{- end -}}
{{- end -}}

{{/* How many of the Pods a number or a percentage is, as a PodDisruptionBudget counts: rounded up. */}}
{{- define "pullcred.count" -}}
{{- $value := index . 0 -}}
{{- if hasSuffix "%" $value -}}
{{- div (add (mul (trimSuffix "%" $value | int) (index . 1)) 99) 100 -}}
{{- else -}}
{{- $value -}}
{{- end -}}
{{- end -}}
