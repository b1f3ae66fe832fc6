import { representativeImage } from "../../credential-provider/representative-image.ts";
import { parseImageReference, repositoryName } from "../../image/reference.ts";
import { matchesPattern, parseMatchPattern } from "../../match/match-pattern.ts";
import { error, type Path, type Problem } from "../problem.ts";
import type { MappingDraft } from "./draft.ts";

/** A credential provider has to be asked for an image that is the mapping's. */
export function checkExecImage(drafts: readonly MappingDraft[]): readonly Problem[] {
  return drafts.flatMap(({ index, credentials, matchImages }) => {
    if (!credentials || !("exec" in credentials)) return [];
    const { image } = credentials.exec;
    const path = ["registries", index, "credentials", "exec", "image"];
    const patterns = matchImages.filter((pattern) => typeof pattern === "string");
    return image === undefined ? checkAbsent(patterns, path) : checkWritten(image, patterns, path);
  });
}

function checkAbsent(patterns: readonly string[], path: Path): readonly Problem[] {
  const open = patterns.find((pattern) => parseMatchPattern(pattern).ok && !representativeImage(pattern));
  if (open === undefined) return [];
  const message =
    `is missing; the plugin has to be asked for an image, and of ${JSON.stringify(open)} none is known: write one, such ` +
    'as "123456789012.dkr.ecr.eu-central-1.amazonaws.com/app"';
  return [error(path, message)];
}

function checkWritten(image: string, patterns: readonly string[], path: Path): readonly Problem[] {
  const reference = parseImageReference(image);
  const parsed = patterns.map(parseMatchPattern);
  if (!reference.ok || !parsed.every(({ ok }) => ok)) return []; // told already
  const name = repositoryName(reference.reference);
  const isOurs = parsed.some((pattern) => pattern.ok && matchesPattern(pattern.pattern, name));
  return isOurs ? [] : [error(path, "must be an image that one of the mapping's matchImages matches")];
}
