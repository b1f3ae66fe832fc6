// npm run bundle [-- FOLDER]: src and the packages that it imports in a few files that plain Node runs, as the image has
// them. The same sources and the same lock file give the same bytes.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { describeThirdParties } from "./lib/third-party-notices.mjs";
import { fail, root } from "./lib/toolchain.mjs";

const out = resolve(process.argv[2] ?? join(root, "dist"));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const CLIENT = "@kubernetes/client-node";

/** CommonJS packages call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** There is no package.json beside the bundle. */
const knownVersion = {
  name: "known-version",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]src[\\/]cli[\\/]version\.ts$/ }, () => ({
      contents: `export function readVersion() { return ${JSON.stringify(version)}; }`,
    })),
};

/**
 * client-node's modules only define things, so that those which nobody uses can be left out: 15 MB of API objects for the
 * class that reads a kubeconfig. Its package.json does not say so.
 */
const leanClient = {
  name: "lean-client",
  setup: ({ onResolve, resolve: find }) =>
    onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === leanClient || !importer.includes(`node_modules/${CLIENT}/`)) return undefined;
      return {
        ...(await find(path, { importer, resolveDir, kind, pluginData: leanClient })),
        sideEffects: false,
      };
    }),
};

const { outputFiles, metafile, warnings } = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir: out,
  outExtension: { ".js": ".mjs" }, // ES modules without a package.json that says so
  bundle: true,
  splitting: true, // what is imported when it is needed stays a file of its own
  format: "esm",
  platform: "node",
  target: "node24",
  minifySyntax: true, // and nothing else: the names and the lines of a stack trace should still be read
  legalComments: "none", // all licences stand in THIRD-PARTY-NOTICES
  banner: { js: REQUIRE },
  alias: {
    [CLIENT]: `${CLIENT}/dist/config.js`,
    // Its main file asks for its parts by names that no bundler sees.
    "jsonc-parser": "jsonc-parser/lib/esm/main.js",
  },
  plugins: [knownVersion, leanClient],
  metafile: true,
  write: false,
  logLevel: "warning",
});
if (warnings.length > 0) fail("could not bundle src/main.ts: see the warnings above.");
const problems = [...findUnbundled(metafile), ...findBrokenImports(metafile)];
if (problems.length > 0) fail(`could not bundle src/main.ts:\n${problems.join("\n")}`);

rmSync(out, { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
writeFileSync(join(out, "THIRD-PARTY-NOTICES"), describeThirdParties(metafile.outputs));
copyFileSync(join(root, "LICENSE"), join(out, "LICENSE"));

const bytes = outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
process.stdout.write(`${out}: ${outputFiles.length} files, ${(bytes / 1e6).toFixed(1)} MB\n`);

/** What would be looked for in a node_modules that is not there. */
function findUnbundled({ outputs }) {
  return Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !path.startsWith("node:") && !isBuiltin(path))
    .map(({ path }) => `${path} was not found`);
}

/** By `import()`, Node gives the names that a CommonJS package exports; a bundle has nothing but its default. */
function findBrokenImports({ inputs }) {
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ kind, path }) => kind === "dynamic-import" && inputs[path]?.format === "cjs")
      .map(({ original }) => `${file}: import("${original}") is of a CommonJS package: import it statically`),
  );
}
