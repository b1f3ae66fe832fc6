import { checkConfig } from "../config/check-config.ts";
import { formatPath, type Problem } from "../config/problem.ts";
import type { RegistryDocument } from "../config/schema.ts";
import type { ImportNote } from "./found.ts";

/** A mapping that the configuration takes, or null; and what it does not take. */
export type Admitted = { readonly entry: RegistryDocument | null; readonly notes: readonly ImportNote[] };

/**
 * Holds a mapping against every check of the configuration. An item of a list that is refused is left out by itself; where
 * anything else is, or a list would become empty and so mean something else, the whole mapping is.
 */
export function admitMapping(entry: RegistryDocument, from: string): Admitted {
  const notes: ImportNote[] = [];
  for (let current: RegistryDocument | null = entry; current !== null; ) {
    const problems = findProblems(current);
    if (problems.length === 0) return { entry: current, notes };
    const next: RegistryDocument | null = withoutItems(current, problems);
    for (const { path, message } of problems) {
      const subject = formatPath(path.slice(2));
      const outcome = next === null ? "nothing was made of it" : "it was left out";
      notes.push({ path: from, message: `${subject} ${message}: ${outcome}` });
    }
    current = next;
  }
  return { entry: null, notes };
}

function findProblems(entry: RegistryDocument): readonly Problem[] {
  const problems = checkConfig({ apiVersion: "pullcred.dev/v1", kind: "Config", registries: [entry] });
  return problems.filter(({ severity }) => severity === "error");
}

/** The mapping without the items that are refused; null where that cannot be. */
function withoutItems(entry: RegistryDocument, problems: readonly Problem[]): RegistryDocument | null {
  const refused = { matchImages: new Set<unknown>(), include: new Set<unknown>() };
  for (const { path } of problems) {
    const [, , first, second, third] = path;
    if (first === "matchImages" && path.length === 4) refused.matchImages.add(second);
    else if (first === "namespaces" && second === "include" && path.length === 5) refused.include.add(third);
    else return null;
  }
  const matchImages = entry.matchImages?.filter((_, index) => !refused.matchImages.has(index));
  const include = entry.namespaces?.include?.filter((_, index) => !refused.include.has(index));
  if (matchImages?.length === 0 || include?.length === 0) return null;
  return {
    ...entry,
    ...(matchImages && { matchImages }),
    ...(include && { namespaces: { ...entry.namespaces, include } }),
  };
}
