import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { kubeconfigError, quoteName } from "../../../core/kubeconfig/kubeconfig-error.ts";
import type { KubeconfigEntry } from "../../../core/kubeconfig/parse-kubeconfig.ts";
import { explainReadError } from "../../files/explain-read-error.ts";

/** Says what is wrong with an entry. What its fields hold is not quoted: a key may stand where a path should. */
export function entryError(entry: KubeconfigEntry, kind: "cluster" | "user", problem: string): Error {
  return kubeconfigError(entry.file, `${kind} ${quoteName(entry.name)}: ${problem}`);
}

/** The fields of one entry. An empty one is none, as in kubectl. */
export type Fields = {
  text(field: string): string | undefined;
  /** The content of `FIELD-data`, else of the file that the field names. */
  content(field: string): Promise<string | undefined>;
  /** The content of the file that the field names. */
  file(field: string): Promise<string | undefined>;
};

/** Reads the fields of an entry. Paths are relative to the kubeconfig. */
export function readFields(entry: KubeconfigEntry, kind: "cluster" | "user"): Fields {
  function text(field: string): string | undefined {
    const value = entry.fields[field] ?? "";
    if (typeof value !== "string")
      throw entryError(entry, kind, `its ${field} must be text: put it in quotes`);
    return value === "" ? undefined : value;
  }

  async function file(field: string): Promise<string | undefined> {
    const path = text(field);
    if (path === undefined) return undefined;
    try {
      return await readFile(resolve(dirname(entry.file), path), "utf8");
    } catch (error) {
      throw entryError(
        entry,
        kind,
        `could not read the file that is its ${field}: ${explainReadError(error)}`,
      );
    }
  }

  return {
    text,
    file,
    async content(field) {
      const data = text(`${field}-data`);
      return data === undefined ? file(field) : Buffer.from(data, "base64").toString();
    },
  };
}
