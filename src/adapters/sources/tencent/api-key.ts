import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { secretKeys } from "../secret-keys.ts";
import type { TencentKeys } from "./sign-tc3.ts";

export type ApiKeyOptions = {
  readonly secrets: SecretStore;
  readonly namespace: string;
  readonly name: string;
};

/** An API key that stands in a Secret. */
export function apiKey({ secrets, namespace, name }: ApiKeyOptions): CloudIdentity<TencentKeys> {
  const source = secretKeys({
    secrets,
    namespace,
    name,
    required: ["secretId", "secretKey"],
    optional: ["token"],
  });
  return {
    async resolve(signal) {
      const found = await source.read(signal);
      if (found.kind === "missing") return found;
      const { secretId, secretKey, token } = found.values;
      return {
        kind: "keys",
        keys: { secretId: secretId.reveal(), secretKey, ...(token !== undefined && { token }) },
        name: `the API key in Secret ${name}`,
      };
    },
    watch: source.watch,
  };
}
