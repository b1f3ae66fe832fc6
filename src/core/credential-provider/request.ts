import { isJsonObject } from "../json/json-object.ts";
import { API_VERSIONS, type ApiVersion, isApiVersion } from "./api-version.ts";
import { readStrictObject } from "./strict-object.ts";

const KIND = "CredentialProviderRequest";

/** What kubelet asks a credential provider. `image` is a repository without tag or digest. */
export type ProviderRequest = { readonly apiVersion: ApiVersion; readonly image: string };

/** A request that can be answered, or what is wrong with it. */
export type DecodedRequest =
  | { readonly ok: true; readonly request: ProviderRequest }
  | { readonly ok: false; readonly problem: string };

/** The request as JSON. */
export function encodeRequest({ apiVersion, image }: ProviderRequest): string {
  return JSON.stringify({ kind: KIND, apiVersion, image });
}

/** Reads a request. A service account's token, which kubelet sends where it is configured to, is of no use here. */
export function decodeRequest(text: string): DecodedRequest {
  const read = readStrictObject(text, KIND, ["image", "serviceAccountToken", "serviceAccountAnnotations"]);
  if (!read.ok) return read;
  const { apiVersion, image, serviceAccountToken = "", serviceAccountAnnotations } = read.object;
  if (!isApiVersion(apiVersion))
    return { ok: false, problem: `must have an apiVersion of ${API_VERSIONS.join(", ")}` };
  if (typeof image !== "string" || image === "") return { ok: false, problem: "must name an image" };
  if (typeof serviceAccountToken !== "string")
    return { ok: false, problem: "has a serviceAccountToken that is no text" };
  if (!isJsonObject(serviceAccountAnnotations ?? {}))
    return { ok: false, problem: "has serviceAccountAnnotations that are no object" };
  return { ok: true, request: { apiVersion, image } };
}
