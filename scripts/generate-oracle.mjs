// Asks the real Go code (test/oracle) again and rewrites test/fixtures/oracle; --check only says whether that would
// change anything. Needs Go and its module proxy, which is why `npm test` reads the committed fixtures instead.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, root } from "./lib/toolchain.mjs";

const oracle = join(root, "test", "oracle");
const fixtures = join(root, "test", "fixtures", "oracle");
const check = process.argv.includes("--check");

const fresh = mkdtempSync(join(tmpdir(), "pullcred-oracle-"));
try {
  const result = spawnSync("go", ["run", ".", join(oracle, "cases"), fresh], {
    cwd: oracle,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (result.error)
    fail(`could not run go: ${result.error.message}. Install the Go that test/oracle/go.mod names.`);
  if (result.status !== 0) fail("could not run the oracle: see Go's message above.");

  const changed = readdirSync(fresh).filter((file) => read(join(fresh, file)) !== read(join(fixtures, file)));
  if (check && changed.length > 0) {
    process.exitCode = 1;
    process.stderr.write(
      `test/fixtures/oracle is not what the Go code says: ${changed.join(", ")}.\n` +
        "Run `node scripts/generate-oracle.mjs`, look at the difference, and commit it.\n",
    );
  }
  if (!check) for (const file of changed) writeFileSync(join(fixtures, file), read(join(fresh, file)));
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
