import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { decodeAuthField } from "./auth-field.ts";
import type { CredentialFinding, RegistryCredential } from "./credentials.ts";
import { Redacted } from "./redacted.ts";
import { placeOfServer } from "./server-name.ts";

/** What a map of auth entries holds. */
export type AuthEntries = {
  readonly credentials: ReadonlyMap<string, RegistryCredential>;
  /** The entries that hold no whole credential, each with the reason. */
  readonly empty: ReadonlyMap<string, string>;
  /** What makes kubelet fail every pull of a Pod that names the Secret. */
  readonly problems: readonly CredentialFinding[];
};

type Fields = { readonly [Name in FieldName]: string } & { readonly isToken: boolean };
type FieldName = (typeof FIELD_NAMES)[number];
const FIELD_NAMES = ["username", "password", "email", "auth"] as const;
const TOKEN_FIELDS = new Set(["identitytoken", "registrytoken"]);

/**
 * Reads the map of servers that `auths` is, and a `.dockercfg` as a whole: DockerConfigEntry.UnmarshalJSON of
 * k8s.io/kubernetes, pkg/credentialprovider/config.go. `path` is where the map stands, empty for the top.
 */
export function readAuthEntries(map: JsonObject, path: string): AuthEntries {
  const credentials = new Map<string, RegistryCredential>();
  const empty = new Map<string, string>();
  const problems: CredentialFinding[] = [];
  for (const [server, entry] of Object.entries(map)) {
    const place = placeOfServer(path, server);
    const found: CredentialFinding[] = [];
    const fields = readFields(entry, place, found);
    const credential = fields === null ? null : toCredential(fields, place, found);
    problems.push(...found);
    if (credential instanceof Object) credentials.set(server, credential);
    else if (found.length === 0) empty.set(server, credential ?? "");
  }
  return { credentials, empty, problems };
}

/** Go matches the names of fields whatever their case; two letters outside of ASCII fold into it. */
export function foldFieldName(name: string): string {
  return name.replaceAll("ſ", "s").replaceAll("\u212a", "k").toLowerCase();
}

function readFields(entry: unknown, place: string, problems: CredentialFinding[]): Fields | null {
  if (entry !== null && !isJsonObject(entry)) {
    problems.push({ path: place, message: "must be an object with username and password, or with auth" });
    return null;
  }
  const fields = { username: "", password: "", email: "", auth: "", isToken: false };
  for (const [name, value] of Object.entries(entry ?? {})) {
    const folded = foldFieldName(name);
    if (TOKEN_FIELDS.has(folded)) fields.isToken = true;
    const field = FIELD_NAMES.find((candidate) => candidate === folded);
    if (field === undefined || value === null) continue; // in Go, null leaves a string as it is
    if (typeof value === "string") fields[field] = value;
    else problems.push({ path: `${place}.${field}`, message: "must be a string" });
  }
  return problems.length === 0 ? fields : null;
}

/** The credential, or in words why there is none. */
function toCredential(
  fields: Fields,
  place: string,
  problems: CredentialFinding[],
): RegistryCredential | string {
  let { username, password } = fields;
  if (fields.auth !== "") {
    const decoded = decodeAuthField(fields.auth);
    if (!decoded.ok) {
      problems.push({ path: `${place}.auth`, message: decoded.problem });
      return "";
    }
    ({ username, password } = decoded);
  }
  if (username === "" || password === "") return explainEmpty(username, password, fields.isToken);
  const { email } = fields;
  return { username, password: new Redacted(password), ...(email !== "" && { email }) };
}

function explainEmpty(username: string, password: string, isToken: boolean): string {
  if (isToken)
    return "holds only a token, which kubelet ignores: create a password or an access token for pulling";
  if (username === "" && password === "") {
    return "holds no credential, as docker login leaves it where a credential store has the password";
  }
  return username === "" ? "has no username" : "has no password";
}
