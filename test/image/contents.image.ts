import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import t from "tap";
import { ROOT } from "../builders/cli.ts";
import { builtImage } from "./lib/image.ts";

const { rootFolder, baseFolder, bundle, config } = builtImage();
const { version, optionalDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const DOCKERFILE = readFileSync(join(ROOT, "Dockerfile"), "utf8");
/** What comes with Node, which is 150 MB by itself. */
const BUNDLE_LIMIT_BYTES = 6e6;

/** The paths of all files and links below a folder; what is reached by a link, such as /lib, counts once. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && realpathSync(entry.parentPath) === entry.parentPath)
    .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name))}`);
}

function digestOf(folder: string): readonly string[] {
  return filesIn(folder)
    .map((file) => {
      const digest = createHash("sha256").update(readFileSync(join(folder, file)));
      return `${file} ${digest.digest("hex")}`;
    })
    .toSorted();
}

const base = new Set(filesIn(baseFolder));
const added = filesIn(rootFolder).filter((file) => !base.has(file));

t.test("to its base the image adds Node, the bundle, and their licences", async (t) => {
  const beside = added.filter((file) => !file.startsWith("/opt/pullcred/"));
  t.same(
    new Set(beside.map((file) => file.replace(/\.so.*/, ".so"))),
    new Set([
      "/usr/local/LICENSE",
      "/usr/local/bin/node",
      "/usr/local/bin/pullcred",
      "/usr/lib/libatomic.so",
    ]),
  );
  const ours = added.filter((file) => file.startsWith("/opt/pullcred/"));
  t.same(
    ours.filter((file) => !/^\/opt\/pullcred\/([\w-]+\.mjs|LICENSE|THIRD-PARTY-NOTICES)$/.test(file)),
    [],
    "no sources, packages or tests",
  );
  t.ok(ours.includes("/opt/pullcred/main.mjs"));
  const bytes = ours.reduce((sum, file) => sum + lstatSync(join(rootFolder, file)).size, 0);
  t.ok(bytes < BUNDLE_LIMIT_BYTES, `${bytes} bytes`);
});

t.test("there is no shell, and nobody but root can write what was added", async (t) => {
  t.same(
    filesIn(rootFolder).filter((file) => /\/(sh|bash|dash|ash|busybox|npm|env)$/.test(file)),
    [],
  );
  for (const file of added) {
    const { uid, gid, mode } = lstatSync(join(rootFolder, file));
    t.same({ uid, gid }, { uid: 0, gid: 0 }, file);
    if (!lstatSync(join(rootFolder, file)).isSymbolicLink()) t.equal(mode & 0o7022, 0, file);
  }
});

t.test("the bundle is the same wherever it is built", async (t) => {
  t.same(digestOf(join(rootFolder, "opt", "pullcred")), digestOf(bundle));
});

t.test("the licences of all that is bundled are told, and of nothing else", async (t) => {
  const notices = readFileSync(join(rootFolder, "opt", "pullcred", "THIRD-PARTY-NOTICES"), "utf8");
  for (const name of ["fastify", "pino", "yaml", "commander", "@kubernetes/client-node"]) {
    t.match(notices, new RegExp(`^${name} \\d.* \\(.+\\)$`, "m"));
  }
  t.notMatch(notices, /^(tap|typescript|esbuild|@biomejs\/biome) \d/m);
});

t.test("it runs as a user that kubelet sees not to be root", async (t) => {
  t.match(config, { User: "65532:65532", Entrypoint: ["/usr/local/bin/pullcred"] });
  t.equal(config.Labels["org.opencontainers.image.version"], version);
});

t.test("it has the Node that the tests ran on", async (t) => {
  const pinned = new Set(Object.values<string>(optionalDependencies));
  t.equal(pinned.size, 1);
  for (const node of pinned) t.match(DOCKERFILE, `/node:${node}-`);
});
