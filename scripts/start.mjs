// npm start: installs what is missing and serves the sample config standalone, with the line to try.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { ensureInstalled, findNode, root, standInFor } from "./lib/toolchain.mjs";

ensureInstalled();

// A copy, because pullcred writes into its data directory.
const sample = join("examples", "standalone");
const dataDir = join(".cache", "start");
rmSync(join(root, dataDir), { recursive: true, force: true });
mkdirSync(join(root, dataDir), { recursive: true });
cpSync(join(root, sample, "data"), join(root, dataDir), { recursive: true });

const server = standInFor(() =>
  spawn(
    findNode(),
    [
      join(root, "src", "main.ts"),
      "serve",
      ...["--standalone", "--config", join(sample, "config.yaml"), "--data-dir", dataDir],
      ...["--listen", "127.0.0.1:8443", "--metrics-listen", "127.0.0.1:9090", "--output", "json"],
      ...process.argv.slice(2), // for example `npm start -- --listen 127.0.0.1:9443`
    ],
    { cwd: root, stdio: ["inherit", "pipe", "inherit"] },
  ),
);

createInterface({ input: server.stdout }).once("line", (line) => {
  const { url, metricsUrl, ca } = JSON.parse(line);
  process.stdout.write(`
pullcred serves ${join(sample, "config.yaml")} without a cluster. In another terminal, send it a Pod:

  curl --cacert ${relative(root, ca)} -H 'Content-Type: application/json' \\
    --data @${join(sample, "review.json")} ${url}

The answer's "patch" is a JSON Patch in base64 that adds the pull secret harbor-pull to the Pod, and the Secret
then stands in the Pod's namespace:

  cat ${join(dataDir, "secrets", "team-a", "harbor-pull.yaml")}

Metrics: ${metricsUrl}/metrics    Stop: Ctrl-C
`);
});
