import type { AdminClient } from "./admin-client.ts";

/** The user name of pullcred's ServiceAccount. */
export const PULLCRED_USER = "system:serviceaccount:pullcred:pullcred";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const SUBJECT = { kind: "ServiceAccount", name: "pullcred", namespace: "pullcred" };

/** Makes pullcred's namespace and ServiceAccount, with the rights that docs/how-it-works.md lists and no others. */
export async function grantRights(admin: AdminClient, origins: readonly string[]): Promise<void> {
  await admin.create("/api/v1/namespaces", { metadata: { name: "pullcred" } });
  await admin.create("/api/v1/namespaces/pullcred/serviceaccounts", { metadata: { name: "pullcred" } });
  await makeClusterRole(admin, "pullcred", [
    { apiGroups: [""], resources: ["namespaces", "serviceaccounts"], verbs: ["get", "list", "watch"] },
  ]);
  const rules = [
    { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"], resourceNames: origins },
    {
      apiGroups: [""],
      resources: ["configmaps"],
      verbs: ["list", "watch", "create", "patch"],
      resourceNames: ["pullcred-unfinished"],
    },
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      verbs: ["get", "update"],
      resourceNames: ["pullcred"],
    },
    // A POST is authorised without the name.
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
    { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  ];
  await admin.create(`${RBAC}/namespaces/pullcred/roles`, { metadata: { name: "pullcred" }, rules });
  await admin.create(`${RBAC}/namespaces/pullcred/rolebindings`, {
    metadata: { name: "pullcred" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "pullcred" },
    subjects: [SUBJECT],
  });
}

/** Makes a Role for one more origin, named as the mapping. */
export async function grantOrigin(admin: AdminClient, mapping: string, origin: string): Promise<void> {
  const name = `pullcred-${mapping}`;
  const rules = [
    { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"], resourceNames: [origin] },
  ];
  await admin.create(`${RBAC}/namespaces/pullcred/roles`, { metadata: { name }, rules });
  await admin.create(`${RBAC}/namespaces/pullcred/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [SUBJECT],
  });
}

/** Makes the ClusterRole of a mapping, which owns its copies, and its binding. */
export async function grantMapping(admin: AdminClient, mapping: string, secretName: string): Promise<void> {
  const name = `pullcred-${mapping}`;
  await makeClusterRole(admin, name, [
    {
      apiGroups: [""],
      resources: ["secrets"],
      verbs: ["get", "list", "watch", "create", "patch", "delete"],
      resourceNames: [secretName],
    },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["clusterroles"],
      verbs: ["list", "watch"],
      resourceNames: [name],
    },
  ]);
}

async function makeClusterRole(admin: AdminClient, name: string, rules: readonly object[]): Promise<void> {
  await admin.create(`${RBAC}/clusterroles`, { metadata: { name }, rules });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  // The binding outlives the role in the test that makes the role anew.
  await admin.send("POST", `${RBAC}/clusterrolebindings`, {
    metadata: { name },
    roleRef,
    subjects: [SUBJECT],
  });
}
