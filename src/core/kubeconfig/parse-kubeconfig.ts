import { LineCounter, parseDocument } from "yaml";
import { isJsonObject, type JsonObject } from "../json/json-object.ts";
import { YAML_ERRORS } from "../yaml/yaml-errors.ts";
import { surveyNodes } from "../yaml/yaml-nodes.ts";
import { kubeconfigError } from "./kubeconfig-error.ts";

/** One entry of a kubeconfig's lists, with the file that it is from. */
export type KubeconfigEntry = { readonly file: string; readonly name: string; readonly fields: JsonObject };

/** One file of those that make up a kubeconfig. */
export type Kubeconfig = {
  readonly file: string;
  readonly isEmpty: boolean;
  readonly currentContext: string | undefined;
  readonly contexts: readonly KubeconfigEntry[];
  readonly clusters: readonly KubeconfigEntry[];
  readonly users: readonly KubeconfigEntry[];
};

/**
 * Reads a kubeconfig's text. Throws a `PullcredError` that says where it is wrong and quotes nothing: one wrong indentation
 * makes any part of the file look like a credential, and the other way round.
 */
export function parseKubeconfig(file: string, text: string): Kubeconfig {
  const content = parseYaml(file, text) ?? {};
  if (!isJsonObject(content))
    throw kubeconfigError(file, "it is no kubeconfig, which has clusters, users and contexts");
  return {
    file,
    isEmpty: Object.keys(content).length === 0,
    currentContext: readCurrentContext(file, content["current-context"]),
    contexts: readEntries(file, content, "contexts", "context"),
    clusters: readEntries(file, content, "clusters", "cluster"),
    users: readEntries(file, content, "users", "user"),
  };
}

function parseYaml(file: string, text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false, // they quote the file
    logLevel: "error", // else the parser warns by way of the process, and quotes it, too
    schema: "core",
    merge: true, // as kubectl has it
    resolveKnownTags: false,
    stringKeys: true,
  });
  const flaws = [...document.errors, ...document.warnings].map(({ pos, code }) => ({
    offset: pos[0],
    message: YAML_ERRORS[code],
  }));
  // What it says of repeated keys names the key; the parser has found them before.
  const [flaw] =
    flaws.length > 0 ? flaws.toSorted((a, b) => a.offset - b.offset) : surveyNodes(document).flaws;
  if (flaw !== undefined) {
    const { line, col } = lines.linePos(flaw.offset);
    throw kubeconfigError(file, `line ${Math.max(line, 1)}, column ${Math.max(col, 1)}: ${flaw.message}`);
  }
  try {
    return document.toJS();
  } catch {
    throw kubeconfigError(file, "aliases repeat too much of the file: write it out");
  }
}

function readCurrentContext(file: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string")
    throw kubeconfigError(file, "current-context must be text: put it in quotes");
  return value;
}

function readEntries(
  file: string,
  content: JsonObject,
  list: "contexts" | "clusters" | "users",
  kind: "context" | "cluster" | "user",
): readonly KubeconfigEntry[] {
  const entries = content[list] ?? [];
  if (!Array.isArray(entries))
    throw kubeconfigError(file, `${list} must be a list: begin each entry with "- name:"`);
  return entries.map((entry: unknown, index) => {
    const place = `${list}[${index}]`;
    const { name, [kind]: fields } = isJsonObject(entry) ? entry : {};
    if (typeof name !== "string" || name === "")
      throw kubeconfigError(file, `${place}.name must be there, as text`);
    // A user may have nothing: that is an anonymous one.
    if (!isJsonObject(fields ?? {})) throw kubeconfigError(file, `${place}.${kind} must be a mapping`);
    return { file, name, fields: (fields ?? {}) as JsonObject };
  });
}
