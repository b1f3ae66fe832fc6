// Whoever hands out a bundle hands out the packages in it, whose licences want to be told.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, root } from "./toolchain.mjs";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
const LINE = "-".repeat(80);

/**
 * The text of THIRD-PARTY-NOTICES: each package of which something stands in these outputs of esbuild, with its licence.
 *
 * @param {Record<string, {inputs: Record<string, {bytesInOutput: number}>}>} outputs
 */
export function describeThirdParties(outputs) {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const used = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => packageFolder(path));
  const folders = [...new Set(used)].filter((folder) => folder !== undefined);
  // One package can be there twice, in one version or in two.
  const notices = new Set(folders.map(describePackage).toSorted());
  return `pullcred contains what follows.\n\n${[...notices].join("\n")}`;
}

function packageFolder(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
}

function describePackage(path) {
  const folder = join(root, path);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof license !== "string") fail(`could not find the licence of ${name}, which the bundle contains.`);
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.toSorted().map((file) => `${readFileSync(join(folder, file), "utf8").trim()}\n`);
  return [`${LINE}\n${name} ${version} (${license})\n${LINE}\n`, ...texts].join("\n");
}
