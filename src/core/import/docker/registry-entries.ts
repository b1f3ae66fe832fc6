import { foldFieldName, readAuthEntries } from "../../credential/auth-entries.ts";
import type { RegistryCredential } from "../../credential/credentials.ts";
import { parseDockerConfig, readFields } from "../../credential/docker-config.ts";
import { keyringKey } from "../../credential/keyring.ts";
import { placeOfServer } from "../../credential/server-name.ts";
import { isJsonObject, type JsonObject } from "../../json/json-object.ts";
import { type Cloud, type CloudSource, cloudSourceOf } from "../cloud-source.ts";
import type { ImportNote } from "../found.ts";
import { patternOfServer } from "../server-pattern.ts";

/** What the `auths` of a docker config.json come to. */
export type RegistryEntries = {
  /** The patterns of entries that hold a lasting credential. */
  readonly lasting: readonly string[];
  /** The same credentials as one text, equal for equal ones. A credential: never to be shown. */
  readonly identity: string;
  /** What stands there is a cloud's token that ends by itself, for which pullcred asks anew. */
  readonly renewed: readonly (CloudSource & { readonly kind: "source" })[];
  /** The servers whose entry holds nothing, each with what to say of it. */
  readonly empty: ReadonlyMap<string, string>;
  readonly notes: readonly ImportNote[];
};

/** The user names under which clouds give tokens of a few hours. */
const TOKEN_USERS: ReadonlyMap<string, Cloud> = new Map([
  ["AWS", "aws"],
  ["oauth2accesstoken", "google"],
  ["00000000-0000-0000-0000-000000000000", "azure"],
  ["cr_temp_user", "alibaba"],
]);

/** Reads the entries of the map that `auths` is; `path` is where it stands, empty for a `.dockercfg`. */
export function readRegistryEntries(
  map: JsonObject,
  path: string,
  place: string,
  region: string | undefined,
): RegistryEntries {
  const { credentials, empty: unusable, problems } = readAuthEntries(map, path);
  const notes: ImportNote[] = problems.map((problem) => ({
    path: `${place}: ${problem.path}`,
    message: `${problem.message}: kubelet reads nothing of the file beside it, so that pullcred refuses it too; mend it first`,
  }));
  const lasting = new Set<string>();
  const renewed: (CloudSource & { readonly kind: "source" })[] = [];
  for (const [server, { username }] of credentials) {
    const found = patternOfServer(server);
    if (!found.ok) {
      notes.push({ path: `${place}: ${placeOfServer(path, server)}`, message: found.message });
      continue;
    }
    const cloud = TOKEN_USERS.get(username);
    const source = cloud === undefined ? null : cloudSourceOf(found.pattern, region);
    if (source?.kind === "source" && source.cloud === cloud) renewed.push(source);
    else lasting.add(found.pattern);
  }
  const empty = new Map(unusable);
  for (const server of unusable.keys()) {
    const source = hasIdentityToken(map[server]) ? sourceOf(server, region) : null;
    if (source?.kind !== "source" || source.cloud !== "azure") continue;
    renewed.push(source);
    empty.delete(server);
  }
  return { lasting: [...lasting], identity: identityOf(credentials), renewed, empty, notes };
}

/** What `az acr login` leaves: Azure's registries take it in the place of a password, and kubelet does not. */
function hasIdentityToken(entry: unknown): boolean {
  return isJsonObject(entry) && Object.keys(entry).some((key) => foldFieldName(key) === "identitytoken");
}

function sourceOf(server: string, region: string | undefined): CloudSource | null {
  const found = patternOfServer(server);
  return found.ok ? cloudSourceOf(found.pattern, region) : null;
}

/** The map of servers that a text of a Secret holds, or what is wrong with the text, which quotes nothing of it. */
export function parseServers(
  text: string,
  isDockercfg: boolean,
): { readonly ok: true; readonly map: JsonObject } | { readonly ok: false; readonly message: string } {
  const parsed = parseDockerConfig(text);
  if (!parsed.ok) return { ok: false, message: parsed.problem.message };
  const map = isDockercfg ? parsed.value : readFields(parsed.value).auths;
  return { ok: true, map: isJsonObject(map) ? map : {} };
}

function identityOf(credentials: ReadonlyMap<string, RegistryCredential>): string {
  const entries = [...credentials].map(([server, { username, password }]) =>
    JSON.stringify([keyringKey(server) ?? server, username, password.reveal()]),
  );
  return entries.sort().join("\n");
}
