import "reflect-metadata"; // @peculiar/x509 needs it before its own import
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { KeyPair } from "./key-pair.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** Certificates start in the past, for clients whose clock is behind. */
const BACKDATE_MS = 5 * 60 * 1000;

/** A serving certificate with its key, and the certificate of the CA that signed it, all PEM. */
export type SelfSigned = { readonly serving: KeyPair; readonly ca: string };

/**
 * Makes a CA and a serving certificate for these host names and IP addresses. The CA's key is forgotten at once, so
 * nobody can sign anything else with it.
 */
export async function makeSelfSigned(
  hosts: readonly string[],
  now: number,
  lifetimeMs: number,
): Promise<SelfSigned> {
  const validity = { notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(now + lifetimeMs) };
  const caKeys = await generateKeys();
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: "CN=pullcred CA",
    ...validity,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  return { serving: await signServing(hosts, ca, caKeys, validity), ca: toText(ca) };
}

async function signServing(
  hosts: readonly string[],
  ca: X509Certificate,
  caKeys: webcrypto.CryptoKeyPair,
  validity: { notBefore: Date; notAfter: Date },
): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: "CN=pullcred",
    issuer: ca.subject,
    ...validity,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value })),
      ),
      await AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificate: toText(certificate), key: `${PemConverter.encode(key, "PRIVATE KEY")}\n` };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

function toText(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}
