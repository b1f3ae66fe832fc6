{{/*
What the templates need to know of each entry of `registries`, as a JSON list:
  index, name, secretName
  role        the name of its ClusterRole or Roles. It ends in what they give rights to, so that with another secretName
              the old role goes, and the copies that belong to it
  source      the key that chooses where the credentials come from
  origin      the Secret that has them; "" where the leader writes one, named as the copies are
  keys        the Secret with the keys by which a cloud is asked for them; "" where none is needed
  namespaces  where it has a Role each: the namespaces that it names, and this one where the leader writes its origin;
              null where it has a ClusterRole
*/}}
{{- define "pullcred.mappings" -}}
{{- $fullname := include "pullcred.fullname" . -}}
{{- $mappings := list -}}
{{- range $index, $registry := .Values.registries -}}
{{- $source := keys $registry.credentials | sortAlpha | first | default "" -}}
{{- $origin := "" -}}
{{- if eq $source "secretRef" -}}
{{- $origin = $registry.credentials.secretRef.name -}}
{{- else if has $source (list "inline" "dockerConfigJson") -}}
{{- $origin = printf "%s-origin-%s" $fullname $registry.name -}}
{{- end -}}
{{- $settings := index $registry.credentials $source -}}
{{- $keys := "" -}}
{{- if kindIs "map" $settings -}}{{- $keys = dig "auth" "secretRef" "name" "" $settings -}}{{- end -}}
{{- $namespaces := $registry.namespaces | default dict -}}
{{- $places := without (include "pullcred.namedNamespaces" $namespaces | fromJsonArray) $.Release.Namespace -}}
{{- if not $origin -}}{{- $places = append $places $.Release.Namespace -}}{{- end -}}
{{- $hasRoles := and $.Values.rbac.namespacedRoles (eq (include "pullcred.areNamed" $namespaces) "true") -}}
{{- $secretName := $registry.secretName | default (printf "pullcred-%s" $registry.name) -}}
{{- $mappings = append $mappings (dict
  "index" $index
  "name" $registry.name
  "secretName" $secretName
  "role" (printf "%s:%s" $fullname $secretName)
  "source" $source
  "origin" $origin
  "keys" $keys
  "namespaces" (ternary $places nil $hasRoles)
) -}}
{{- end -}}
{{- toJson $mappings -}}
{{- end -}}

{{/* The configuration as the process reads it: the credentials that stand in the values have become a secretRef. */}}
{{- define "pullcred.config" -}}
{{- $registries := list -}}
{{- range include "pullcred.mappings" . | fromJsonArray -}}
{{- $registry := deepCopy (index $.Values.registries (int .index)) -}}
{{- if has .source (list "inline" "dockerConfigJson") -}}
{{- $_ := set $registry "credentials" (dict "secretRef" (dict "name" .origin)) -}}
{{- end -}}
{{- $registries = append $registries $registry -}}
{{- end -}}
apiVersion: pullcred.dev/v1
kind: Config
provisioning: {{ .Values.provisioning }}
registries:
  {{- toYaml $registries | nindent 2 }}
{{- end -}}
