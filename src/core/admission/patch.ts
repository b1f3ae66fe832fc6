/** The one operation of JSON Patch that pullcred needs. (RFC 6902, section 4.1) */
export type AddOperation = { readonly op: "add"; readonly path: string; readonly value: unknown };

/**
 * The operations that append pull secrets to a Pod spec. `existing` is its imagePullSecrets as it came; a name that is in
 * it is not added again. A list is made only where there is none, so that nobody else's entries are ever replaced.
 */
export function pullSecretPatch(
  existing: unknown,
  names: readonly string[],
  specPath: string,
): readonly AddOperation[] {
  const present = new Set(
    Array.isArray(existing) ? existing.map((entry: { name?: unknown } | null) => entry?.name) : [],
  );
  const missing = [...new Set(names)].filter((name) => !present.has(name)).map((name) => ({ name }));
  if (missing.length === 0) return [];
  const path = `${specPath}/imagePullSecrets`;
  if (!Array.isArray(existing) || existing.length === 0) return [{ op: "add", path, value: missing }];
  return missing.map((value) => ({ op: "add", path: `${path}/-`, value }));
}
