import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";

/** A serving certificate, with its intermediates if it has any, and its private key, both PEM. */
export type KeyPair = { readonly certificate: string; readonly key: string };

/** When the certificate of a usable pair ends, in milliseconds since the epoch. */
export function expiryOf({ certificate }: KeyPair): number {
  return Date.parse(new X509Certificate(certificate).validTo);
}

/** Throws where TLS could not serve with the pair: not PEM, or the key of another certificate. */
export function checkKeyPair({ certificate, key }: KeyPair): void {
  // An empty one means "none" to createSecureContext, which then accepts what no handshake can use.
  if (certificate.trim() === "") throw new Error("the certificate is empty");
  if (key.trim() === "") throw new Error("the key is empty");
  if (!readCertificate(certificate).checkPrivateKey(readKey(key)))
    throw new Error("the key is of another certificate");
  // The intermediates too, and what OpenSSL refuses to serve with, such as a key that is too short.
  createSecureContext({ cert: certificate, key });
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Error('the certificate is none in PEM, which begins with "-----BEGIN CERTIFICATE-----"', {
      cause,
    });
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    if (pem.includes("ENCRYPTED"))
      throw new Error("the key is encrypted: give it without a passphrase", { cause });
    throw new Error('the key is none in PEM, which begins with "-----BEGIN PRIVATE KEY-----"', { cause });
  }
}
