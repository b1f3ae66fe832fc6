// The two images that the Dockerfile begins with, made of what is on this machine, because tests fetch none: one as Docker's
// own Node image, and one as a distroless base with glibc and libstdc++.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fail, findNode } from "./toolchain.mjs";

const CA_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
/** No distroless base has it. */
const NOT_IN_BASE = /libatomic/;

/** Lays out a root file system with this machine's Node, npm and shell, and with npm set up as it is here. */
export function layOutNodeImage(folder) {
  const node = realpathSync(findNode());
  layOut(folder);
  for (const file of librariesOf(node)) copyWithLinks(file, folder);
  const local = join(folder, "usr", "local");
  mkdirSync(join(local, "bin"), { recursive: true });
  copyFileSync(node, join(local, "bin", "node"));
  copyFileSync(join(dirname(dirname(node)), "LICENSE"), join(local, "LICENSE"));
  for (const program of ["sh", "env", "mkdir", "chmod"]) {
    const file = join("/usr/bin", program);
    for (const each of [realpathSync(file), ...librariesOf(file)]) copyWithLinks(each, folder);
    if (!existsSync(join(folder, file))) symlinkSync(basename(realpathSync(file)), join(folder, file));
  }
  const command = realpathSync(findNpm());
  if (!command.endsWith("/npm/bin/npm-cli.js")) fail(`${command} is not npm's own: install npm as it comes.`);
  cpSync(dirname(dirname(command)), join(local, "lib", "node_modules", "npm"), {
    recursive: true,
    dereference: true,
  });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin", "npm"));
  const settings = askNpm("globalconfig");
  mkdirSync(join(local, "etc"));
  if (existsSync(settings)) copyFileSync(settings, join(local, "etc", "npmrc"));
}

/** Lays out a root file system without Node and without a shell. */
export function layOutBaseImage(folder) {
  layOut(folder);
  const libraries = librariesOf(realpathSync(findNode()));
  for (const file of libraries) if (!NOT_IN_BASE.test(file)) copyWithLinks(file, folder);
}

/** The npm settings of whoever runs this, for the build's secret; undefined where there are none. */
export function findUserSettings() {
  const file = askNpm("userconfig");
  return existsSync(file) ? file : undefined;
}

function layOut(folder) {
  for (const name of ["etc", "root", "tmp", "usr/bin", "usr/lib", "usr/lib64"])
    mkdirSync(join(folder, name), { recursive: true });
  // As in Debian, where what is in /lib is in /usr/lib.
  for (const name of ["bin", "lib", "lib64"]) symlinkSync(`usr/${name}`, join(folder, name));
  writeFileSync(
    join(folder, "etc", "passwd"),
    "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\n",
  );
  if (existsSync(CA_CERTIFICATES)) copyWithLinks(CA_CERTIFICATES, folder);
}

/** Copies a file to where it is here, and where it is a link, what it leads to. */
function copyWithLinks(file, folder) {
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  if (existsSync(target)) return;
  if (!lstatSync(file).isSymbolicLink()) {
    copyFileSync(file, target);
    return;
  }
  const link = readlinkSync(file);
  symlinkSync(link, target);
  copyWithLinks(resolve(dirname(file), link), folder);
}

function librariesOf(program) {
  return [...ask("ldd", program).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file]) => file);
}

/** The npm of this machine, which the project does not bring along. */
function findNpm() {
  const folder = (process.env.PATH ?? "").split(delimiter).find((each) => existsSync(join(each, "npm")));
  if (folder === undefined) fail("there is no npm on the PATH: install it.");
  return join(folder, "npm");
}

// With the Node that lies beside it: by that one's folder npm knows where its settings are. `npm run` tells its children what
// it was under the Node that it ran with.
function askNpm(setting) {
  const { npm_config_prefix, npm_config_global_prefix, npm_config_globalconfig, ...env } = process.env;
  const npm = findNpm();
  env.PATH = `${dirname(npm)}${delimiter}${env.PATH}`;
  return askIn(env, npm, "config", "get", setting);
}

function ask(command, ...args) {
  return askIn(process.env, command, ...args);
}

function askIn(env, command, ...args) {
  const { status, stdout, error } = spawnSync(command, args, { encoding: "utf8", env });
  if (error || status !== 0) fail(`could not run ${command} ${args.join(" ")}: ${error?.message ?? status}`);
  return stdout.trim();
}
