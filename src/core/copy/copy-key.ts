/** The coordinates of a Secret as one text, `namespace/name`: neither can hold a slash. */
export function copyKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The coordinates that `copyKey` put together. */
export function splitCopyKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
