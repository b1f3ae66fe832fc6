import { foldFieldName } from "../credential/auth-entries.ts";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";

/** What `import` reads. */
export type DocumentKind =
  | "credentialProviders"
  | "acrConfiguration"
  | "acrParameters"
  | "imagePullSecret"
  | "tcrValues"
  | "secret"
  | "serviceAccount"
  | "dockerConfig"
  | "dockercfg";

const DOCKER_FIELDS = new Set(["auths", "credhelpers", "credsstore"]);
const ENTRY_FIELDS = new Set(["auth", "username", "password", "email"]);

/** Says what an object is, by its kind where it has one; null where it is nothing that has to do with pull credentials. */
export function recognise(value: JsonObject): DocumentKind | null {
  const { kind, apiVersion } = value;
  if (typeof kind === "string") return recogniseKind(value, kind, String(apiVersion ?? ""));
  const keys = Object.keys(value).map(foldFieldName);
  if (isAcrData(value.data)) return "acrConfiguration"; // people copy that part only
  if (keys.includes("acrinstanceinfo")) return "acrParameters";
  const { global } = value;
  if (isJsonObject(global) && ("imagePullSecretsCrs" in global || "imagePullSecrets" in global))
    return "tcrValues";
  if (keys.some((key) => DOCKER_FIELDS.has(key))) return "dockerConfig";
  const entries = Object.values(value);
  return entries.length > 0 && entries.every(isEntry) ? "dockercfg" : null;
}

function recogniseKind(value: JsonObject, kind: string, apiVersion: string): DocumentKind | null {
  switch (kind) {
    case "CredentialProviderConfig":
      return "credentialProviders";
    case "ConfigMap":
      return isAcrConfiguration(value) ? "acrConfiguration" : null;
    case "ImagePullSecret":
      return apiVersion.startsWith("tcr.tencentcloudcr.com/") ? "imagePullSecret" : null;
    case "Secret":
      return "secret";
    case "ServiceAccount":
      return "serviceAccount";
    default:
      return null;
  }
}

function isAcrConfiguration({ metadata, data }: JsonObject): boolean {
  return (isJsonObject(metadata) && metadata.name === "acr-configuration") || isAcrData(data);
}

function isAcrData(data: unknown): boolean {
  return isJsonObject(data) && ("acr-registry-info" in data || "acr-api-version" in data);
}

function isEntry(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).some((key) => ENTRY_FIELDS.has(foldFieldName(key)));
}
