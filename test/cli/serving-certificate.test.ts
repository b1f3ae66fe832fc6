import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { createMetrics } from "../../src/adapters/observability/metrics.ts";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import type { KeyPair } from "../../src/adapters/tls/key-pair.ts";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import type { ServeOptions } from "../../src/cli/serve/command.ts";
import { openServingCertificate } from "../../src/cli/serve/serving-certificate.ts";
import { eventually } from "../builders/eventually.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const LISTEN = { host: undefined, port: 8443 };

function open(t: Test, options: Partial<ServeOptions>) {
  const metrics = createMetrics();
  const { log, lines } = logRecorder();
  const opening = openServingCertificate({
    options: { listen: LISTEN, ...options } as ServeOptions,
    hosts: ["localhost"],
    backend: { secrets: createMemorySecretStore() },
    metrics,
    log,
  });
  opening.then(
    ({ stop }) => t.teardown(stop),
    () => undefined,
  );
  return { opening, metrics, lines };
}

t.test("its own certificate comes with the CA's, below the data directory", async (t) => {
  const dataDir = join(t.testdir({}), "not", "there", "yet");
  const { pair, caFile } = await open(t, { dataDir }).opening;
  t.equal(caFile, join(dataDir, "ca.crt"));
  t.match(readFileSync(join(dataDir, "ca.crt"), "utf8"), /^-----BEGIN CERTIFICATE-----/);
  t.match(pair?.key, /^-----BEGIN PRIVATE KEY-----/);
});

t.test("what cannot be is wrong use, told with the place and the remedy", async (t) => {
  const { serving } = await makeSelfSigned(["localhost"], Date.now(), 60_000);
  const folder = t.testdir({
    file: "",
    empty: "",
    "tls.crt": serving.certificate,
    "tls.key": serving.key,
    taken: { "ca.crt": {} },
  });
  const at = (name: string): string => join(folder, name);
  const rows: readonly (readonly [string, Partial<ServeOptions>, string, RegExp])[] = [
    [
      "a file as the data directory",
      { dataDir: at("file") },
      "WrongUse",
      /could not use --data-dir .*file: it is no directory: name another one/,
    ],
    [
      "a data directory below a file",
      { dataDir: at("file/data") },
      "WrongUse",
      /could not use --data-dir .*data: a part of the path is no directory: name another one/,
    ],
    [
      "a data directory where the CA's certificate cannot be written",
      { dataDir: at("taken") },
      "WrongUse",
      /could not write the CA's certificate below .*taken: EISDIR: give another --data-dir/,
    ],
    ["a certificate without its key", { tlsCert: at("tls.crt") }, "WrongUse", /give both or neither/],
    [
      "an empty certificate",
      { tlsCert: at("empty"), tlsKey: at("tls.key") },
      "CertificateUnusable",
      /the certificate is empty/,
    ],
    [
      "an empty key",
      { tlsCert: at("tls.crt"), tlsKey: at("empty") },
      "CertificateUnusable",
      /the key is empty/,
    ],
  ];
  for (const [name, options, code, message] of rows) {
    await t.rejects(open(t, options).opening, { code, message }, name);
  }
});

t.test("files that go bad are told in log and metric, and so are good ones", async (t) => {
  const [first, second] = await Promise.all(
    [1, 2].map(async () => (await makeSelfSigned(["localhost"], Date.now(), 60_000)).serving),
  );
  const folder = t.testdir({ "tls.crt": first?.certificate ?? "", "tls.key": first?.key ?? "" });
  const files = { tlsCert: join(folder, "tls.crt"), tlsKey: join(folder, "tls.key") };
  const { opening, metrics, lines } = open(t, files);
  const certificate = await opening;
  const told: KeyPair[] = [];
  certificate.onPair((pair) => told.push(pair));
  const becomesValid = (what: string, wanted: 0 | 1): Promise<true> =>
    eventually(what, async () => {
      const { values } = await metrics.certificateValid.get();
      return values[0]?.value === wanted || undefined;
    });
  await becomesValid("the first pair is good", 1);
  writeFileSync(files.tlsCert, "");
  await becomesValid("the empty one is refused", 0);
  t.match(lines, [{ level: 50, msg: "certificate refused: the last good one stays in use" }]);
  t.same(told, []);
  writeFileSync(files.tlsCert, second?.certificate ?? "");
  writeFileSync(files.tlsKey, second?.key ?? "");
  await becomesValid("the second pair is good", 1);
  t.same(told.at(-1), second);
  t.match(lines.at(-1), { level: 30, msg: "certificate reloaded" });
});
