/** Whether a registry's token has this mark: as it is written, or in the claims of a JSON Web Token. */
export function hasMark(token: string | undefined, mark: string): boolean {
  const [, claims = ""] = token?.split(".") ?? [];
  return [`${token}`, Buffer.from(claims, "base64url").toString()].some((text) =>
    new RegExp(`-${mark}\\b`).test(text),
  );
}
