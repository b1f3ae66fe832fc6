import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { openCertificateFiles } from "../../../src/adapters/tls/certificate-files.ts";
import type { KeyPair } from "../../../src/adapters/tls/key-pair.ts";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";
import { eventually } from "../../builders/eventually.ts";

async function makePair(): Promise<KeyPair> {
  return (await makeSelfSigned(["localhost"], Date.now(), 60_000)).serving;
}

/** Opens files with a pair, and records what it tells. */
async function setUp(t: Test) {
  const first = await makePair();
  const folder = t.testdir({ "tls.crt": first.certificate, "tls.key": first.key });
  const certificate = join(folder, "tls.crt");
  const key = join(folder, "tls.key");
  const told: (KeyPair | string)[] = [];
  const opening = openCertificateFiles({
    certificate,
    key,
    onPair: (pair) => told.push(pair),
    onError: (error) => told.push((error as Error).message),
  });
  const files = await opening;
  t.teardown(files.stop);
  const put = (pair: KeyPair): void => {
    writeFileSync(certificate, pair.certificate);
    writeFileSync(key, pair.key);
  };
  const tells = (what: string, wanted: KeyPair | RegExp): Promise<true> =>
    eventually(what, () => {
      const last = told.at(-1);
      if (wanted instanceof RegExp) return (typeof last === "string" && wanted.test(last)) || undefined;
      return (typeof last === "object" && last.key === wanted.key) || undefined;
    });
  return { files, first, certificate, key, told, put, tells };
}

t.test("files that go bad are told as an error, and good ones as a new pair", async (t) => {
  const { first, certificate, key, put, tells, files } = await setUp(t);
  t.same(files.pair, first);
  const rows: readonly (readonly [string, () => void, RegExp])[] = [
    [
      "an empty certificate",
      () => writeFileSync(certificate, ""),
      /could not use certificate .*tls\.crt with key .*tls\.key: the certificate is empty/,
    ],
    ["an empty key", () => writeFileSync(key, ""), /the key is empty/],
    ["no PEM", () => writeFileSync(certificate, "nonsense"), /could not use certificate/],
    ["a certificate that is gone", () => rmSync(certificate), /could not read .*tls\.crt: ENOENT/],
    [
      "a directory in the certificate's place",
      () => {
        rmSync(certificate);
        mkdirSync(certificate);
      },
      /could not read .*tls\.crt: EISDIR/,
    ],
  ];
  for (const [name, spoil, problem] of rows) {
    spoil();
    await tells(name, problem);
    rmSync(certificate, { recursive: true, force: true });
    const next = await makePair();
    put(next);
    await tells(`after ${name}, a new pair`, next);
  }
  t.pass("each was told");
});

t.test("the last good pair is told when it comes back after a bad one", async (t) => {
  const { first, certificate, told, put, tells } = await setUp(t);
  writeFileSync(certificate, "");
  await tells("the bad one", /is empty/);
  put(first);
  await tells("the old one", first);
  t.ok(told.length >= 2);
});

t.test("a change in the moment of opening is seen", async (t) => {
  const [first, second] = await Promise.all([makePair(), makePair()]);
  const folder = t.testdir({ "tls.crt": first.certificate, "tls.key": first.key });
  const told: KeyPair[] = [];
  const files = await openCertificateFiles({
    certificate: join(folder, "tls.crt"),
    key: join(folder, "tls.key"),
    onPair: (pair) => told.push(pair),
    onError: () => undefined,
  });
  t.teardown(files.stop);
  // The first look of the watch is still under way.
  writeFileSync(join(folder, "tls.crt"), second.certificate);
  writeFileSync(join(folder, "tls.key"), second.key);
  await eventually("the second pair", () => told.at(-1)?.key === second.key || undefined);
  t.same(told.at(-1), second);
});

t.test("files that are bad at first are refused, without a word of the key", async (t) => {
  const { certificate, key } = await makePair();
  const other = await makePair();
  const rows: readonly (readonly [string, string, string, RegExp])[] = [
    ["an empty certificate", "", key, /the certificate is empty/],
    ["an empty key", certificate, "", /the key is empty/],
    ["another's key", certificate, other.key, /the key is of another certificate/],
    ["no key", certificate, "secret-word", /could not use certificate/],
  ];
  for (const [name, certificate, key, problem] of rows) {
    const folder = t.testdir({ "tls.crt": certificate, "tls.key": key });
    const opening = openCertificateFiles({
      certificate: join(folder, "tls.crt"),
      key: join(folder, "tls.key"),
      onPair: () => undefined,
      onError: () => undefined,
    });
    const error = await opening.then(
      () => undefined,
      (error: Error) => error,
    );
    t.match(error, { code: "CertificateUnusable", message: problem }, name);
    t.notMatch(String(error?.message), /secret-word/, name);
  }
});
