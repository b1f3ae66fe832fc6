import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { openDataDirectory } from "../../../src/adapters/standalone/data-directory.ts";
import { createMemoryNamespaceStore } from "../../../src/adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import { secretFiles } from "../../../src/adapters/standalone/secret-files.ts";
import { buildCopy, isManaged } from "../../../src/core/copy/copy.ts";
import { ensureCopy, type WantedCopy } from "../../../src/core/copy/ensure-copy.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import { logRecorder } from "../../builders/log-recorder.ts";

const HARBOR = { name: "harbor", secretName: "harbor-pull" };
const COPY = buildCopy(HARBOR, "team-a", new Redacted("e30="));
const OTHER_COPY = buildCopy(HARBOR, "team-a", new Redacted("b3RoZXI="));
const FOREIGN_TEXT = "apiVersion: v1\nkind: Secret\nmetadata: {name: harbor-pull}\ndata: {a: b25l}\n";
const WANTED: WantedCopy = {
  mapping: HARBOR,
  namespace: "team-a",
  origin: { kind: "ready", dockerConfigJson: new Redacted("e30=") },
  owner: { kind: "none" },
};

/** A store over a directory that is read only when a test says so. */
async function setUp(t: Test, text?: string) {
  const path = t.testdir({});
  const file = join(path, "secrets", "team-a", "harbor-pull.yaml");
  const put = (content: string): void => {
    mkdirSync(join(path, "secrets", "team-a"), { recursive: true });
    writeFileSync(file, content);
  };
  if (text !== undefined) put(text);
  const secrets = createMemorySecretStore(secretFiles(path));
  const { log, lines } = logRecorder();
  const namespaces = createMemoryNamespaceStore();
  const directory = await openDataDirectory({ path, secrets, namespaces, log });
  t.teardown(directory.stop);
  const heard: string[] = [];
  secrets.watch((namespace, name) => heard.push(`${namespace}/${name}`));
  return { secrets, directory, heard, lines, put, read: () => readFileSync(file, "utf8"), file };
}

t.test("a Secret that cannot be read is somebody's all the same: it is never overwritten", async (t) => {
  for (const text of ["kind: [", "", "apiVersion: v1\nkind: Secret\nmetadata: {name: other}\n"]) {
    const { secrets, read } = await setUp(t, text);
    const present = await secrets.get("team-a", "harbor-pull");
    t.ok(present !== undefined && !isManaged(present), "it stands there, and is foreign");
    t.equal(present?.data, undefined, "nothing is known of it");
    t.same(await ensureCopy(secrets, WANTED, "all"), { result: "ForeignSecret" });
    t.equal(read(), text);
  }
});

t.test("a Secret that could not be read and goes makes room for the copy", async (t) => {
  const { secrets, directory, file } = await setUp(t, "kind: [");
  rmSync(file);
  await directory.scan();
  t.equal(secrets.peek("team-a", "harbor-pull"), undefined);
  t.same(await ensureCopy(secrets, WANTED, "all"), { result: "CopyWritten" });
});

t.test("a copy that pullcred wrote and that is deleted from the disk is noticed", async (t) => {
  const { secrets, directory, heard, file } = await setUp(t);
  await secrets.apply(COPY, undefined);
  await directory.scan();
  t.match(secrets.peek("team-a", "harbor-pull"), COPY);
  heard.length = 0;
  rmSync(file);
  await directory.scan();
  t.equal(secrets.peek("team-a", "harbor-pull"), undefined);
  t.same(heard, ["team-a/harbor-pull"]);
});

t.test("a file that came since the last look is a conflict, not overwritten", async (t) => {
  const { secrets, put, read } = await setUp(t);
  put(FOREIGN_TEXT);
  await t.rejects(secrets.apply(COPY, undefined), { name: "StoreError", code: "Conflict" });
  t.equal(read(), FOREIGN_TEXT);
  t.same(await ensureCopy(secrets, WANTED, "all"), { result: "ForeignSecret" });
  t.equal(read(), FOREIGN_TEXT);
});

t.test("a foreign file that took the place of a copy is neither overwritten nor deleted", async (t) => {
  const { secrets, put, read } = await setUp(t);
  await secrets.apply(COPY, undefined);
  put(FOREIGN_TEXT);
  await t.rejects(secrets.apply(OTHER_COPY, COPY), { name: "StoreError", code: "Conflict" });
  await t.rejects(secrets.delete(COPY), { name: "StoreError", code: "Conflict" });
  t.equal(read(), FOREIGN_TEXT);
});

t.test("`look` goes past memory, and what it finds is known from then on", async (t) => {
  const { secrets, put, heard } = await setUp(t);
  put(FOREIGN_TEXT);
  t.equal(await secrets.get("team-a", "harbor-pull"), undefined);
  t.match(await secrets.look("team-a", "harbor-pull"), { data: { a: "b25l" } });
  t.match(await secrets.get("team-a", "harbor-pull"), { data: { a: "b25l" } });
  t.same(heard, ["team-a/harbor-pull"]);
});

t.test("in memory alone the same rules hold", async (t) => {
  const secrets = createMemorySecretStore();
  const foreign = { ...COPY, metadata: { name: "harbor-pull", namespace: "team-a" } };
  secrets.load("team-a", "harbor-pull", foreign);
  for (const seen of [undefined, COPY]) {
    await t.rejects(secrets.apply(COPY, seen), { name: "StoreError", code: "Conflict" });
  }
  await t.rejects(secrets.delete(COPY), { name: "StoreError", code: "Conflict" });
  t.same(await secrets.look("team-a", "harbor-pull"), foreign);
  secrets.load("team-a", "harbor-pull", undefined);
  await secrets.delete(COPY);
  await secrets.apply(COPY, undefined);
  t.same(secrets.list("harbor-pull"), [COPY]);
  t.same(secrets.list("other"), []);
});
