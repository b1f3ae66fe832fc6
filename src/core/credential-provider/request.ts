import { readObject } from "./api-object.ts";
import { API_VERSIONS, type ApiVersion, isApiVersion } from "./api-version.ts";

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

/**
 * Reads a request. What else stands in it is of no use here, such as a ServiceAccount's token; kubelet got more fields
 * within one version of the API already, and must go on pulling with the next one.
 */
export function decodeRequest(text: string): DecodedRequest {
  const read = readObject(text, KIND);
  if (!read.ok) return read;
  const { apiVersion, image } = read.object;
  if (!isApiVersion(apiVersion))
    return { ok: false, problem: `must have an apiVersion of ${API_VERSIONS.join(", ")}` };
  if (typeof image !== "string" || image === "") return { ok: false, problem: "must name an image" };
  return { ok: true, request: { apiVersion, image } };
}
