import type { SecretStore } from "../../../core/secret/secret-store.ts";
import type { CloudIdentity } from "../cloud-identity.ts";
import { secretKeys } from "../secret-keys.ts";
import type { AwsKeys } from "./sign-request.ts";

export type AccessKeyOptions = {
  readonly secrets: SecretStore;
  /** pullcred's own namespace. */
  readonly namespace: string;
  readonly name: string;
};

/** An access key in a Secret. */
export function accessKey({ secrets, namespace, name }: AccessKeyOptions): CloudIdentity<AwsKeys> {
  const keys = secretKeys({
    secrets,
    namespace,
    name,
    required: ["accessKeyId", "secretAccessKey"],
    optional: ["sessionToken"],
  });
  return {
    async resolve(signal) {
      const found = await keys.read(signal);
      if (found.kind === "missing") return found;
      const { accessKeyId, ...rest } = found.values;
      // The ID alone lets nobody in, and stands in every request as it is.
      return {
        kind: "keys",
        keys: { accessKeyId: accessKeyId.reveal(), ...rest },
        name: `the access key in Secret ${name}`,
      };
    },
    watch: keys.watch,
  };
}
