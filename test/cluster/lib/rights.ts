import type { AdminClient } from "./admin-client.ts";

/** The user name of pullcred's ServiceAccount. */
export const PULLCRED_USER = "system:serviceaccount:pullcred:pullcred";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const RELEASE = "pullcred";

/**
 * Makes the namespace and the ServiceAccount of a release, both called as it is, with the rights that docs/how-it-works.md
 * lists and no others.
 */
export async function grantRights(
  admin: AdminClient,
  origins: readonly string[],
  release = RELEASE,
): Promise<void> {
  await admin.create("/api/v1/namespaces", { metadata: { name: release } });
  await admin.create(`/api/v1/namespaces/${release}/serviceaccounts`, { metadata: { name: release } });
  await makeClusterRole(admin, release, release, [
    { apiGroups: [""], resources: ["namespaces", "serviceaccounts"], verbs: ["get", "list", "watch"] },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["clusterroles"],
      verbs: ["get"],
      resourceNames: [release],
    },
  ]);
  await makeRole(admin, release, release, release, [
    { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"], resourceNames: origins },
    {
      apiGroups: [""],
      resources: ["configmaps"],
      verbs: ["list", "watch", "create", "patch"],
      resourceNames: [`${release}-unfinished`],
    },
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      verbs: ["get", "patch"],
      resourceNames: [release],
    },
    // A POST is authorised without the name.
    { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
    { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  ]);
}

/** Makes the ClusterRole for the repair of Pods, as the chart does where it is asked for. */
export async function grantRepair(admin: AdminClient): Promise<void> {
  await makeClusterRole(admin, RELEASE, `${RELEASE}-repair`, [
    { apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] },
    { apiGroups: ["batch"], resources: ["jobs"], verbs: ["get"] },
    { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  ]);
}

/** Makes a Role for one more origin. */
export async function grantOrigin(admin: AdminClient, origin: string): Promise<void> {
  await makeRole(admin, RELEASE, RELEASE, `${RELEASE}-origin-${origin}`, [
    { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"], resourceNames: [origin] },
  ]);
}

/** Makes the ClusterRole for the copies of a mapping, which owns them, and its binding. */
export async function grantMapping(admin: AdminClient, secretName: string, release = RELEASE): Promise<void> {
  const name = `${release}:${secretName}`;
  await makeClusterRole(admin, release, name, mappingRules(secretName, "clusterroles", name));
}

/** Makes the Role for the copy of a mapping in a namespace, which owns it, and its binding. */
export async function grantMappingIn(
  admin: AdminClient,
  secretName: string,
  namespace: string,
  release = RELEASE,
): Promise<void> {
  const name = `${release}:${secretName}`;
  await makeRole(admin, release, namespace, name, mappingRules(secretName, "roles", name));
}

/** Takes away what `grantMappingIn` has granted, as Helm does. */
export async function withdrawMappingIn(
  admin: AdminClient,
  secretName: string,
  namespace: string,
): Promise<void> {
  for (const kind of ["rolebindings", "roles"]) {
    await admin.delete(`${RBAC}/namespaces/${namespace}/${kind}/${RELEASE}:${secretName}`);
  }
}

/** Takes away what `grantMapping` has granted, as Helm does. */
export async function withdrawMapping(admin: AdminClient, secretName: string): Promise<void> {
  for (const kind of ["clusterrolebindings", "clusterroles"]) {
    await admin.delete(`${RBAC}/${kind}/${RELEASE}:${secretName}`);
  }
}

function mappingRules(secretName: string, roles: string, role: string): readonly object[] {
  return [
    {
      apiGroups: [""],
      resources: ["secrets"],
      verbs: ["get", "list", "watch", "create", "patch", "delete"],
      resourceNames: [secretName],
    },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: [roles],
      verbs: ["list", "watch"],
      resourceNames: [role],
    },
  ];
}

async function makeClusterRole(
  admin: AdminClient,
  release: string,
  name: string,
  rules: readonly object[],
): Promise<void> {
  await admin.create(`${RBAC}/clusterroles`, { metadata: { name }, rules });
  await bind(admin, `${RBAC}/clusterrolebindings`, release, "ClusterRole", name);
}

async function makeRole(
  admin: AdminClient,
  release: string,
  namespace: string,
  name: string,
  rules: readonly object[],
): Promise<void> {
  await admin.create(`${RBAC}/namespaces/${namespace}/roles`, { metadata: { name }, rules });
  await bind(admin, `${RBAC}/namespaces/${namespace}/rolebindings`, release, "Role", name);
}

/** The binding outlives the role in the tests that make the role anew. */
async function bind(
  admin: AdminClient,
  path: string,
  release: string,
  kind: string,
  name: string,
): Promise<void> {
  await admin.send("POST", path, {
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name },
    subjects: [{ kind: "ServiceAccount", name: release, namespace: release }],
  });
}
