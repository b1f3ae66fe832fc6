import { decodeCredentialSecret } from "../../core/credential/decode-secret.ts";
import type { CredentialSource, SourceResult } from "../../core/credential/source.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import { toSourceResult } from "./to-source-result.ts";

export type SecretRefOptions = {
  readonly store: SecretStore;
  /** pullcred's own namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly matchImages: readonly string[];
  /** What to say of a Secret that is not there. Default: that somebody has to create it. */
  readonly whyMissing?: string;
};

/** A Secret in pullcred's own namespace as a source of credentials. */
export function secretRefSource(options: SecretRefOptions): CredentialSource {
  const { store, namespace, name, matchImages, whyMissing = "create it" } = options;

  async function read(signal?: AbortSignal): Promise<SourceResult> {
    signal?.throwIfAborted();
    const secret = await store.get(namespace, name);
    signal?.throwIfAborted();
    if (secret !== undefined) return toSourceResult(decodeCredentialSecret(secret, matchImages), matchImages);
    return {
      kind: "missing",
      message: `there is no Secret ${name} in namespace ${namespace}: ${whyMissing}`,
    };
  }

  return {
    read,
    watch: (onChange) =>
      store.watch((changedNamespace, changedName) => {
        if (changedNamespace === namespace && changedName === name) onChange();
      }),
  };
}
