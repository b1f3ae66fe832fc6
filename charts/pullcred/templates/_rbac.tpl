{{/* The rest of a binding: of which role, and to pullcred's ServiceAccount. */}}
{{- define "pullcred.binding" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pullcred.serviceAccountName" .context | quote }}
    namespace: {{ .context.Release.Namespace | quote }}
{{- end -}}

{{/* What a mapping needs where its copies may be: its Secret, and the role itself, which owns the copies. */}}
{{- define "pullcred.mappingRules" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ quote .mapping.secretName }}]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [{{ .roles }}]
  resourceNames: [{{ quote .mapping.role }}]
  verbs: [list, watch]
{{- end -}}
