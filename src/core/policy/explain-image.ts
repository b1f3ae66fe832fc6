import type { CompiledConfig, Mapping } from "../config/compile.ts";
import { type ImageReference, parseImageReference, repositoryName } from "../image/reference.ts";
import { NAMESPACE_NAME_LABEL } from "../namespace/namespace.ts";

/** A mapping that serves an image; `pattern` is the first of its patterns that matches. */
export type MappingMatch = {
  readonly mapping: string;
  readonly pattern: string;
  readonly secretName: string;
};

/** How an image is read and served. This is what `explain -o json` prints. */
export type ImageExplanation = {
  readonly image: string;
  readonly reference: ImageReference | null;
  readonly error: string | null;
  /** The mappings whose Secret a Pod with this image gets, in order. */
  readonly matches: readonly MappingMatch[];
  /** The mappings that match, but whose `namespaces` don't allow this one. */
  readonly excluded: readonly MappingMatch[];
  /** The further mappings that every Pod of the namespace gets: `inject: always`. */
  readonly always: readonly Omit<MappingMatch, "pattern">[];
};

/** Explains one image as a Pod of this namespace would have it. */
export function explainImage(
  image: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  config: CompiledConfig,
): ImageExplanation {
  const allLabels = { ...labels, [NAMESPACE_NAME_LABEL]: namespace };
  const isAllowed = (mapping: Mapping): boolean => mapping.namespaces.allows(namespace, allLabels);
  const parsed = parseImageReference(image);
  const hits = parsed.ok ? findMappings(repositoryName(parsed.reference), config) : [];
  const matched = new Set(hits.map(({ mapping }) => mapping));
  const always = config.mappings.filter((mapping) => mapping.inject === "always" && !matched.has(mapping));
  return {
    image,
    reference: parsed.ok ? parsed.reference : null,
    error: parsed.ok ? null : parsed.error,
    matches: hits.filter(({ mapping }) => isAllowed(mapping)).map(toMatch),
    excluded: hits.filter(({ mapping }) => !isAllowed(mapping)).map(toMatch),
    always: always.filter(isAllowed).map(({ name, secretName }) => ({ mapping: name, secretName })),
  };
}

/** An image of which pullcred serves nothing, whatever matches. */
export function withoutMappings(explanation: ImageExplanation): ImageExplanation {
  const excluded = [...explanation.matches, ...explanation.excluded];
  return { ...explanation, matches: [], excluded, always: [] };
}

type Hit = { readonly mapping: Mapping; readonly pattern: string };

function findMappings(repository: string, config: CompiledConfig): readonly Hit[] {
  return config.index.match(repository).flatMap(({ mapping: index, pattern }) => {
    const mapping = config.mappings[index];
    return mapping === undefined ? [] : [{ mapping, pattern: pattern.text }];
  });
}

function toMatch({ mapping: { name, secretName }, pattern }: Hit): MappingMatch {
  return { mapping: name, pattern, secretName };
}
