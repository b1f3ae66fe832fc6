import { createPrivateKey, X509Certificate } from "node:crypto";
import { managedLabels } from "../../core/copy/copy.ts";
import type { Authority, CertificateState, Serving, Validity } from "../../core/pki/certificate-state.ts";
import type { OwnerReference, Secret } from "../../core/secret/secret.ts";
import { checkKeyPair } from "./key-pair.ts";

/** The keys of the Secret: those of a `kubernetes.io/tls` one, cert-manager's `ca.crt`, and the authority's own key. */
const DATA = {
  certificate: "tls.crt",
  key: "tls.key",
  authorities: "ca.crt",
  authorityKey: "ca.key",
} as const;

/** Certificates as texts, PEM. */
export type CertificateTexts = {
  readonly authorities: readonly string[];
  readonly authorityKey: string;
  readonly certificate: string;
  readonly key: string;
};

/** What a Secret of certificates holds. What cannot be used counts as if it were not there. */
export function readCertificateSecret({ data = {} }: Secret): CertificateState {
  const decode = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString("utf8");
  return readCertificates({
    authorities: splitBundle(decode(DATA.authorities)),
    authorityKey: decode(DATA.authorityKey),
    certificate: decode(DATA.certificate),
    key: decode(DATA.key),
  });
}

/** Reads certificates. What cannot be used counts as if it were not there. */
export function readCertificates(texts: CertificateTexts): CertificateState {
  const parsed = texts.authorities.flatMap((text) => {
    const certificate = parse(text);
    return certificate?.ca ? [{ text, certificate }] : [];
  });
  const [first] = parsed;
  const isOwnKey = first !== undefined && isKeyOf(first.certificate, texts.authorityKey);
  return {
    authorities: parsed.map(
      ({ text, certificate }): Authority => ({ certificate: text, ...validityOf(certificate) }),
    ),
    authorityKey: isOwnKey ? texts.authorityKey : null,
    serving: readServing(texts, parsed),
  };
}

/** Builds the Secret that holds the certificates. */
export function buildCertificateSecret(
  name: string,
  namespace: string,
  state: CertificateState,
  owner?: OwnerReference,
): Secret {
  const encode = (text: string): string => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      labels: managedLabels,
      ...(owner !== undefined && { ownerReferences: [owner] }),
    },
    type: "Opaque",
    data: {
      [DATA.authorities]: encode(joinBundle(state.authorities)),
      [DATA.authorityKey]: encode(state.authorityKey ?? ""),
      [DATA.certificate]: encode(state.serving?.certificate ?? ""),
      [DATA.key]: encode(state.serving?.key ?? ""),
    },
  };
}

/** The authorities as one PEM text. */
export function joinBundle(authorities: readonly Authority[]): string {
  return authorities.map(({ certificate }) => certificate).join("");
}

function splitBundle(text: string): readonly string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return found.map((certificate) => `${certificate}\n`);
}

function readServing(
  { certificate, key }: CertificateTexts,
  authorities: readonly { readonly text: string; readonly certificate: X509Certificate }[],
): Serving | null {
  const leaf = parse(certificate);
  if (leaf === null || !isServable({ certificate, key })) return null;
  const issuer = authorities.find(
    (authority) => leaf.checkIssued(authority.certificate) && leaf.verify(authority.certificate.publicKey),
  );
  return { certificate, key, hosts: dnsNamesOf(leaf), issuer: issuer?.text ?? null, ...validityOf(leaf) };
}

function dnsNamesOf({ subjectAltName = "" }: X509Certificate): readonly string[] {
  return subjectAltName.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : []));
}

function parse(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}

function isServable(pair: { certificate: string; key: string }): boolean {
  try {
    checkKeyPair(pair);
    return true;
  } catch {
    return false;
  }
}

function isKeyOf(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function validityOf({ validFrom, validTo }: X509Certificate): Validity {
  return { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
}
