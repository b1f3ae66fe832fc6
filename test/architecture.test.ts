import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const SRC = fileURLToPath(new URL("../src", import.meta.url));

/** What each ring may import of the project; docs/adr/0002 says why. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: ["core"],
  adapters: ["core", "adapters"],
  controllers: ["core", "adapters", "controllers"],
  server: ["core", "adapters", "server"],
  cli: ["core", "adapters", "controllers", "server", "cli"],
  "main.ts": ["cli"],
};
/** The packages that compute only, which the core may use. */
const PURE_PACKAGES = ["fast-json-patch", "fastest-levenshtein", "jsonc-parser", "typebox", "yaml"];
/** What makes a function depend on more than its arguments. */
const IMPURE =
  /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|process\.|console\.|fetch\(|performance\.)/;

type Import = { readonly file: string; readonly ring: string; readonly specifier: string };

function ringOf(file: string): string {
  return relative(SRC, file).split("/")[0] ?? "";
}

function importsOf(file: string, text: string): readonly Import[] {
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()"([^"]+)"/g);
  return [...found].map(([, specifier = ""]) => ({
    file: relative(SRC, file),
    ring: ringOf(file),
    specifier,
  }));
}

/** The imports that break the law. */
function findBreaches(imports: readonly Import[]): readonly string[] {
  return imports
    .filter(({ file, ring, specifier }) => {
      if (specifier.startsWith(".")) {
        return !ALLOWED[ring]?.includes(ringOf(join(SRC, dirname(file), specifier)));
      }
      if (ring !== "core") return false;
      return !PURE_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    })
    .map(({ file, specifier }) => `${file} imports ${specifier}`);
}

const sources = globSync(join(SRC, "**/*.ts")).map((file) => ({ file, text: readFileSync(file, "utf8") }));

t.test("no ring imports what is to its right, and the core imports nothing that does I/O", async (t) => {
  const imports = sources.flatMap(({ file, text }) => importsOf(file, text));
  t.ok(imports.length > 100, "the imports are found");
  t.same(findBreaches(imports), []);
});

t.test("a breach would be found", async (t) => {
  const breaches = [
    ["core/a.ts", 'import { b } from "../adapters/b.ts";'],
    ["core/a/b.ts", 'import { readFile } from "node:fs";'],
    ["core/a/b.ts", 'const { x } = await import("fastify");'],
    ["server/a.ts", 'import type { B } from "../controllers/b.ts";'],
    ["controllers/a.ts", 'export { b } from "../server/b.ts";'],
    ["adapters/x/a.ts", 'import "../../cli/b.ts";'],
  ] as const;
  for (const [file, text] of breaches) {
    t.equal(findBreaches(importsOf(join(SRC, file), text)).length, 1, `${file}: ${text}`);
  }
});

t.test("the core is pure: no clock, chance, process, console or network", async (t) => {
  const impure = sources.filter(
    ({ file, text }) => ringOf(file) === "core" && IMPURE.test(withoutComments(text)),
  );
  t.same(
    impure.map(({ file }) => relative(SRC, file)),
    [],
  );
});

t.test("only the command line reads arguments and the environment", async (t) => {
  const readers = sources.filter(({ text }) => /process\.(argv|env)\b/.test(withoutComments(text)));
  t.same(
    readers.map(({ file }) => ringOf(file)).filter((ring) => ring !== "cli" && ring !== "main.ts"),
    [],
  );
});

t.test("the Kubernetes client, which takes a second to import, is loaded by its adapter only", async (t) => {
  const importers = sources.flatMap(({ file, text }) => importsOf(file, text));
  t.same(
    importers.filter(
      ({ specifier, file }) => specifier.startsWith("@kubernetes/") && !file.startsWith("adapters/kube/"),
    ),
    [],
  );
});

t.test("a file's name says what is in it", async (t) => {
  t.same(
    sources
      .map(({ file }) => relative(SRC, file))
      .filter((file) => /(^|\/)(utils?|helpers?|common|index)\.ts$/.test(file)),
    [],
  );
});

t.test("a file is short enough to be read at once", async (t) => {
  t.same(
    sources.filter(({ text }) => text.split("\n").length > 250).map(({ file }) => relative(SRC, file)),
    [],
  );
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
