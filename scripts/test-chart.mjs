// npm run test:chart: renders the chart by helm and looks at what it makes, all tests or the files named.
import { spawnSync } from "node:child_process";
import { ensureHelm } from "./helm.mjs";
import { ensureDebianPackages } from "./lib/debian-packages.mjs";
import { runLane } from "./lib/run-lane.mjs";
import { ensureInstalled } from "./lib/toolchain.mjs";

ensureInstalled();
if (spawnSync("promtool", ["--version"]).error) {
  ensureDebianPackages(["prometheus"], "The alerts are checked by promtool, which needs");
}
process.env.PULLCRED_TEST_HELM = ensureHelm();
runLane("chart", 240, 2);
