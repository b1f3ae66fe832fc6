import { X509Certificate } from "node:crypto";
import t from "tap";
import { checkKeyPair } from "../../../src/adapters/tls/key-pair.ts";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const DAY = 24 * 60 * 60 * 1000;

t.test("the CA signs a certificate for every host and address", async (t) => {
  const { serving, ca } = await makeSelfSigned(["localhost", "127.0.0.1", "::1"], NOW, DAY);
  const authority = new X509Certificate(ca);
  const certificate = new X509Certificate(serving.certificate);
  t.ok(authority.ca);
  t.notOk(certificate.ca);
  t.ok(certificate.verify(authority.publicKey));
  t.equal(certificate.checkHost("localhost"), "localhost");
  t.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
  t.equal(certificate.checkIP("::1"), "::1");
  t.equal(certificate.checkHost("example.com"), undefined);
  t.equal(certificate.validToDate.getTime(), NOW + DAY);
  t.ok(certificate.validFromDate.getTime() < NOW, "clients may be a little behind");
  checkKeyPair(serving);
});

t.test("each call makes keys of its own, and a key of another certificate is found", async (t) => {
  const one = await makeSelfSigned(["localhost"], NOW, DAY);
  const two = await makeSelfSigned(["localhost"], NOW, DAY);
  t.not(one.serving.key, two.serving.key);
  t.throws(() => checkKeyPair({ certificate: one.serving.certificate, key: two.serving.key }));
  t.throws(() => checkKeyPair({ certificate: "no PEM", key: two.serving.key }));
});
