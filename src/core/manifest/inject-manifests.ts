import patchLibrary from "fast-json-patch";
import { LineCounter } from "yaml";
import { pullSecretPatch } from "../admission/patch.ts";
import type { Flaw } from "../yaml/yaml-nodes.ts";
import { editTemplate } from "./edit-template.ts";
import { findPodTemplates, type PodTemplate, presentNames } from "./pod-template.ts";
import { type ManifestDocument, readDocuments } from "./read-documents.ts";
import { applySplices, type Splice } from "./splice.ts";

/** The names of the pull secrets that a Pod lacks, in order; empty where it needs none. */
export type PodDecider = (template: PodTemplate) => readonly string[];

/** Why manifests cannot be changed, with the place. Quotes nothing of them: they may hold Secrets. */
export type ManifestProblem = { readonly line: number; readonly column: number; readonly message: string };

/** A template that was changed. */
export type InjectedTemplate = {
  readonly kind: string;
  readonly name: string | null;
  readonly namespace: string | null;
  readonly secrets: readonly string[];
};

export type InjectResult =
  | { readonly ok: true; readonly text: string; readonly injected: readonly InjectedTemplate[] }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

type Change = {
  readonly splices: readonly Splice[];
  readonly expected: unknown;
  readonly flaws: readonly Flaw[];
};

const SHARED =
  "pull secrets cannot be added here without changing what other places share by an anchor, an alias or a merge key: " +
  "write the Pod's spec out";

/**
 * Adds pull secrets to the Pod templates of a YAML or JSON stream. Every byte but what is added stays; the result is read
 * again and compared with the JSON Patch that the webhook would answer, so that it is right or refused.
 */
export function injectManifests(text: string, decide: PodDecider): InjectResult {
  const read = readDocuments(text);
  if (!read.ok) return refuse(text, read.flaws);
  const injected: InjectedTemplate[] = [];
  const changes = read.documents.map((document) => changeDocument(text, document, decide, injected));
  const flaws = changes.flatMap((change) => change.flaws);
  if (flaws.length > 0) return refuse(text, flaws);
  if (injected.length === 0) return { ok: true, text, injected };
  const result = applySplices(
    text,
    changes.flatMap((change) => change.splices),
  );
  const wrong = findDifference(result, changes, read.documents);
  return wrong === null ? { ok: true, text: result, injected } : refuse(text, [wrong]);
}

function changeDocument(
  text: string,
  manifest: ManifestDocument,
  decide: PodDecider,
  injected: InjectedTemplate[],
): Change {
  const source = text.slice(manifest.offset);
  const splices = new Map<number, Splice>();
  const flaws: Flaw[] = [];
  let expected = manifest.value;
  for (const template of findPodTemplates(manifest.value)) {
    const names = withoutPresent(decide(template), template);
    const pointer = `/${template.specPath.join("/")}`;
    const patch = pullSecretPatch(template.spec.imagePullSecrets, names, pointer);
    if (patch.length === 0) continue;
    // Cloned by way of JSON, so that what aliases share is no longer shared.
    if (expected === manifest.value) expected = JSON.parse(JSON.stringify(manifest.value));
    expected = patchLibrary.applyPatch(expected, patch as patchLibrary.Operation[]).newDocument;
    const splice = editTemplate(source, manifest, template, names);
    if (splice !== null)
      splices.set(splice.start, {
        ...splice,
        start: splice.start + manifest.offset,
        end: splice.end + manifest.offset,
      });
    else flaws.push({ offset: manifest.offset + placeOf(manifest, template), message: SHARED });
    const { kind, name, namespace } = template;
    injected.push({ kind, name, namespace, secrets: names });
  }
  return { splices: [...splices.values()], expected, flaws };
}

/** Where the result is not what it should be. */
function findDifference(
  result: string,
  changes: readonly Change[],
  documents: readonly ManifestDocument[],
): Flaw | null {
  const read = readDocuments(result);
  const index = changes.findIndex(({ expected }, position) => {
    const found = read.ok ? read.documents[position]?.value : undefined;
    return JSON.stringify(found) !== JSON.stringify(expected) && !isEqual(found, expected);
  });
  if (index === -1) return null;
  return { offset: startOf(documents[index]), message: SHARED };
}

function isEqual(found: unknown, expected: unknown): boolean {
  if (found === null || expected === null || typeof found !== "object" || typeof expected !== "object")
    return false;
  return patchLibrary.compare(found, expected).length === 0;
}

function withoutPresent(names: readonly string[], { spec }: PodTemplate): readonly string[] {
  const present = new Set(presentNames(spec.imagePullSecrets));
  return [...new Set(names)].filter((name) => !present.has(name));
}

function placeOf({ document }: ManifestDocument, { specPath }: PodTemplate): number {
  for (let length = specPath.length; length > 0; length--) {
    const node = document.getIn(specPath.slice(0, length), true) as
      | { range?: readonly number[] | null }
      | undefined;
    if (node?.range) return node.range[0] ?? 0;
  }
  return document.range[0];
}

function startOf(manifest: ManifestDocument | undefined): number {
  return (manifest?.document.contents?.range?.[0] ?? 0) + (manifest?.offset ?? 0);
}

function refuse(text: string, flaws: readonly Flaw[]): InjectResult {
  const lines = new LineCounter();
  for (let position = 0; position !== -1; position = text.indexOf("\n", position) + 1 || -1)
    lines.addNewLine(position);
  const problems = flaws.map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), message };
  });
  return { ok: false, problems };
}
