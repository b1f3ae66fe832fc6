{{/* The namespaces whose Pods API servers never call pullcred for, as a JSON list. */}}
{{- define "pullcred.unseenNamespaces" -}}
{{- concat (list "kube-system" .Release.Namespace) .Values.webhook.excludedNamespaces | uniq | toJson -}}
{{- end -}}

{{/* "true" where `include` is written and has no glob, so that all the namespaces are known. */}}
{{- define "pullcred.areNamed" -}}
{{- $isNamed := not (empty .include) -}}
{{- range .include -}}
{{- if regexMatch `[*?\[\\]` . -}}{{- $isNamed = false -}}{{- end -}}
{{- end -}}
{{- if $isNamed -}}true{{- end -}}
{{- end -}}

{{/* The names in `include` that `exclude` leaves, as a JSON list. */}}
{{- define "pullcred.namedNamespaces" -}}
{{- $names := list -}}
{{- range $name := .include | default list | uniq -}}
{{- $isExcluded := false -}}
{{- range $glob := $.exclude -}}
{{- if include "pullcred.globMatches" (dict "glob" $glob "name" $name) -}}{{- $isExcluded = true -}}{{- end -}}
{{- end -}}
{{- if not $isExcluded -}}{{- $names = append $names $name -}}{{- end -}}
{{- end -}}
{{- toJson $names -}}
{{- end -}}

{{/*
"true" where the glob matches the name. A glob with anything in a class but letters, digits and ranges of them is said to
match nothing: a Role too many does no harm, one too few would leave a namespace without its Secret.
*/}}
{{- define "pullcred.globMatches" -}}
{{- if regexMatch `^([a-z0-9*?-]|\[\^?([a-z0-9](-[a-z0-9])?)+\])+$` .glob -}}
{{- if regexMatch (printf "^%s$" (.glob | replace "*" ".*" | replace "?" ".")) .name -}}true{{- end -}}
{{- end -}}
{{- end -}}
