import type { OwnerReference, Secret } from "../secret/secret.ts";

/**
 * The name of the ClusterRole, or Role, that lets a release write the Secrets of a name, and owns them. Neither part can
 * hold a colon. A mapping that gets another `secretName` has another role, and its old copies go with the old one.
 */
export function roleName(release: string, secretName: string): string {
  return `${release}:${secretName}`;
}

/**
 * Whether a Secret belongs to another release of pullcred, as its owners tell.
 *
 * | the roles that own it | it is                                              |
 * |-----------------------|----------------------------------------------------|
 * | none                  | ours: the owner was taken off, or is not known yet |
 * | RELEASE:SECRETNAME    | ours                                               |
 * | RELEASE               | ours: the release's own, which owns no copies      |
 * | any other one         | another release's, whatever else owns it           |
 *
 * The kind and the uid say nothing: a role may be made anew, and a mapping may go from a ClusterRole to Roles.
 */
export function isOfOtherRelease(secret: Secret, release: string): boolean {
  const roles = (secret.metadata.ownerReferences ?? []).filter(isRole);
  return roles.some(({ name }) => name !== release && !name.startsWith(`${release}:`));
}

function isRole({ apiVersion, kind }: OwnerReference): boolean {
  return apiVersion.startsWith("rbac.authorization.k8s.io/") && (kind === "ClusterRole" || kind === "Role");
}
