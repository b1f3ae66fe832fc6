import type { RegistryCredential } from "./credentials.ts";

/** What is odd about one field of a credential. The message continues a sentence that starts with the field. */
export type OddText = { readonly field: "username" | "password"; readonly message: string };

/** What `echo secret | base64` and the like leave in a credential, so that the registry refuses it. Quotes nothing. */
export function findOddText({ username, password }: RegistryCredential): readonly OddText[] {
  const fields = [
    ["username", username],
    ["password", password.reveal()],
  ] as const;
  return fields.flatMap(([field, text]) => {
    const message = explain(text);
    return message === null ? [] : [{ field, message }];
  });
}

function explain(text: string): string | null {
  if (/[\r\n]$/.test(text)) {
    return "ends in a line break, so that the registry refuses it: make it anew with printf %s, because echo adds one";
  }
  return /\p{Cc}/u.test(text)
    ? "holds a control character, so that the registry refuses it: make it anew without"
    : null;
}
