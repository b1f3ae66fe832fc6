import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { configFileSource } from "../../../src/adapters/sources/config-file.ts";
import type { CredentialFinding } from "../../../src/core/credential/credentials.ts";
import type { SourceResult } from "../../../src/core/credential/source.ts";
import { eventually } from "../../builders/eventually.ts";
import { fakeClock } from "../../builders/fake-clock.ts";
import { installHelper, storeScript } from "../../builders/helper-program.ts";

const auth = Buffer.from("user:pass").toString("base64");

const PATTERNS = ["docker.io/acme/", "reg.example.com:5000/team", "*.glob.example.com"];

function setUp(
  t: Test,
  config: unknown,
  entries: Parameters<typeof storeScript>[0] = {},
  matchImages: readonly string[] = PATTERNS,
) {
  const folder = t.testdir({});
  const path = join(folder, "config.json");
  const put = (next: unknown): void =>
    writeFileSync(path, typeof next === "string" ? next : JSON.stringify(next));
  if (config !== undefined) put(config);
  const clock = fakeClock();
  const environment = installHelper(folder, "test", storeScript(entries));
  return {
    folder,
    path,
    put,
    clock,
    source: configFileSource({ path, matchImages, helper: { environment }, clock }),
  };
}

function plain(result: SourceResult): unknown {
  if (result.kind === "missing") return result;
  if (result.kind === "broken") return result.problems.map(toLine);
  return [...result.credentials].map(([key, { username, password }]) => [key, username, password.reveal()]);
}

function findingsOf(result: SourceResult): readonly string[] {
  return result.kind === "credentials" ? result.findings.map(toLine) : [];
}

/** Without the folder of the test. */
function toLine({ path, message }: CredentialFinding): string {
  return `${path.replace(/^.*\/(?=config\.json)/, "")}: ${message}`;
}

t.test("what docker login wrote is taken over, keys with scheme and path included", async (t) => {
  const { source } = setUp(t, {
    auths: {
      "https://my-registry.cn/images": { auth },
      "unpadded.example.com": { auth: auth.replace(/=+$/, "") },
      "plain.example.com": { username: "a", password: "b" },
    },
  });
  t.same(plain(await source.read()), [
    ["https://my-registry.cn/images", "user", "pass"],
    ["unpadded.example.com", "user", "pass"],
    ["plain.example.com", "a", "b"],
  ]);
});

t.test("the older form, the map by itself, is read as well", async (t) => {
  const { source } = setUp(t, { "https://index.docker.io/v1/": { auth } });
  t.same(plain(await source.read()), [["https://index.docker.io/v1/", "user", "pass"]]);
});

t.test("a credential store is asked for what is listed, and for the mapping's own registries", async (t) => {
  const { source } = setUp(
    t,
    { auths: { "listed.example.com": {}, "gone.example.com": {} }, credsStore: "test" },
    {
      "listed.example.com": ["l", "1"],
      "https://index.docker.io/v1/": ["h", "2"],
      "reg.example.com:5000": ["r", "3"],
      "other.example.com": ["never", "asked for"],
    },
  );
  const result = await source.read();
  t.same(plain(result), [
    ["listed.example.com", "l", "1"],
    ["https://index.docker.io/v1/", "h", "2"],
    ["reg.example.com:5000", "r", "3"],
  ]);
  t.match(findingsOf(result), [
    "config.json: credsStore: docker-credential-test has no credential for gone.example.com",
    /^matchImages\[2\]: no entry serves pattern "\*\.glob\.example\.com"/,
  ]);
});

t.test("a helper for one registry wins over the file", async (t) => {
  const { source } = setUp(
    t,
    {
      auths: { "a.example.com": { auth }, "b.example.com": { auth } },
      credHelpers: { "b.example.com": "test" },
    },
    { "b.example.com": ["helper", "x"] },
  );
  t.same(plain(await source.read()), [
    ["a.example.com", "user", "pass"],
    ["b.example.com", "helper", "x"],
  ]);
});

t.test("a helper that fails for a moment takes nothing away", async (t) => {
  const { source, folder } = setUp(
    t,
    { auths: { "a.example.com": { auth } }, credHelpers: { "b.example.com": "test" } },
    { "b.example.com": ["helper", "x"] },
    ["a.example.com"],
  );
  await source.read();
  installHelper(folder, "test", "process.exit(9)");
  const result = await source.read();
  t.same(plain(result), [
    ["a.example.com", "user", "pass"],
    ["b.example.com", "helper", "x"],
  ]);
  t.same(findingsOf(result), [
    'config.json: credHelpers["b.example.com"]: docker-credential-test ended with exit code 9, asked for b.example.com',
  ]);
});

t.test("what cannot be used is told", async (t) => {
  const rows: readonly (readonly [unknown, unknown])[] = [
    ['{"auths": oops secret-word', ["config.json: is not JSON: see line 1, column 11"]],
    [[], ["config.json: must be a JSON object, as docker login writes it"]],
    [{ auths: { a: { auth: "!!" } } }, [/^config\.json: auths\["a"\].auth: is not base64/]],
    [{ auths: [], credHelpers: 1, credsStore: 2 }, [/credHelpers: /, /credsStore: /, /auths: /]],
    [{ auths: {} }, ["config.json: auths: holds no credential that kubelet can use"]],
    [{ credHelpers: { x: "none" } }, [/auths: holds no credential/, /is not on the PATH: install it/]],
  ];
  for (const [config, expected] of rows) {
    const { source } = setUp(t, config);
    t.match(plain(await source.read()), expected, JSON.stringify(config));
  }
});

t.test("a file that is not there is missing until it is", async (t) => {
  const { source, path, put } = setUp(t, undefined);
  t.same(plain(await source.read()), {
    kind: "missing",
    message: `there is no file ${path}: mount it, or log in`,
  });
  put({ auths: { a: { auth } } });
  t.match(await source.read(), { kind: "credentials" });
});

t.test("something that cannot be read is tried again, not taken for missing", async (t) => {
  const { path, source } = setUp(t, undefined);
  rmSync(path, { force: true });
  t.testdir({ "config.json": {} });
  await t.rejects(source.read(), {
    code: "FileUnreadable",
    message: `could not read ${path}: it is a directory`,
  });
});

t.test("the file is watched, and helpers are asked anew as often as kubelet reads its own", async (t) => {
  const { source, clock, put } = setUp(t, { credHelpers: { a: "test" } }, { a: ["u", "p"] });
  await source.read();
  let count = 0;
  const stop = source.watch(() => {
    count += 1;
  });
  clock.advance(5 * 60_000);
  t.equal(count, 1);
  clock.advance(5 * 60_000);
  t.equal(count, 2);
  let version = 0;
  await eventually("a change of the file is told", () => {
    version += 1; // the first may come before the watch has looked
    put({ auths: { [`v${version}.example.com`]: { auth } } });
    return count > 2 || undefined;
  });
  stop();
  t.equal(clock.pending, 0);
});

t.test(
  "a store is asked for nothing but what the file lists and the mapping matches, once each",
  async (t) => {
    const { source, folder } = setUp(
      t,
      {
        auths: { "listed.example.com": {}, "reg.example.com": {} },
        credHelpers: { "own.example.com": "test" },
        credsStore: "test",
      },
      {},
      [
        "reg.example.com/a",
        "reg.example.com/b",
        "pattern.example.com",
        "*.glob.example.com",
        "docker.io/acme/",
      ],
    );
    const log = join(folder, "asked");
    const script = `fs.appendFileSync(${JSON.stringify(log)}, fs.readFileSync(0)); process.exit(1);`;
    installHelper(folder, "test", script);
    await source.read();
    t.same(readFileSync(log, "utf8").trim().split("\n").sort(), [
      "https://index.docker.io/v1/",
      "listed.example.com",
      "own.example.com",
      "pattern.example.com",
      "reg.example.com",
    ]);
  },
);

t.test("a pattern that no entry can serve is told", async (t) => {
  const config = { auths: { "harbor.example.com": { auth } } };
  const { source } = setUp(t, config, {}, ["mismatch.example.com"]);
  const message =
    'matchImages[0]: no entry serves pattern "mismatch.example.com": kubelet would pull without credentials; add an ' +
    "entry for its registry, or remove the pattern";
  t.same(findingsOf(await source.read()), [message]);
});

t.test("a password that stands in a server's or a helper's name is in no message", async (t) => {
  const named = "https://bob:hunter2hunter2@b.example.com";
  const { source, folder } = setUp(
    t,
    {
      auths: { "a.example.com": { auth }, [named]: {} },
      credHelpers: { [`${named}/x`]: "none", "c.example.com": "bob:hunter2" },
      credsStore: "test",
    },
    {},
    ["a.example.com"],
  );
  for (const script of [
    "process.exit(9)",
    storeScript({}),
    'console.log(\'{"Username":"<token>","Secret":"x"}\')',
  ]) {
    installHelper(folder, "test", script);
    const findings = findingsOf(await source.read());
    t.ok(findings.length >= 2, "it is told");
    t.match(findings.join("\n"), "b.example.com");
    t.notMatch(findings.join("\n"), /bob|hunter2/);
  }
});

t.test("an abort ends a reading whose helper hangs", async (t) => {
  const { source, folder } = setUp(t, { credHelpers: { a: "test" } });
  const script = `fs.writeFileSync(${JSON.stringify(join(folder, "runs"))}, "x"); setInterval(() => {}, 1000);`;
  installHelper(folder, "test", script);
  const controller = new AbortController();
  const reading = source.read(controller.signal);
  await eventually("the helper runs", () => existsSync(join(folder, "runs")) || undefined);
  controller.abort();
  await t.rejects(reading, { name: "AbortError" });
  await t.rejects(source.read(controller.signal), { name: "AbortError" }, "nor does another one begin");
});
