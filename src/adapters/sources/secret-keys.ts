import { Redacted } from "../../core/credential/redacted.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";

export type SecretKeysOptions<Required extends string, Optional extends string> = {
  readonly secrets: SecretStore;
  /** pullcred's own namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly required: readonly Required[];
  readonly optional: readonly Optional[];
};

type Found<Required extends string, Optional extends string> = Readonly<
  Record<Required, Redacted> & Partial<Record<Optional, Redacted>>
>;

/** What there is under the keys, or what a person has to provide. */
export type SecretKeysFound<Required extends string, Optional extends string> =
  | { readonly kind: "found"; readonly values: Found<Required, Optional> }
  | { readonly kind: "missing"; readonly message: string };

/** The keys of a cloud's API in a Secret. */
export type SecretKeys<Required extends string, Optional extends string> = {
  read(signal?: AbortSignal): Promise<SecretKeysFound<Required, Optional>>;
  /** Calls back when the Secret may have changed. Returns the function that stops it. */
  watch(onChange: () => void): () => void;
};

/** The texts under these keys of a Secret. White space around one is no part of it: `echo` adds a line break. */
export function secretKeys<Required extends string, Optional extends string>(
  options: SecretKeysOptions<Required, Optional>,
): SecretKeys<Required, Optional> {
  const { secrets, namespace, name, required, optional } = options;

  async function read(signal?: AbortSignal): Promise<SecretKeysFound<Required, Optional>> {
    signal?.throwIfAborted();
    const secret = await secrets.get(namespace, name);
    signal?.throwIfAborted();
    const place = `Secret ${name} in namespace ${namespace}`;
    if (secret === undefined) {
      return { kind: "missing", message: `there is no ${place}: create it with ${required.join(" and ")}` };
    }
    const values: Partial<Record<string, Redacted>> = {};
    for (const key of [...required, ...optional]) {
      const text = Buffer.from(secret.data?.[key] ?? "", "base64")
        .toString("utf8")
        .trim();
      if (text !== "") values[key] = new Redacted(text);
    }
    const absent = required.filter((key) => values[key] === undefined);
    if (absent.length === 0) return { kind: "found", values: values as Found<Required, Optional> };
    return { kind: "missing", message: `${place} has no ${absent.join(" and no ")}: add it` };
  }

  return {
    read,
    watch: (onChange) =>
      secrets.watch((changedNamespace, changedName) => {
        if (changedNamespace === namespace && changedName === name) onChange();
      }),
  };
}
