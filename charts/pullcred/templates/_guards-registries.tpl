{{- define "pullcred.guards.sources" -}}
{{- range $index, $registry := .Values.registries -}}
{{- $place := printf "registries[%d]" $index -}}
{{- $sources := keys $registry.credentials | sortAlpha -}}
{{- if ne (len $sources) 1 -}}
{{- $found := $sources | join " and " | default "none" -}}
{{- include "pullcred.problem" (list (printf "%s.credentials" $place) (printf "must have exactly one source; it has %s" $found)) -}}
{{- end -}}
{{- if not $registry.matchImages -}}
{{- range without $sources "alibaba" "azure" "ecr" "ecrPublic" "gar" "tencent" -}}
{{- include "pullcred.problem" (list (printf "%s.matchImages" $place) (printf "must be written, because %s does not tell the registry's hosts" .)) -}}
{{- end -}}
{{- end -}}
{{- with $registry.credentials.inline -}}
{{- if contains ":" .username -}}
{{- include "pullcred.problem" (list (printf "%s.credentials.inline.username" $place) "must have no colon, which ends the user name in a docker config.json") -}}
{{- end -}}
{{- end -}}
{{- with $registry.credentials.dockerConfigJson -}}
{{- $config := kindIs "string" . | ternary (fromJson (toString .)) . -}}
{{- if not $config.auths -}}
{{- include "pullcred.problem" (list (printf "%s.credentials.dockerConfigJson" $place) "must be a docker config.json with auths") -}}
{{- end -}}
{{- end -}}
{{- range $position, $pattern := $registry.matchImages -}}
{{- if regexMatch `[\s@?#]|://` $pattern -}}
{{- include "pullcred.problem" (list (printf "%s.matchImages[%d]" $place $position) "must be a host, with an optional port and an optional path, such as harbor.example.com/team-a/: no scheme, credential or space") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "pullcred.guards.names" -}}
{{- $fullname := include "pullcred.fullname" . -}}
{{- $reserved := list (include "pullcred.certificateSecret" .) -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}{{- $reserved = append $reserved (printf "%s-ca" $fullname) -}}{{- end -}}
{{- $names := dict -}}
{{- $secretNames := dict -}}
{{- $origins := dict -}}
{{- $mappings := include "pullcred.mappings" . | fromJsonArray -}}
{{- range $mappings -}}
{{- if .origin -}}{{- $_ := set $origins .origin (int .index) -}}{{- end -}}
{{- end -}}
{{- range $mappings -}}
{{- $place := printf "registries[%d]" (int .index) -}}
{{- if hasKey $names .name -}}
{{- include "pullcred.problem" (list (printf "%s.name" $place) (printf "%q is already the name of registries[%d]; give each its own" .name (get $names .name))) -}}
{{- else if hasKey $secretNames .secretName -}}
{{- include "pullcred.problem" (list (printf "%s.secretName" $place) (printf "%q is already the secretName of registries[%d]; give each its own" .secretName (get $secretNames .secretName))) -}}
{{- end -}}
{{- if has .secretName $reserved -}}
{{- include "pullcred.problem" (list (printf "%s.secretName" $place) (printf "%q is the Secret with the webhook's certificate; set another one" .secretName)) -}}
{{- else if and (not .origin) (hasKey $origins .secretName) -}}
{{- include "pullcred.problem" (list (printf "%s.secretName" $place) (printf "%q is the Secret that registries[%d] reads its credentials from; set another one" .secretName (get $origins .secretName))) -}}
{{- end -}}
{{- $_ := set $names .name (int .index) -}}
{{- $_ := set $secretNames .secretName (int .index) -}}
{{- end -}}
{{- end -}}

{{- define "pullcred.guards.namespaces" -}}
{{- range $index, $registry := .Values.registries -}}
{{- $place := printf "registries[%d].namespaces" $index -}}
{{- $namespaces := $registry.namespaces | default dict -}}
{{- if include "pullcred.areNamed" $namespaces -}}
{{- if not (include "pullcred.namedNamespaces" $namespaces | fromJsonArray) -}}
{{- include "pullcred.problem" (list $place "exclude takes away everything that include allows") -}}
{{- end -}}
{{- end -}}
{{- range $position, $name := $namespaces.include -}}
{{- if has $name (append $.Values.webhook.excludedNamespaces "kube-system") -}}
{{- include "pullcred.problem" (list (printf "%s.include[%d]" $place $position) (printf "%q is never looked at (webhook.excludedNamespaces); take it out" $name)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
