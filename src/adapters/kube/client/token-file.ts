import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { isJsonObject } from "../../../core/json/json-object.ts";

/**
 * The bearer token that a kubeconfig's user names by `tokenFile`, read anew; undefined where it names none. client-node
 * passes that field over. (https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo)
 */
export async function readTokenFile(user: string, files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const path = findTokenFile(parse(await readFile(file, "utf8")), user);
    // The first file that names a user is the one that counts, and paths are relative to it.
    if (path !== undefined) return (await readFile(resolve(dirname(file), path), "utf8")).trim();
  }
  return undefined;
}

function findTokenFile(kubeconfig: unknown, name: string): string | undefined {
  const users = isJsonObject(kubeconfig) && Array.isArray(kubeconfig.users) ? kubeconfig.users : [];
  const entry: unknown = users.find((candidate) => isJsonObject(candidate) && candidate.name === name);
  const user = isJsonObject(entry) && isJsonObject(entry.user) ? entry.user : {};
  return typeof user.tokenFile === "string" ? user.tokenFile : undefined;
}
