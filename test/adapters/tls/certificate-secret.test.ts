import fc from "fast-check";
import t from "tap";
import { makeAuthority, signServing } from "../../../src/adapters/tls/authority.ts";
import {
  buildCertificateSecret,
  joinBundle,
  readCertificateSecret,
  readCertificates,
} from "../../../src/adapters/tls/certificate-secret.ts";

const LIFETIME = { now: Date.parse("2030-01-01T00:00:00Z"), lifetimeMs: 24 * 60 * 60 * 1_000 };
const HOSTS = ["pullcred.pullcred.svc", "localhost"];

const [older, newer] = [await makeAuthority(LIFETIME), await makeAuthority(LIFETIME)];
const serving = await signServing(older, HOSTS, LIFETIME);
const TEXTS = {
  authorities: [newer.certificate, older.certificate],
  authorityKey: newer.key,
  ...serving,
};

t.test("a Secret holds the whole state, and gives it back", async (t) => {
  const state = readCertificates(TEXTS);
  t.match(state, {
    authorities: [{ certificate: newer.certificate }, { certificate: older.certificate }],
    authorityKey: newer.key,
    serving: { ...serving, hosts: HOSTS, issuer: older.certificate },
  });
  const secret = buildCertificateSecret("pullcred-certificate", "pullcred", state);
  t.same(readCertificateSecret(secret), state);
  t.equal(joinBundle(state.authorities), newer.certificate + older.certificate);
});

t.test("what cannot be used counts as if it were not there", async (t) => {
  const other = await signServing(newer, HOSTS, LIFETIME);
  const rows: readonly (readonly [string, Partial<typeof TEXTS>, object])[] = [
    ["another authority's key", { authorityKey: older.key }, { authorityKey: null }],
    ["a key that is none", { authorityKey: "x" }, { authorityKey: null }],
    ["another certificate's key", { key: other.key }, { serving: null }],
    ["no certificate", { certificate: "" }, { serving: null }],
    [
      "a serving certificate among the authorities",
      { authorities: [serving.certificate] },
      { authorities: [] },
    ],
    [
      "an authority that is not among them",
      { authorities: [newer.certificate] },
      { serving: { issuer: null } },
    ],
  ];
  for (const [name, texts, expected] of rows) {
    t.match(readCertificates({ ...TEXTS, ...texts }), expected, name);
  }
});

t.test("no data whatever makes it throw", async () => {
  const metadata = { name: "pullcred-certificate", namespace: "pullcred" };
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("ca.crt", "ca.key", "tls.crt", "tls.key"), fc.string()),
      (data) => {
        readCertificateSecret({ apiVersion: "v1", kind: "Secret", metadata, data });
      },
    ),
  );
});
