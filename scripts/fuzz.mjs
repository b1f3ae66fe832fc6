// npm run fuzz: every property with 100,000 runs, the slow ones with 20,000, or as many as FUZZ_RUNS says.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./lib/toolchain.mjs";

process.env.FUZZ_RUNS ??= "100000";
const files = readdirSync(join(root, "test", "fuzz"))
  .filter((name) => name.endsWith(".fuzz.ts"))
  .map((name) => join("test", "fuzz", name));
process.exit(run(process.execPath, [join(root, "scripts", "test.mjs"), "--timeout=0", ...files]));
