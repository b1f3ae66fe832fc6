// Memory of the webhook over a million reviews of ever new Pods: `node bench/memory.ts`.
import { parseArgs } from "node:util";
import { makeReview } from "./lib/fixtures.ts";
import { sendLoad } from "./lib/load.ts";
import { startPullcred } from "./lib/servers.ts";

const { values } = parseArgs({ options: { reviews: { type: "string", default: "1000000" } } });
const total = Number(values.reviews);
const STEPS = 20;
const MAPPINGS = 100;
const NAMESPACES = 50;

const server = await startPullcred(MAPPINGS);
let serial = 0;
process.stdout.write("| reviews | RSS MiB |\n|---:|---:|\n");
process.stdout.write(`| 0 | ${server.memory().toFixed(0)} |\n`);
for (let step = 1; step <= STEPS; step++) {
  await sendLoad({
    port: server.port,
    ca: server.ca,
    connections: 8,
    requests: total / STEPS,
    nextBody: () => makeReview(1, `team-${serial % NAMESPACES}`, serial % MAPPINGS, serial++),
  });
  process.stdout.write(`| ${(total / STEPS) * step} | ${server.memory().toFixed(0)} |\n`);
}
await server.stop();
