import patchLibrary from "fast-json-patch";
import type { Flaw } from "../yaml/yaml-nodes.ts";
import { Obstacle } from "./obstacle.ts";
import { type ManifestDocument, readDocuments } from "./read-documents.ts";
import { originOf, type Splice } from "./splice.ts";

/** What is to become of a document. */
export type Change = {
  readonly manifest: ManifestDocument;
  readonly splices: readonly Splice[];
  /** The value that it should have afterwards. */
  readonly expected: unknown;
  /** Where the changed templates start in the text, in order. */
  readonly places: readonly number[];
};

/** The first place where the result of the splices is not what it should be; null where all is well. */
export function findDifference(result: string, changes: readonly Change[]): Flaw | null {
  const read = readDocuments(result);
  if (!read.ok) {
    const splices = changes.flatMap((change) => change.splices);
    return describe(changes, originOf(Math.min(...read.flaws.map(({ offset }) => offset)), splices));
  }
  const index = changes.findIndex(({ expected }, position) => {
    const found = read.documents[position]?.value;
    return JSON.stringify(found) !== JSON.stringify(expected) && !isEqual(found, expected);
  });
  if (index === -1) return null;
  return describe(changes, changes[index]?.places[0] ?? 0);
}

// Blames the last changed template that starts up to the offset.
function describe(changes: readonly Change[], offset: number): Flaw {
  const places = changes.flatMap(({ manifest, places }) => places.map((place) => ({ manifest, place })));
  const blamed = places.findLast(({ place }) => place <= offset) ?? places[0];
  const isShared = (blamed?.manifest.targets.size ?? 0) > 0;
  return { offset: blamed?.place ?? offset, message: isShared ? Obstacle.Shared : Obstacle.Layout };
}

function isEqual(found: unknown, expected: unknown): boolean {
  if (found === null || expected === null || typeof found !== "object" || typeof expected !== "object")
    return false;
  return patchLibrary.compare(found, expected).length === 0;
}
