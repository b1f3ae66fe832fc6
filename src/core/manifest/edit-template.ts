import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { appendToBlockList, fillEmptyList, insertIntoBlockMap } from "./edit-block-spec.ts";
import { appendToFlowList, insertIntoFlowMap } from "./edit-flow-spec.ts";
import { Obstacle } from "./obstacle.ts";
import { type PodTemplate, presentNames } from "./pod-template.ts";
import type { ManifestDocument } from "./read-documents.ts";
import { flowList } from "./secret-list-text.ts";
import type { Splice } from "./splice.ts";

/** The splice that adds pull secrets to a template, or why the text cannot take it. Offsets are the document's. */
export function editTemplate(
  text: string,
  { document, isJson }: ManifestDocument,
  template: PodTemplate,
  names: readonly string[],
): Splice | Obstacle {
  const spec = findSpec(document, template);
  if (spec === null) return Obstacle.Shared;
  return editSpec(text, spec, isJson, template, names) ?? Obstacle.Layout;
}

function editSpec(
  text: string,
  spec: YAMLMap,
  isJson: boolean,
  template: PodTemplate,
  names: readonly string[],
): Splice | null {
  const pair = spec.items.find(({ key }) => isScalar(key) && key.value === "imagePullSecrets");
  if (pair === undefined) {
    // What a merge key brings gives way to a key of the map's own, which therefore has to hold it too.
    const all = [...presentNames(template.spec.imagePullSecrets), ...names];
    return spec.flow ? insertIntoFlowMap(text, spec, all, isJson) : insertIntoBlockMap(text, spec, all);
  }
  const list = pair.value;
  if (isSeq(list) && list.items.length > 0) {
    return list.flow
      ? appendToFlowList(text, spec, list.items, names, isJson)
      : appendToBlockList(text, list, names);
  }
  if (isAlias(list) && list.range) {
    const all = [...presentNames(template.spec.imagePullSecrets), ...names];
    return { start: list.range[0], end: list.range[1], text: flowList(all) };
  }
  return fillEmptyList(text, pair, names, isJson);
}

/** The map in the text that is a template's spec; null where it is not at its place, but shared by an alias. */
function findSpec(document: Document.Parsed, { specPath }: PodTemplate): YAMLMap | null {
  const node = document.getIn(specPath, true) as Node | undefined;
  return isMap(node) ? node : null;
}
