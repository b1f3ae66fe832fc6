import type { ManifestWorld } from "../../core/audit/manifest-world.ts";
import { copyKey } from "../../core/copy/copy-key.ts";
import { bareNamespace, type Namespace } from "../../core/namespace/namespace.ts";
import type { Secret } from "../../core/secret/secret.ts";
import type { ServiceAccount } from "../../core/service-account/read-service-account.ts";
import { openDirectory } from "../verify/place.ts";

/** Where `explain` finds what a Pod depends on. It only reads. */
export type ExplainPlace = {
  /** Whether the Secret is one that pullcred writes there: the truth, whatever its source says where this runs. */
  hasOrigin(namespace: string, name: string): boolean;
  /** "unknown" where nobody can tell. */
  secret(namespace: string, name: string): Promise<Secret | "missing" | "unknown">;
  namespace(name: string): Promise<Namespace>;
  serviceAccount(namespace: string, name: string): Promise<ServiceAccount | undefined>;
  close(): void;
};

/** Nothing is known. */
export const nowhere: ExplainPlace = {
  hasOrigin: () => false,
  secret: async () => "unknown",
  namespace: async (name) => bareNamespace(name),
  serviceAccount: async () => undefined,
  close: () => undefined,
};

/** The directory of a standalone server, which has no ServiceAccounts. */
export async function openDataDirectoryPlace(path: string): Promise<ExplainPlace> {
  const directory = await openDirectory(path);
  return {
    ...nowhere,
    secret: async (namespace, name) => (await directory.secret(namespace, name)) ?? "missing",
    namespace: directory.namespace,
  };
}

/** What manifests say comes first; what they don't have is looked for in another place. */
export function overlayManifests(manifests: ManifestWorld, place: ExplainPlace): ExplainPlace {
  return {
    hasOrigin: (namespace, name) =>
      manifests.secrets.has(copyKey(namespace, name)) || place.hasOrigin(namespace, name),
    secret: async (namespace, name) =>
      manifests.secrets.get(copyKey(namespace, name)) ?? place.secret(namespace, name),
    namespace: async (name) => manifests.namespaces.get(name) ?? place.namespace(name),
    serviceAccount: async (namespace, name) =>
      manifests.serviceAccounts.get(copyKey(namespace, name)) ?? place.serviceAccount(namespace, name),
    close: place.close,
  };
}
