import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readInputDocuments } from "../../../src/core/import/input-document.ts";
import { ROOT } from "../../builders/cli.ts";
import { imported, noteLines } from "../../builders/imported.ts";

const MADE_UP = { username: "robot", password: "made-up" };

t.test("every example is carried over whole, into a configuration that is accepted", async (t) => {
  const files = globSync("examples/migrate/*", { cwd: ROOT });
  t.ok(files.length >= 6);
  for (const file of files) {
    const { notes, registries, yaml } = imported(readFileSync(join(ROOT, file), "utf8"));
    t.same(notes, [], file);
    t.ok(registries.length > 0, file);
    t.notMatch(yaml, /not-a-/, file);
  }
});

t.test("one stream may hold everything, in Lists and documents", async (t) => {
  const item = {
    type: "kubernetes.io/dockercfg",
    stringData: { ".dockercfg": JSON.stringify({ "a.example.com": MADE_UP }) },
  };
  const { registries, notes } = imported(
    [
      "# nothing",
      `{"kind": "SecretList", "items": [${JSON.stringify({ metadata: { name: "x", namespace: "a" }, ...item })}]}`,
      JSON.stringify({ auths: { "b.example.com": MADE_UP } }),
      "kind: CredentialProviderConfig\nproviders:\n- {name: p, matchImages: [c.example.com], defaultCacheDuration: 1m}",
    ].join("\n---\n"),
  );
  t.same(notes, []);
  t.same(
    registries.map(({ matchImages }) => matchImages),
    [["c.example.com"], ["b.example.com"], ["a.example.com"]],
  );
});

t.test("what is nothing that import knows is noted, not passed over", async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ["kind: Deployment\nmetadata: {name: web, namespace: team-a}\n", "input: Deployment team-a/web"],
    ["kind: ConfigMap\nmetadata: {name: web}\ndata: {a: b}\n", "input: ConfigMap web"],
    ["kind: ImagePullSecret\napiVersion: other/v1\n", "input"],
    ["a: b\n", "input"],
    ["a: b\n---\nc: d\n", "input: document 2"],
    ["- a\n", "input"],
    ["made-up\n", "input"],
    ["{}", "input"],
  ];
  for (const [text, path] of rows) {
    const { notes, registries } = imported(text);
    t.same([notes.at(-1)?.path, registries], [path, []], text);
  }
  t.same(imported("").notes, []);
  t.match(imported("").yaml, /registries: \[\]\n$/);
});

t.test("names are valid, unique and always the same", async (t) => {
  const names = [
    "Vault_Provider",
    "vault-provider",
    "vault.provider",
    "-",
    "x".repeat(300),
    "ünïcode",
    "/opt/bin/p",
  ];
  const providers = names.map((name) => ({
    name,
    matchImages: ["a.example.com"],
    defaultCacheDuration: "1m",
  }));
  const text = JSON.stringify({ kind: "CredentialProviderConfig", providers });
  const first = imported(text).registries.map(({ name }) => name);
  t.same(first, [
    "vault-provider",
    "vault-provider-2",
    "vault-provider-3",
    "registry",
    "x".repeat(50),
    "n-code",
    "opt-bin-p",
  ]);
  t.same(
    imported(text).registries.map(({ name }) => name),
    first,
  );
});

t.test("nothing of the input gets out of the comment that it stands in", async (t) => {
  const kind = "Secret\nregistries: []\n#";
  const text = JSON.stringify({ kind, metadata: { name: "a\u2028b\u0085c\r\nkind: Other" } });
  const { yaml, notes } = imported(text);
  t.equal(notes.length, 1);
  t.match(yaml, "Secret\\u000aregistries: []\\u000a# a\\u2028b\\u0085c\\u000d\\u000akind: Other: is nothing");
  t.equal(yaml.match(/^registries:/gm)?.length, 1);
});

t.test("many places are told in short", async (t) => {
  const items = Array.from({ length: 14 }, (_, index) => ({
    kind: "Secret",
    metadata: { name: "regcred", namespace: `team-${index + 10}` },
    type: "kubernetes.io/dockercfg",
    stringData: { ".dockercfg": JSON.stringify({ "a.example.com": MADE_UP }) },
  }));
  const { yaml, registries } = imported(JSON.stringify({ kind: "List", items }));
  t.equal(yaml.match(/# from input/g)?.length, 10);
  t.match(yaml, "# and from 4 more\n");
  t.equal(registries[0]?.namespaces?.include?.length, 14);
});

t.test("text that is no YAML is refused with its place, and no password of a key is quoted", async (t) => {
  t.same(readInputDocuments("input", "a: [\n"), {
    ok: false,
    problems: [{ line: 2, column: 1, message: readProblem("a: [\n") }],
  });
  const key = '"https://bob:made-up@a.example.com"';
  const message = readProblem(`{"auths": {${key}: {}, ${key}: {}}}`);
  t.equal(message, 'the key "a.example.com" stands twice in one mapping: remove one');
});

function readProblem(text: string): string {
  const read = readInputDocuments("input", text);
  return read.ok ? "" : (read.problems[0]?.message ?? "");
}

t.test("a note names the file, the object and the field", async (t) => {
  const text =
    "kind: ImagePullSecret\napiVersion: tcr.tencentcloudcr.com/v1\nmetadata: {name: a}\nspec: {}\n";
  t.same(noteLines(imported(text)), ["input: ImagePullSecret a: spec.docker: must be an object"]);
});
