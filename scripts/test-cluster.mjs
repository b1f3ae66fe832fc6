// npm run test:cluster: the tests that need a real control plane, all of them or the files named.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureControlPlane } from "./control-plane.mjs";
import { ensureInstalled, findNode, root, run } from "./lib/toolchain.mjs";

ensureInstalled();
process.env.PULLCRED_TEST_CONTROL_PLANE = ensureControlPlane();
const folder = join("test", "cluster");
const all = readdirSync(join(root, folder)).filter((name) => name.endsWith(".cluster.ts"));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : all.map((name) => join(folder, name));
process.exit(
  run(findNode(), [
    join(root, "scripts", "test.mjs"),
    "--include=test/cluster/*.cluster.ts",
    "--jobs=1",
    "--timeout=240",
    ...files,
  ]),
);
