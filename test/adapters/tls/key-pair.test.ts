import { generateKeyPairSync } from "node:crypto";
import t from "tap";
import { checkKeyPair } from "../../../src/adapters/tls/key-pair.ts";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";

const ENCRYPTED = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "word" },
}).privateKey;

t.test("only what TLS can serve with passes", async (t) => {
  const [one, two] = await Promise.all([
    makeSelfSigned(["localhost"], Date.now(), 60_000),
    makeSelfSigned(["localhost"], Date.now(), 60_000),
  ]);
  const { certificate, key } = one.serving;
  const rows: readonly (readonly [string, string, string, RegExp | null])[] = [
    ["a certificate and its key", certificate, key, null],
    ["a certificate with its CA's after it", certificate + one.ca, key, null],
    ["both in one file, named twice", key + certificate, key + certificate, null],
    ["an empty certificate", "", key, /the certificate is empty/],
    ["an empty key", certificate, "", /the key is empty/],
    ["two empty files", "", "", /the certificate is empty/],
    ["an empty line for a certificate", "\n", key, /the certificate is empty/],
    ["an empty line for a key", certificate, "\n", /the key is empty/],
    ["no PEM for a certificate", "nonsense", key, /^the certificate is none in PEM/],
    ["no PEM for a key", certificate, "nonsense", /^the key is none in PEM/],
    [
      "a key with a passphrase",
      certificate,
      ENCRYPTED,
      /^the key is encrypted: give it without a passphrase$/,
    ],
    ["a certificate that is cut off", certificate.slice(0, -40), key, /^the certificate is none in PEM/],
    ["an intermediate that is cut off", certificate + one.ca.slice(0, -40), key, /./],
    ["the files confused", key, certificate, /^the certificate is none in PEM/],
    ["the key of another certificate", certificate, two.serving.key, /the key is of another certificate/],
    ["the CA's certificate before the server's", one.ca + certificate, key, /of another certificate/],
  ];
  for (const [name, certificate, key, problem] of rows) {
    if (problem === null) t.doesNotThrow(() => checkKeyPair({ certificate, key }), name);
    else t.throws(() => checkKeyPair({ certificate, key }), { message: problem }, name);
  }
});
