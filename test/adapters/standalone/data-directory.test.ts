import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { parse } from "yaml";
import { openDataDirectory } from "../../../src/adapters/standalone/data-directory.ts";
import { createMemoryNamespaceStore } from "../../../src/adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import { secretFiles } from "../../../src/adapters/standalone/secret-files.ts";
import { buildCopy } from "../../../src/core/copy/copy.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { logRecorder } from "../../builders/log-recorder.ts";

const SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: creds}\nstringData: {a: one}\n";
const NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {tier: app}}\n";

async function setUp(t: Test, content: Parameters<Test["testdir"]>[0]) {
  const path = t.testdir(content);
  const secrets = createMemorySecretStore(secretFiles(path));
  const namespaces = createMemoryNamespaceStore();
  const recorder = logRecorder();
  const directory = await openDataDirectory({ path, secrets, namespaces, log: recorder.log });
  t.teardown(directory.stop);
  return { path, secrets, namespaces, directory, lines: recorder.lines };
}

t.test("what stands in the directory is read at the start", async (t) => {
  const { secrets, namespaces } = await setUp(t, {
    namespaces: { "team-a.yaml": NAMESPACE },
    secrets: { pullcred: { "creds.yml": SECRET, "notes.txt": "x", ".draft": "x" } },
  });
  t.match(await secrets.get("pullcred", "creds"), { data: { a: "b25l" } });
  t.match(await namespaces.get("team-a"), { labels: { tier: "app" } });
  t.match(await namespaces.get("other"), { labels: { "kubernetes.io/metadata.name": "other" } });
  t.match(await namespaces.list(), [{ name: "team-a" }]);
});

t.test("an empty directory, or one that does not exist, is no error", async (t) => {
  const { lines } = await setUp(t, {});
  t.same(lines, []);
});

t.test("changes are read again, and listeners hear of them", async (t) => {
  const { path, secrets, directory } = await setUp(t, { secrets: { pullcred: { "creds.yaml": SECRET } } });
  const heard: string[] = [];
  secrets.watch((namespace, name) => heard.push(`${namespace}/${name}`));
  const file = join(path, "secrets", "pullcred", "creds.yaml");
  writeFileSync(file, SECRET.replace("one", "two"));
  await directory.scan();
  t.match(await secrets.get("pullcred", "creds"), { data: { a: "dHdv" } });
  rmSync(file);
  await directory.scan();
  t.equal(await secrets.get("pullcred", "creds"), undefined);
  t.same(heard, ["pullcred/creds", "pullcred/creds"]);
});

t.test("a change is noticed without being told", async (t) => {
  const { path, secrets } = await setUp(t, {});
  const heard = new Promise<string>((resolve) => secrets.watch((_namespace, name) => resolve(name)));
  mkdirSync(join(path, "secrets", "pullcred"), { recursive: true });
  writeFileSync(join(path, "secrets", "pullcred", "creds.yaml"), SECRET);
  const alive = setInterval(() => undefined, 1_000); // watching alone does not keep the process
  t.equal(await heard, "creds");
  clearInterval(alive);
});

t.test("a manifest that goes bad is logged, and what was read before stays", async (t) => {
  const { path, secrets, directory, lines } = await setUp(t, {
    secrets: { pullcred: { "creds.yaml": SECRET } },
  });
  writeFileSync(join(path, "secrets", "pullcred", "creds.yaml"), "kind: [");
  await directory.scan();
  t.match(await secrets.get("pullcred", "creds"), { data: { a: "b25l" } });
  t.match(lines, [{ msg: "manifest refused", file: join(path, "secrets/pullcred/creds.yaml") }]);
});

t.test("a copy is written as a manifest that only the owner can read, and removed again", async (t) => {
  const { path, secrets } = await setUp(t, {});
  const copy = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "team-a", new Redacted("e30="));
  await secrets.apply(copy, undefined);
  const file = join(path, "secrets", "team-a", "harbor-pull.yaml");
  t.same(parse(readFileSync(file, "utf8")), copy);
  t.equal(statSync(file).mode & 0o777, 0o600);
  await secrets.delete(copy);
  t.throws(() => statSync(file), { code: "ENOENT" });
  await secrets.delete(copy);
});

t.test("a copy that cannot be written leaves memory as it was", async (t) => {
  const { secrets } = await setUp(t, { secrets: { "team-a": "a file where the folder should be" } });
  const copy = buildCopy({ name: "harbor", secretName: "harbor-pull" }, "team-a", new Redacted("e30="));
  await t.rejects(secrets.apply(copy, undefined), { name: "StoreError", code: "Unavailable" });
  t.equal(await secrets.get("team-a", "harbor-pull"), undefined);
});
