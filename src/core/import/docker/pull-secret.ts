import { decodeUtf8 } from "../../credential/auth-field.ts";
import { decodeSecretData } from "../../credential/secret-data.ts";
import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import type { InputDocument } from "../input-document.ts";
import type { PullSecretKey } from "../origin-command.ts";

/** A Secret with pull credentials, as it stands in a cluster or a manifest. */
export type PullSecret = {
  readonly place: string;
  readonly namespace: string;
  readonly name: string;
  readonly key: PullSecretKey;
  readonly maker: SecretMaker;
  readonly content: PullSecretContent;
};

/** What a Secret holds under its key, or why that is nothing: the rest of a sentence about it. */
export type PullSecretContent =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** Who keeps a Secret: what a program writes anew is not to be carried over as it is. */
export type SecretMaker = "somebody" | "acr-credential-helper" | "tcr-assistant" | "pullcred" | "openshift";

const KEYS: ReadonlyMap<unknown, PullSecretKey> = new Map([
  ["kubernetes.io/dockerconfigjson", ".dockerconfigjson"],
  ["kubernetes.io/dockercfg", ".dockercfg"],
]);

/** Whether an object is a Secret that kubelet reads pull credentials from. */
export function isPullSecret({ kind, type }: JsonObject): boolean {
  return kind === "Secret" && KEYS.has(type);
}

/** Reads such a Secret. `namespace` is that of manifests that name none. */
export function toPullSecret({ value, place }: InputDocument, namespace: string): PullSecret {
  const metadata = isJsonObject(value.metadata) ? value.metadata : {};
  const name = typeof metadata.name === "string" ? metadata.name : "";
  const key = KEYS.get(value.type) ?? ".dockerconfigjson";
  return {
    place,
    namespace: typeof metadata.namespace === "string" ? metadata.namespace : namespace,
    name,
    key,
    maker: makerOf(name, metadata, key),
    content: readContent(value, key),
  };
}

function readContent({ data, stringData }: JsonObject, key: string): PullSecretContent {
  const plain = isJsonObject(stringData) ? stringData[key] : undefined;
  if (typeof plain === "string") return { ok: true, text: plain };
  const encoded = isJsonObject(data) ? data[key] : undefined;
  if (typeof encoded !== "string" || encoded === "") return { ok: false, problem: "is missing or empty" };
  const bytes = decodeSecretData(encoded);
  if (bytes === null) return { ok: false, problem: "is not base64" };
  const text = decodeUtf8(bytes);
  return text === null ? { ok: false, problem: "does not hold UTF-8" } : { ok: true, text };
}

function makerOf(name: string, { labels, annotations }: JsonObject, key: PullSecretKey): SecretMaker {
  if (/^acr-credential-[0-9a-f]{32}$/.test(name)) return "acr-credential-helper";
  if (name.startsWith("tcr.ips")) return "tcr-assistant";
  if (isJsonObject(labels) && labels["app.kubernetes.io/managed-by"] === "pullcred") return "pullcred";
  // OpenShift makes one for each ServiceAccount, for its own registry.
  const isOfAccount = isJsonObject(annotations) && "kubernetes.io/service-account.name" in annotations;
  return isOfAccount && key === ".dockercfg" ? "openshift" : "somebody";
}
