import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { appendToBlockList, fillEmptyList, insertIntoBlockMap } from "./edit-block-spec.ts";
import { appendToFlowList, insertIntoFlowMap } from "./edit-flow-spec.ts";
import type { ImagePuller } from "./image-puller.ts";
import { Obstacle } from "./obstacle.ts";
import { namesIn } from "./pull-secret-field.ts";
import type { ManifestDocument } from "./read-documents.ts";
import { flowList } from "./secret-list-text.ts";
import type { Splice } from "./splice.ts";

/** The splice that adds pull secrets to a spec, or why the text cannot take it. Offsets are the document's. */
export function editTemplate(
  text: string,
  { document, isJson }: ManifestDocument,
  puller: ImagePuller,
  names: readonly string[],
): Splice | Obstacle {
  const spec = findSpec(document, puller);
  if (spec === null) return Obstacle.Shared;
  return editSpec(text, spec, isJson, puller, names) ?? Obstacle.Layout;
}

function editSpec(
  text: string,
  spec: YAMLMap,
  isJson: boolean,
  puller: ImagePuller,
  names: readonly string[],
): Splice | null {
  const { field } = puller;
  const pair = spec.items.find(({ key }) => isScalar(key) && key.value === field.key);
  if (pair === undefined) {
    // What a merge key brings gives way to a key of the map's own, which therefore has to hold it too.
    const all = [...namesIn(puller.spec, field), ...names];
    return spec.flow
      ? insertIntoFlowMap(text, spec, field, all, isJson)
      : insertIntoBlockMap(text, spec, field, all);
  }
  const list = pair.value;
  if (isSeq(list) && list.items.length > 0) {
    return list.flow
      ? appendToFlowList(text, spec, list.items, field, names, isJson)
      : appendToBlockList(text, list, field, names);
  }
  if (isAlias(list) && list.range) {
    const all = [...namesIn(puller.spec, field), ...names];
    return { start: list.range[0], end: list.range[1], text: flowList(all, field) };
  }
  return fillEmptyList(text, pair, field, names, isJson);
}

/** The map in the text that is the spec; null where it is not at its place, but shared by an alias. */
function findSpec(document: Document.Parsed, { specPath }: ImagePuller): YAMLMap | null {
  const node = document.getIn(specPath, true) as Node | undefined;
  return isMap(node) ? node : null;
}
