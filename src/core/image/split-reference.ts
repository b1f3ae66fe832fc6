import { endOf, isDigest, isDomain, isPath, isTag } from "./grammar.ts";

/** The registry that is meant where none is written. */
const DEFAULT_REGISTRY = "docker.io";
const LEGACY_DEFAULT_REGISTRY = "index.docker.io";

/** What stands where in a reference, whether or not the grammar allows it there. */
export type ReferenceParts = {
  readonly registry: string;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
};

/** `splitDockerDomain`: whether the first component is a registry or a namespace of Docker Hub. */
export function splitRegistry(text: string): readonly [registry: string, remainder: string] {
  const slash = text.indexOf("/");
  if (slash === -1) return [DEFAULT_REGISTRY, `library/${text}`];
  const first = text.slice(0, slash);
  if (!looksLikeRegistry(first)) return [DEFAULT_REGISTRY, text];
  const remainder = text.slice(slash + 1);
  if (first !== DEFAULT_REGISTRY && first !== LEGACY_DEFAULT_REGISTRY) return [first, remainder];
  return [DEFAULT_REGISTRY, remainder.includes("/") ? remainder : `library/${remainder}`];
}

/** Cuts at the first `@` and the first `:` before it: a path holds neither, a tag no `@`. */
export function splitRemainder(registry: string, remainder: string): ReferenceParts {
  const nameEnd = endOf(remainder, "@");
  const name = remainder.slice(0, nameEnd);
  const pathEnd = endOf(name, ":");
  return {
    registry,
    path: name.slice(0, pathEnd),
    tag: pathEnd < name.length ? name.slice(pathEnd + 1) : null,
    digest: nameEnd < remainder.length ? remainder.slice(nameEnd + 1) : null,
  };
}

/** `ReferenceRegexp`. A registry that is no domain may still be a path: `a_b.example.com/c` is read as one. */
export function hasReferenceFormat({ registry, path, tag, digest }: ReferenceParts): boolean {
  return (
    (isDomain(registry) || isPath(registry)) &&
    isPath(path) &&
    (tag === null || isTag(tag)) &&
    (digest === null || isDigest(digest))
  );
}

function looksLikeRegistry(component: string): boolean {
  return component === "localhost" || /[.:]/.test(component) || component !== component.toLowerCase();
}
