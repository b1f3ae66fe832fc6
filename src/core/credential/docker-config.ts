import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { type AuthEntries, foldFieldName, readAuthEntries } from "./auth-entries.ts";
import type { CredentialFinding, DecodedCredentials } from "./credentials.ts";
import { parseJson } from "./json-text.ts";
import { findKeyTrap } from "./key-findings.ts";
import { findOddText } from "./odd-text.ts";
import { placeOfServer } from "./server-name.ts";

/** The parts of a docker config.json that matter, found as Go finds them. */
export type DockerConfigFields = {
  readonly auths: unknown;
  readonly credsStore: unknown;
  readonly credHelpers: unknown;
  readonly httpHeaders: unknown;
};

/** Reads the content of a `.dockerconfigjson`, which is a docker config.json: DockerConfigJSON of kubelet. */
export function decodeDockerConfigJson(text: string): DecodedCredentials {
  const parsed = parseDockerConfig(text);
  if (!parsed.ok) return refuse([parsed.problem]);
  const { auths, httpHeaders } = readFields(parsed.value);
  const problems = [...checkMap(auths, "auths"), ...checkHeaders(httpHeaders)];
  if (problems.length > 0) return refuse(problems);
  return conclude(readAuthEntries(isJsonObject(auths) ? auths : {}, "auths"), "auths");
}

/** Reads the content of a `.dockercfg`, the older form: the map of servers by itself. */
export function decodeDockercfg(text: string): DecodedCredentials {
  const parsed = parseDockerConfig(text);
  if (!parsed.ok) return refuse([parsed.problem]);
  return conclude(readAuthEntries(parsed.value, ""), "");
}

/** The object that a docker config is, or why it is none. In Go, null is an empty one. */
export function parseDockerConfig(
  text: string,
):
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly problem: CredentialFinding } {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, problem: { path: "", message: `is not JSON: see ${parsed.place}` } };
  if (parsed.value === null) return { ok: true, value: {} };
  if (isJsonObject(parsed.value)) return { ok: true, value: parsed.value };
  return { ok: false, problem: { path: "", message: "must be a JSON object, as docker login writes it" } };
}

/** Finds the fields whatever the case of their names, as Go does; the last of several wins. */
export function readFields(config: JsonObject): DockerConfigFields {
  const byName = new Map(Object.entries(config).map(([name, value]) => [foldFieldName(name), value]));
  const [auths, credsStore, credHelpers, httpHeaders] = [
    "auths",
    "credsstore",
    "credhelpers",
    "httpheaders",
  ].map((name) => byName.get(name) ?? null);
  return { auths, credsStore, credHelpers, httpHeaders };
}

/** Judges entries: anything broken refuses them all, and so does having nothing that kubelet can use. */
export function conclude(
  { credentials, empty, problems }: AuthEntries,
  path: string,
  further: readonly CredentialFinding[] = [],
): DecodedCredentials {
  if (problems.length > 0) return refuse(problems);
  const findings = [...further];
  for (const [server, message] of empty) findings.push({ path: placeOfServer(path, server), message });
  for (const [server, credential] of credentials) {
    const trap = findKeyTrap(server, path);
    if (trap !== null) findings.push(trap);
    for (const { field, message } of findOddText(credential))
      findings.push({ path: placeOfServer(path, server), message: `has a ${field} that ${message}` });
  }
  if (credentials.size > 0) return { ok: true, credentials, findings };
  return refuse([{ path, message: "holds no credential that kubelet can use" }, ...findings]);
}

function refuse(problems: readonly CredentialFinding[]): DecodedCredentials {
  return { ok: false, problems };
}

function checkMap(value: unknown, path: string): readonly CredentialFinding[] {
  return value === null || isJsonObject(value)
    ? []
    : [{ path, message: "must be an object with a key per registry" }];
}

// kubelet does not use them, but fails on what it cannot read.
function checkHeaders(headers: unknown): readonly CredentialFinding[] {
  const isReadable =
    headers === null ||
    (isJsonObject(headers) &&
      Object.values(headers).every((value) => value === null || typeof value === "string"));
  return isReadable ? [] : [{ path: "HttpHeaders", message: "must be an object of strings" }];
}
