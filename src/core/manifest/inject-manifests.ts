import patchLibrary from "fast-json-patch";
import type { Flaw } from "../yaml/yaml-nodes.ts";
import { editTemplate } from "./edit-template.ts";
import { findImagePullers, type ImagePuller } from "./image-puller.ts";
import { locate } from "./locate.ts";
import { type ManifestProblem, toProblems } from "./problem.ts";
import { fieldPatch, namesIn } from "./pull-secret-field.ts";
import { type ManifestDocument, readDocuments } from "./read-documents.ts";
import { describeUnread, type PullerProblem } from "./read-puller.ts";
import { applySplices, type Splice } from "./splice.ts";
import { type Change, findDifference } from "./verify-result.ts";

/**
 * The names of the pull secrets that are lacking, in order, empty where none is needed; or why that cannot be said, with a
 * path that starts with `metadata` or `spec`.
 */
export type PullDecider = (puller: ImagePuller) => readonly string[] | PullerProblem;

/** A template or an operator's object that was changed. */
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
 * Adds pull secrets to what has them in a YAML or JSON stream. Every byte but what is added stays; the result is read
 * again and compared with the JSON Patch that the webhook would answer, so that it is right or refused.
 */
export function injectManifests(text: string, decide: PullDecider): InjectResult {
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

function planChange(text: string, manifest: ManifestDocument, decide: PullDecider): PlannedChange {
  const source = text.slice(manifest.offset);
  const splices = new Map<number, Splice>();
  const flaws: Flaw[] = [];
  const places: number[] = [];
  const injected: InjectedTemplate[] = [];
  let expected = manifest.value;
  for (const puller of findImagePullers(manifest.value)) {
    const decided = decideOn(puller, decide);
    if ("message" in decided) {
      flaws.push({ offset: placeOfProblem(manifest, puller, decided), message: decided.message });
      continue;
    }
    const { kind, name, namespace, spec, field, specPath } = puller;
    const present = new Set(namesIn(spec, field));
    const names = [...new Set(decided)].filter((secret) => !present.has(secret));
    const patch = fieldPatch(spec, field, names, `/${specPath.join("/")}`);
    if (patch.length === 0) continue;
    // Cloned by way of JSON, so that what aliases share is no longer shared.
    if (expected === manifest.value) expected = JSON.parse(JSON.stringify(manifest.value));
    expected = patchLibrary.applyPatch(expected, patch as patchLibrary.Operation[]).newDocument;
    const place = placeOfSpec(manifest, puller);
    const edit = editTemplate(source, manifest, puller, names);
    if (typeof edit === "string") flaws.push({ offset: place, message: edit });
    else splices.set(edit.start, shift(edit, manifest.offset));
    places.push(place);
    injected.push({ kind, name, namespace, secrets: names });
  }
  return { manifest, splices: [...splices.values()], expected, places, injected, flaws };
}

function shift({ start, end, text }: Splice, offset: number): Splice {
  return { start: start + offset, end: end + offset, text };
}

function decideOn(puller: ImagePuller, decide: PullDecider): readonly string[] | PullerProblem {
  const { problem } = puller;
  return problem === null ? decide(puller) : { ...problem, message: describeUnread(puller, problem) };
}

/** Where the spec stands, or the alias that stands for it. */
function placeOfSpec({ document, offset }: ManifestDocument, { specPath }: ImagePuller): number {
  return offset + locate(document, new Map(), specPath);
}

function placeOfProblem(
  { document, offset, targets }: ManifestDocument,
  { specPath }: ImagePuller,
  { path }: PullerProblem,
): number {
  return offset + locate(document, targets, [...specPath.slice(0, -1), ...path]);
}
