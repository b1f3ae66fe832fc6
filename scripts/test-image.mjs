// npm run test:image: builds the image as the Dockerfile says and starts what came of it, all tests or the files named.
// It needs root on Debian, and no container engine or registry: buildah builds from base images that are made here.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureControlPlane } from "./control-plane.mjs";
import { findUserSettings, layOutBaseImage, layOutNodeImage } from "./lib/base-images.mjs";
import { ensureDebianPackages } from "./lib/debian-packages.mjs";
import { ensureInstalled, fail, findNode, root, run } from "./lib/toolchain.mjs";

if (process.getuid?.() !== 0) fail("the image tests mount and start containers: run them as root on Linux.");
ensureInstalled();
ensureDebianPackages(["buildah"], "the image tests need");
const controlPlane = ensureControlPlane();
const folder = mkdtempSync(join(tmpdir(), "pullcred-image-"));
let code = 1;
try {
  code = test(buildImage());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

/** What the tests find in PULLCRED_TEST_IMAGE: the file systems of the image and of its base, the image's settings, a bundle. */
function buildImage() {
  const node = buildFromScratch("node", layOutNodeImage);
  const base = buildFromScratch("base", layOutBaseImage);
  const settings = findUserSettings();
  build(
    "pullcred",
    ...["--build-arg", `NODE_IMAGE=${node}`, "--build-arg", `BASE_IMAGE=${base}`],
    ...(settings === undefined ? [] : ["--secret", `id=npmrc,src=${settings}`]),
    root,
  );
  const inspected = JSON.parse(buildah("inspect", "--type", "image", "pullcred"));
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify(inspected.OCIv1.config));
  const bundle = join(folder, "bundle");
  if (run(process.execPath, [join(root, "scripts", "bundle.mjs"), bundle]) !== 0)
    fail("could not bundle src: see above.");
  return { rootFolder: mount("pullcred"), baseFolder: join(folder, "base"), config, bundle };
}

function test(image) {
  process.env.PULLCRED_TEST_CONTROL_PLANE = controlPlane;
  process.env.PULLCRED_TEST_IMAGE = JSON.stringify(image);
  // The commands' own tests run the bundle instead of the sources.
  process.env.PULLCRED_TEST_MAIN = join(image.bundle, "main.mjs");
  const list = (name, end) =>
    readdirSync(join(root, "test", name))
      .filter((file) => file.endsWith(end))
      .map((file) => join("test", name, file));
  const named = process.argv.slice(2);
  const files = named.length > 0 ? named : [...list("image", ".image.ts"), ...list("cli", ".test.ts")];
  const includes = ["--include=test/image/*.image.ts", "--include=test/cli/*.test.ts"];
  const script = join(root, "scripts", "test.mjs");
  return run(findNode(), [script, ...includes, "--jobs=1", "--timeout=240", ...files]);
}

function buildFromScratch(name, layOut) {
  const context = join(folder, name);
  mkdirSync(context);
  layOut(context);
  const file = join(folder, `${name}.Dockerfile`);
  writeFileSync(file, "FROM scratch\nENV PATH=/usr/local/bin:/usr/bin\nCOPY . /\n");
  build(`pullcred-${name}`, "--file", file, context);
  return `localhost/pullcred-${name}`;
}

function build(name, ...args) {
  buildah("bud", "--isolation", "chroot", "--pull-never", "--tag", name, ...args);
}

function mount(name) {
  return buildah("mount", buildah("from", "--pull-never", name));
}

function buildah(...args) {
  const storage = [
    "--storage-driver",
    "vfs",
    "--root",
    join(folder, "storage"),
    "--runroot",
    join(folder, "run"),
  ];
  const { status, stdout, error } = spawnSync("buildah", [...storage, ...args], {
    encoding: "utf8",
    maxBuffer: 1e9,
    stdio: ["ignore", "pipe", process.stderr],
  });
  if (error || status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    fail(`buildah ${args[0]} failed: see above.`);
  }
  if (args[0] === "bud") process.stderr.write(stdout);
  return stdout.trim();
}
