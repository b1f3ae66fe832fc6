import { isDeepStrictEqual } from "node:util";
import { formatIssue } from "../../src/core/config/issue.ts";
import { parseConfig } from "../../src/core/config/parse-config.ts";
import type { RegistryDocument } from "../../src/core/config/schema.ts";
import type { ImportNote, ImportOptions, ImportStep } from "../../src/core/import/found.ts";
import { importConfig } from "../../src/core/import/import-config.ts";
import { readInputDocuments } from "../../src/core/import/input-document.ts";
import { writeConfig } from "../../src/core/import/write-config.ts";

/** What an import came to, and the text that it would print. */
export type ImportedText = {
  readonly registries: readonly RegistryDocument[];
  readonly notes: readonly ImportNote[];
  readonly steps: readonly ImportStep[];
  readonly yaml: string;
};

/** Imports a text; throws unless the configuration is one that pullcred accepts, as YAML and as JSON. */
export function imported(text: string, options: Partial<ImportOptions> = {}): ImportedText {
  const read = readInputDocuments("input", text, "input");
  if (!read.ok) throw new Error(read.problems.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  const result = importConfig(read.documents, { namespace: "default", ownNamespace: "pullcred", ...options });
  const notes = [...read.notes, ...result.notes];
  const yaml = writeConfig({ ...result, notes });
  const [parsed, fromJson] = [yaml, JSON.stringify(result.config)].map(parseConfig);
  for (const one of [parsed, fromJson]) {
    if (one === undefined || one.ok) continue;
    throw new Error(`${one.issues.map((issue) => formatIssue("config", issue)).join("\n")}\n${yaml}`);
  }
  if (!isDeepStrictEqual(parsed?.ok && parsed.config, fromJson?.ok && fromJson.config))
    throw new Error(`YAML and JSON differ:\n${yaml}`);
  const steps = result.mappings.flatMap((mapping) => mapping.steps);
  return { registries: result.config.registries, notes, steps, yaml };
}

/** The notes as lines, which is how people read them. */
export function noteLines({ notes }: Pick<ImportedText, "notes">): readonly string[] {
  return notes.map(({ path, message }) => `${path}: ${message}`);
}
