{{/*
Refuses values that contradict each other, with everything that is wrong at once. What one value alone must be stands in
values.schema.json. No message may hold a value that could be a credential.
*/}}
{{- define "pullcred.guards" -}}
{{- $problems := list
  (include "pullcred.guards.sources" .)
  (include "pullcred.guards.names" .)
  (include "pullcred.guards.namespaces" .)
  (include "pullcred.guards.certificates" .)
  (include "pullcred.guards.pods" .)
  (include "pullcred.guards.verification" .)
  | join "" | trim
-}}
{{- if $problems -}}
{{- printf "these values do not go together:\n%s\n" $problems | fail -}}
{{- end -}}
{{- end -}}

{{/* A line of what is wrong: the place, and what to do. */}}
{{- define "pullcred.problem" -}}
{{- printf "- %s: %s\n" (index . 0) (index . 1) -}}
{{- end -}}
