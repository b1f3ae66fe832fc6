import type { Redacted } from "../../core/credential/redacted.ts";
import type { CloudIdentity } from "./cloud-identity.ts";
import { tokenFile } from "./token-file.ts";

export type ProjectedIdentityOptions<Keys> = {
  /** Where the token of pullcred's own ServiceAccount is projected. */
  readonly path: string;
  /** Whose the keys are, for messages. */
  readonly name: string;
  /** Has the cloud take the token for keys. */
  readonly exchange: (token: Redacted, signal?: AbortSignal) => Promise<Keys>;
};

/** An identity that a cloud gives for a projected token. */
export function projectedIdentity<Keys>(options: ProjectedIdentityOptions<Keys>): CloudIdentity<Keys> {
  const { path, name, exchange } = options;
  const file = tokenFile(path);
  return {
    async resolve(signal) {
      const token = await file.read(signal);
      if (token === null) return { kind: "missing", message: `there is no token in ${path}: project one` };
      return { kind: "keys", keys: await exchange(token, signal), name };
    },
    watch: file.watch,
  };
}

/** An identity that cannot be had until the process starts anew with what the message asks for. */
export function missingIdentity<Keys>(message: string): CloudIdentity<Keys> {
  return { resolve: async () => ({ kind: "missing", message }), watch: () => () => undefined };
}
