import type { Owner, Owners } from "../../core/copy/owner.ts";
import type { Reflector, StartReflector } from "./watch/reflector.ts";

export type KubeOwnersOptions = {
  /** What stands before the mapping's name in the name of its ClusterRole. */
  readonly prefix: string;
  readonly startReflector: StartReflector;
  /** Called with the mapping whose ClusterRole was made, made anew, or deleted. */
  readonly onChange: (mapping: string) => void;
};

/** The ClusterRoles that own the copies. */
export type KubeOwners = Owners & {
  follow(mappings: ReadonlySet<string>): void;
  reflectors(): readonly Reflector[];
  stop(): void;
};

type Followed = { owner: Owner; readonly reflector: Reflector };

const NONE: Owner = { kind: "none" };

/** Follows the ClusterRole of each mapping by its name, which is all that the service account may do. */
export function createKubeOwners({ prefix, startReflector, onChange }: KubeOwnersOptions): KubeOwners {
  const followed = new Map<string, Followed>();

  function start(mapping: string): Followed {
    const name = `${prefix}${mapping}`;
    const set = (owner: Owner): void => {
      const before = entry.owner;
      if (before.kind === owner.kind && referenceUid(before) === referenceUid(owner)) return;
      entry.owner = owner;
      onChange(mapping);
    };
    const toOwner = (uid: string): Owner => ({
      kind: "known",
      reference: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        name,
        uid,
        blockOwnerDeletion: false,
      },
    });
    const leave = (): void => set(entry.owner.kind === "none" ? NONE : { kind: "gone" });
    const entry: Followed = {
      owner: NONE,
      reflector: startReflector({
        collection: {
          path: "/apis/rbac.authorization.k8s.io/v1/clusterroles",
          fieldSelector: `metadata.name=${name}`,
          metadataOnly: true,
        },
        onList([role]) {
          if (role === undefined) leave();
          else set(toOwner(role.metadata.uid));
        },
        onChange: ({ metadata }, isDeleted) => (isDeleted ? leave() : set(toOwner(metadata.uid))),
      }),
    };
    return entry;
  }

  return {
    of: (mapping) => followed.get(mapping)?.owner ?? NONE,
    follow(mappings) {
      for (const [mapping, { reflector }] of followed) {
        if (mappings.has(mapping)) continue;
        reflector.stop();
        followed.delete(mapping);
      }
      for (const mapping of mappings) if (!followed.has(mapping)) followed.set(mapping, start(mapping));
    },
    reflectors: () => [...followed.values()].map(({ reflector }) => reflector),
    stop() {
      for (const { reflector } of followed.values()) reflector.stop();
      followed.clear();
    },
  };
}

function referenceUid(owner: Owner): string | undefined {
  return owner.kind === "known" ? owner.reference.uid : undefined;
}
