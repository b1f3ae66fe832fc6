import { type Path, type Problem, warning } from "../problem.ts";
import type { MappingDraft } from "./draft.ts";

/** An item that stands twice in a list changes nothing; somebody probably meant another one. */
export function checkRepeatedItems(drafts: readonly MappingDraft[]): readonly Problem[] {
  return drafts.flatMap(({ index, matchImages, namespaces }) => [
    ...findRepeated(matchImages, ["registries", index, "matchImages"]),
    ...findRepeated(namespaces.include ?? [], ["registries", index, "namespaces", "include"]),
    ...findRepeated(namespaces.exclude ?? [], ["registries", index, "namespaces", "exclude"]),
  ]);
}

function findRepeated(items: readonly unknown[], list: Path): readonly Problem[] {
  const first = new Map<unknown, number>();
  return items.flatMap((item, position) => {
    const earlier = first.get(item);
    if (earlier !== undefined)
      return [warning([...list, position], `is the same as item [${earlier}]; remove one`)];
    first.set(item, position);
    return [];
  });
}
