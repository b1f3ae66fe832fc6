import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import type { CredentialFinding } from "./credentials.ts";
import { readFields } from "./docker-config.ts";
import { placeOfServer } from "./server-name.ts";

/** A server for which a credential helper is to be asked. */
export type HelperQuestion = {
  /** The `auths` key under which the answer belongs, and what the helper is asked for. */
  readonly server: string;
  /** The end of the helper's name: `docker-credential-<suffix>`. */
  readonly suffix: string;
  /** Where the config.json names the helper. */
  readonly path: string;
  /** Whether the file itself says that there is a credential; else it is only worth a try. */
  readonly isExpected: boolean;
};

/** Which helpers a config.json wants to be asked, and what is wrong with how it says so. */
export type HelperPlan = {
  readonly questions: readonly HelperQuestion[];
  readonly problems: readonly CredentialFinding[];
};

const DOCKER_HUB = "https://index.docker.io/v1/";
const GLOB = /[*?[\]\\]/;

/**
 * `credHelpers` names a helper for a host and wins; `credsStore` names the one for all others. It is asked for what
 * `auths` lists, and for the registries of the mapping's patterns, because docker need not list what it has stored.
 * (https://docs.docker.com/reference/cli/docker/login/#credential-stores)
 */
export function planHelpers(config: JsonObject, matchImages: readonly string[]): HelperPlan {
  const { auths, credsStore, credHelpers } = readFields(config);
  const problems: CredentialFinding[] = [];
  const questions = new Map<string, HelperQuestion>();
  if (credHelpers !== null && !isJsonObject(credHelpers)) {
    problems.push({ path: "credHelpers", message: "must be an object with a helper's name per registry" });
  }
  for (const [server, suffix] of Object.entries(isJsonObject(credHelpers) ? credHelpers : {})) {
    const path = placeOfServer("credHelpers", server);
    if (typeof suffix === "string") questions.set(server, { server, suffix, path, isExpected: true });
    else problems.push({ path, message: "must be a string, the helper's name" });
  }
  if (credsStore !== null && typeof credsStore !== "string") {
    problems.push({ path: "credsStore", message: "must be a string, the helper's name" });
  }
  if (typeof credsStore === "string" && credsStore !== "") {
    const ask = (server: string, isExpected: boolean): void => {
      if (questions.has(server)) return;
      questions.set(server, { server, suffix: credsStore, path: "credsStore", isExpected });
    };
    for (const server of Object.keys(isJsonObject(auths) ? auths : {})) ask(server, true);
    for (const server of matchImages.flatMap(serverOf)) ask(server, false);
  }
  return { questions: [...questions.values()], problems };
}

/** The server under which docker stores the credential of a pattern's registry, if the pattern names just one. */
function serverOf(pattern: string): readonly string[] {
  const [host = ""] = pattern.split("/", 1);
  if (host === "docker.io" || host === "index.docker.io") return [DOCKER_HUB];
  return GLOB.test(host) ? [] : [host];
}
