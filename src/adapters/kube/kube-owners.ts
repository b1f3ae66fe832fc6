import type { Owner, Owners } from "../../core/copy/owner.ts";
import { roleName } from "../../core/copy/release.ts";
import type { Scope } from "../../core/policy/namespace-rule.ts";
import { followPlaces, type Place, toPlaces } from "./watch/followed-places.ts";
import type { KubeObject } from "./watch/kube-object.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeOwnersOptions = {
  /** What stands before the Secret's name in the names of its roles. */
  readonly release: string;
  readonly startReflector: StartReflector;
  /** Called with the Secret's name whose role was made, made anew, or lost, and with its namespace where it has one. */
  readonly onChange: (secretName: string, namespace?: string) => void;
};

/** The ClusterRoles and Roles that own the copies. */
export type KubeOwners = Owners & {
  /** Follows the ClusterRole of each of these Secrets' names, or a Role in each namespace of its scope. */
  follow(secretNames: ReadonlyMap<string, Scope>): void;
  reflectors(kind: Kind): readonly Reflector[];
  stop(): void;
};

type Kind = "ClusterRole" | "Role";

const RBAC = "rbac.authorization.k8s.io/v1";
const NONE: Owner = { kind: "none" };
const GONE: Owner = { kind: "gone" };

/**
 * Follows the roles by their name, which is all that the service account may do.
 *
 * | what is heard of it                   | a ClusterRole                     | a Role |
 * |---------------------------------------|-----------------------------------|--------|
 * | nothing yet                           | none                              | none   |
 * | it is there                           | known                             | known  |
 * | it is not there, and never was        | none: beside a cluster, without the chart | none |
 * | it is not there any more              | gone                              | gone   |
 * | no right to see it, which comes with it | gone where it was known, else none | gone  |
 */
export function createKubeOwners({ release, startReflector, onChange }: KubeOwnersOptions): KubeOwners {
  const followed = followPlaces(start);

  function start({ name: secretName, namespace }: Place): {
    readonly owner: () => Owner;
    readonly reflector: Reflector;
  } {
    const name = roleName(release, secretName);
    const kind = kindOf(namespace);
    let owner = NONE;
    const set = (next: Owner): void => {
      const isSame = owner.kind === next.kind && uidOf(owner) === uidOf(next);
      owner = next;
      if (!isSame) onChange(secretName, namespace);
    };
    const lose = (): void => set(owner.kind === "none" ? NONE : GONE);
    const find = ({ metadata: { uid } }: KubeObject): void =>
      set({ kind: "known", reference: { apiVersion: RBAC, kind, name, uid, blockOwnerDeletion: false } });
    const reflector = startReflector({
      collection: {
        path:
          namespace === undefined
            ? `/apis/${RBAC}/clusterroles`
            : `/apis/${RBAC}/namespaces/${namespace}/roles`,
        fieldSelector: `metadata.name=${name}`,
        metadataOnly: true,
      },
      onList: ([role]) => (role === undefined ? lose() : find(role)),
      onChange: (role, isDeleted) => (isDeleted ? lose() : find(role)),
      onForbidden: () => (namespace === undefined ? lose() : set(GONE)),
    });
    return { owner: () => owner, reflector };
  }

  return {
    of: (secretName, namespace) => followed.find(secretName, namespace)?.owner() ?? NONE,
    follow: (secretNames) => followed.replace(toPlaces(secretNames)),
    reflectors: (kind) => followed.reflectors(({ namespace }) => kindOf(namespace) === kind),
    stop: () => followed.replace([]),
  };
}

function kindOf(namespace: string | undefined): Kind {
  return namespace === undefined ? "ClusterRole" : "Role";
}

function uidOf(owner: Owner): string | undefined {
  return owner.kind === "known" ? owner.reference.uid : undefined;
}
