import { type AuthEntries, readAuthEntries } from "../credential/auth-entries.ts";
import type { CredentialFinding, Credentials } from "../credential/credentials.ts";
import {
  decodeDockerConfigJson,
  decodeDockercfg,
  parseDockerConfig,
  readFields,
} from "../credential/docker-config.ts";
import { decodeSecretData } from "../credential/secret-data.ts";
import { isJsonObject } from "../json/json-object.ts";
import type { Secret } from "../secret/secret.ts";

/** What kubelet makes of one of a Pod's pull secrets. */
export type PullSecretReading =
  | {
      readonly kind: "read";
      readonly credentials: Credentials;
      /** The keys without a whole credential, each with the reason; kubelet tries what they have all the same. */
      readonly empty: ReadonlyMap<string, string>;
    }
  /** It is passed over, as if the Pod did not name it. */
  | { readonly kind: "ignored"; readonly message: string }
  /** Every pull of the Pod fails, from whatever registry. */
  | { readonly kind: "refused"; readonly problems: readonly CredentialFinding[] };

const KEYS: ReadonlyMap<string, ".dockerconfigjson" | ".dockercfg"> = new Map([
  ["kubernetes.io/dockerconfigjson", ".dockerconfigjson"],
  ["kubernetes.io/dockercfg", ".dockercfg"],
]);

/**
 * Reads a Secret as kubelet does: MakeDockerKeyring of k8s.io/kubernetes, pkg/credentialprovider/secrets/secrets.go. It is
 * more tolerant than what pullcred lets into an origin: a Secret without any credential is none of its errors.
 */
export function readPullSecret({ type, data }: Secret): PullSecretReading {
  const key = KEYS.get(type ?? "");
  if (key === undefined) {
    return { kind: "ignored", message: `is of type ${type ?? "Opaque"}, which kubelet does not read` };
  }
  const encoded = data?.[key] ?? "";
  if (encoded === "") return { kind: "ignored", message: `has nothing in data[${key}]` };
  const bytes = decodeSecretData(encoded);
  if (bytes === null)
    return { kind: "refused", problems: [{ path: `data[${key}]`, message: "is not base64" }] };
  const text = bytes.toString();
  const entries = readEntries(text, key);
  if (entries === null) {
    const decoded = key === ".dockercfg" ? decodeDockercfg(text) : decodeDockerConfigJson(text);
    return { kind: "refused", problems: decoded.ok ? [] : decoded.problems.map((one) => inData(key, one)) };
  }
  const { credentials, empty } = entries;
  if (credentials.size + empty.size > 0) return { kind: "read", credentials, empty };
  return { kind: "ignored", message: `has no registry in data[${key}]` };
}

/** The entries, or null where kubelet fails on them. */
function readEntries(text: string, key: ".dockerconfigjson" | ".dockercfg"): AuthEntries | null {
  const parsed = parseDockerConfig(text);
  if (!parsed.ok) return null;
  if (key === ".dockercfg") return unlessBroken(readAuthEntries(parsed.value, ""));
  const { auths } = readFields(parsed.value);
  if (auths !== null && !isJsonObject(auths)) return null;
  const decoded = decodeDockerConfigJson(text);
  if (!decoded.ok && decoded.problems.some(({ path }) => path === "HttpHeaders")) return null;
  return unlessBroken(readAuthEntries(auths ?? {}, "auths"));
}

function unlessBroken(entries: AuthEntries): AuthEntries | null {
  return entries.problems.length > 0 ? null : entries;
}

function inData(key: string, { path, message }: CredentialFinding): CredentialFinding {
  return { path: `data[${key}] ${path}`.trim(), message };
}
