import patchLibrary from "fast-json-patch";
import { pullSecretPatch } from "../admission/patch.ts";
import type { Flaw } from "../yaml/yaml-nodes.ts";
import { editTemplate } from "./edit-template.ts";
import { locate } from "./locate.ts";
import { findPodTemplates, type PodTemplate, presentNames, type ValuePath } from "./pod-template.ts";
import { type ManifestProblem, toProblems } from "./problem.ts";
import { type ManifestDocument, readDocuments } from "./read-documents.ts";
import { applySplices, type Splice } from "./splice.ts";
import { type Change, findDifference } from "./verify-result.ts";

/** What is wrong with a template, and where below it: its path starts with `metadata` or `spec`. */
export type TemplateProblem = { readonly path: ValuePath; readonly message: string };

/** The names of the pull secrets that a Pod lacks, in order, empty where it needs none; or why that cannot be said. */
export type PodDecider = (template: PodTemplate) => readonly string[] | TemplateProblem;

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

type PlannedChange = Change & {
  readonly injected: readonly InjectedTemplate[];
  readonly flaws: readonly Flaw[];
};

/**
 * Adds pull secrets to the Pod templates of a YAML or JSON stream. Every byte but what is added stays; the result is read
 * again and compared with the JSON Patch that the webhook would answer, so that it is right or refused.
 */
export function injectManifests(text: string, decide: PodDecider): InjectResult {
  const read = readDocuments(text);
  if (!read.ok) return { ok: false, problems: toProblems(text, read.flaws) };
  const changes = read.documents.map((document) => planChange(text, document, decide));
  const flaws = changes.flatMap((change) => change.flaws);
  if (flaws.length > 0) return { ok: false, problems: toProblems(text, flaws) };
  const injected = changes.flatMap((change) => change.injected);
  if (injected.length === 0) return { ok: true, text, injected };
  const result = applySplices(
    text,
    changes.flatMap((change) => change.splices),
  );
  const difference = findDifference(result, changes);
  if (difference !== null) return { ok: false, problems: toProblems(text, [difference]) };
  return { ok: true, text: result, injected };
}

function planChange(text: string, manifest: ManifestDocument, decide: PodDecider): PlannedChange {
  const source = text.slice(manifest.offset);
  const splices = new Map<number, Splice>();
  const flaws: Flaw[] = [];
  const places: number[] = [];
  const injected: InjectedTemplate[] = [];
  let expected = manifest.value;
  for (const template of findPodTemplates(manifest.value)) {
    const decided = decide(template);
    if ("message" in decided) {
      flaws.push({ offset: placeOfProblem(manifest, template, decided), message: decided.message });
      continue;
    }
    const names = withoutPresent(decided, template);
    const pointer = `/${template.specPath.join("/")}`;
    const patch = pullSecretPatch(template.spec.imagePullSecrets, names, pointer);
    if (patch.length === 0) continue;
    // Cloned by way of JSON, so that what aliases share is no longer shared.
    if (expected === manifest.value) expected = JSON.parse(JSON.stringify(manifest.value));
    expected = patchLibrary.applyPatch(expected, patch as patchLibrary.Operation[]).newDocument;
    const place = placeOfSpec(manifest, template);
    const edit = editTemplate(source, manifest, template, names);
    if (typeof edit === "string") flaws.push({ offset: place, message: edit });
    else splices.set(edit.start, shift(edit, manifest.offset));
    places.push(place);
    const { kind, name, namespace } = template;
    injected.push({ kind, name, namespace, secrets: names });
  }
  return { manifest, splices: [...splices.values()], expected, places, injected, flaws };
}

function shift({ start, end, text }: Splice, offset: number): Splice {
  return { start: start + offset, end: end + offset, text };
}

function withoutPresent(names: readonly string[], { spec }: PodTemplate): readonly string[] {
  const present = new Set(presentNames(spec.imagePullSecrets));
  return [...new Set(names)].filter((name) => !present.has(name));
}

/** Where the spec stands, or the alias that stands for it. */
function placeOfSpec({ document, offset }: ManifestDocument, { specPath }: PodTemplate): number {
  return offset + locate(document, new Map(), specPath);
}

function placeOfProblem(
  { document, offset, targets }: ManifestDocument,
  { specPath }: PodTemplate,
  { path }: TemplateProblem,
): number {
  return offset + locate(document, targets, [...specPath.slice(0, -1), ...path]);
}
