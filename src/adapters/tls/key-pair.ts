import { createSecureContext } from "node:tls";

/** A serving certificate, with its intermediates if it has any, and its private key, both PEM. */
export type KeyPair = { readonly certificate: string; readonly key: string };

/** Throws where TLS could not serve with the pair: not PEM, or the key of another certificate. */
export function checkKeyPair({ certificate, key }: KeyPair): void {
  createSecureContext({ cert: certificate, key });
}
