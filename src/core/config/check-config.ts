import { checkShape } from "./check-shape.ts";
import type { Problem } from "./problem.ts";
import { draftMappings, type MappingDraft } from "./rules/draft.ts";
import { checkExecImage } from "./rules/exec-image.ts";
import { checkMatchImagesThere } from "./rules/match-images-there.ts";
import { checkNamespaces } from "./rules/namespaces.ts";
import { checkNoRegistries } from "./rules/no-registries.ts";
import { checkRepeatedItems } from "./rules/repeated-items.ts";
import { checkSelectorValues } from "./rules/selector-values.ts";
import { checkUniqueNames } from "./rules/unique-names.ts";
import { configSchema } from "./schema.ts";

/** The rules across fields. Each looks at everything that it can rely on, whatever else is wrong. */
const RULES: readonly ((drafts: readonly MappingDraft[]) => readonly Problem[])[] = [
  checkUniqueNames,
  checkRepeatedItems,
  checkSelectorValues,
  checkNamespaces,
  checkMatchImagesThere,
  checkExecImage,
];

/** Every problem of a config: the schema's first, then those of the rules across fields. */
export function checkConfig(value: unknown): readonly Problem[] {
  const problems = checkShape(configSchema, value);
  const drafts = draftMappings(value, problems);
  return [...problems, ...checkNoRegistries(value), ...RULES.flatMap((check) => check(drafts))];
}
