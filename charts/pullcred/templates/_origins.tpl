{{/* A docker config.json that the values have as text or as a mapping. */}}
{{- define "pullcred.dockerConfigJson" -}}
{{- kindIs "string" . | ternary (. | toString | trim) (toRawJson .) -}}
{{- end -}}

{{/* A docker config.json with one server, as `kubectl create secret docker-registry` writes it. */}}
{{- define "pullcred.inlineConfigJson" -}}
{{- $entry := dict
  "username" .username
  "password" .password
  "auth" (printf "%s:%s" .username .password | b64enc)
-}}
{{- dict "auths" (dict .server $entry) | toRawJson -}}
{{- end -}}
