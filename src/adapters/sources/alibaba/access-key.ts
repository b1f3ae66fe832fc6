import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { secretKeys } from "../secret-keys.ts";
import type { AlibabaKeys } from "./sign-acs3.ts";

export type AccessKeyOptions = {
  readonly secrets: SecretStore;
  readonly namespace: string;
  readonly name: string;
};

/** An access key that stands in a Secret. */
export function accessKey({ secrets, namespace, name }: AccessKeyOptions): CloudIdentity<AlibabaKeys> {
  const source = secretKeys({
    secrets,
    namespace,
    name,
    required: ["accessKeyId", "accessKeySecret"],
    optional: ["securityToken"],
  });
  return {
    async resolve(signal) {
      const found = await source.read(signal);
      if (found.kind === "missing") return found;
      const { accessKeyId, accessKeySecret, securityToken } = found.values;
      return {
        kind: "keys",
        keys: {
          accessKeyId: accessKeyId.reveal(),
          accessKeySecret,
          ...(securityToken !== undefined && { securityToken }),
        },
        name: `the access key in Secret ${name}`,
      };
    },
    watch: source.watch,
  };
}
