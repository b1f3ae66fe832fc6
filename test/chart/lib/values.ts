/** A mapping as the values have it. */
export function mapping(name: string, parts: object = {}): object {
  return {
    name,
    matchImages: [`${name}.example.com`],
    credentials: { secretRef: { name: `${name}-creds` } },
    ...parts,
  };
}

/** A mapping that includes these namespaces. */
export function mappingIn(name: string, include: readonly string[], parts: object = {}): object {
  return mapping(name, { namespaces: { include }, ...parts });
}
