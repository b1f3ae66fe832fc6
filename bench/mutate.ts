// Throughput and latency of /mutate against a bare Fastify in the same run: `npm run bench`. With --metrics-cost: the CPU
// time of a request with and without metrics.
import { parseArgs } from "node:util";
import { makeReview } from "./lib/fixtures.ts";
import { type LoadResult, sendLoad } from "./lib/load.ts";
import { median } from "./lib/median.ts";
import { measureMetricsCost } from "./lib/metrics-cost.ts";
import { type RunningServer, startBare, startPullcred } from "./lib/servers.ts";

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    "metrics-cost": { type: "boolean", default: false },
    servers: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    milliseconds: { type: "string", default: "1500" },
    mappings: { type: "string", default: "1,100,1000" },
    containers: { type: "string", default: "1,20" },
    connections: { type: "string", default: "1,8,32" },
  },
});
// --smoke shows that the benchmark works, quickly; its numbers mean nothing.
const { servers, rounds, duration, warmUpRequests, grid } = values.smoke
  ? {
      servers: 1,
      rounds: 1,
      duration: 50,
      warmUpRequests: 50,
      grid: { mappings: [1], containers: [1], connections: [2] },
    }
  : {
      servers: Number(values.servers),
      rounds: Number(values.rounds),
      duration: Number(values.milliseconds),
      warmUpRequests: 10_000,
      grid: {
        mappings: numbers(values.mappings),
        containers: numbers(values.containers),
        connections: numbers(values.connections),
      },
    };

if (values["metrics-cost"]) {
  const requests = values.smoke ? 50 : 2_000;
  await measureMetricsCost({ servers, requests, rounds, warmUpRequests, mappings: 100, connections: 8 });
} else await compareAll();

type Servers = { readonly bare: RunningServer; readonly pullcred: RunningServer };
type Round = { readonly bare: LoadResult; readonly pullcred: LoadResult };

async function compareAll(): Promise<void> {
  process.stdout.write(
    "| mappings | containers | connections | bare req/s | pullcred req/s | ratio | bare p50/p99 ms | pullcred p50/p99 ms |\n" +
      "|---:|---:|---:|---:|---:|---:|---:|---:|\n",
  );
  const rows = grid.containers.flatMap((containers) =>
    grid.connections.map((connections) => ({ containers, connections })),
  );
  for (const mappings of grid.mappings) {
    const results = rows.map((row) => ({ ...row, rounds: [] as Round[] }));
    for (let start = 0; start < servers; start++) {
      // Both anew, so that V8 has had the same time to optimise each.
      const pair = { bare: await startBare(), pullcred: await startPullcred(mappings) };
      for (const row of results) {
        row.rounds.push(...(await compare(pair, mappings, row.containers, row.connections)));
      }
      await pair.pullcred.stop();
      await pair.bare.stop();
    }
    for (const row of results) print(mappings, row.containers, row.connections, row.rounds);
  }
}

/** Alternates short rounds of both servers, because the machine's speed drifts. */
async function compare(
  { bare, pullcred }: Servers,
  mappings: number,
  containers: number,
  connections: number,
): Promise<readonly Round[]> {
  const bodies = Array.from({ length: 64 }, (_, index) =>
    makeReview(containers, `team-${index % 16}`, (index * 7_919) % mappings, index),
  );
  for (const server of [bare, pullcred]) await warmUp(server, connections, bodies);
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    results.push({
      bare: await measure(bare, connections, bodies),
      pullcred: await measure(pullcred, connections, bodies),
    });
  }
  return results;
}

/** Prints a row of medians. */
function print(mappings: number, containers: number, connections: number, results: readonly Round[]): void {
  const of = (pick: (result: Round) => number): number => median(results.map(pick));
  const cells = [
    mappings,
    containers,
    connections,
    of((result) => result.bare.rate).toFixed(0),
    of((result) => result.pullcred.rate).toFixed(0),
    of((result) => result.pullcred.rate / result.bare.rate).toFixed(2),
    `${of((result) => result.bare.p50).toFixed(2)}/${of((result) => result.bare.p99).toFixed(2)}`,
    `${of((result) => result.pullcred.p50).toFixed(2)}/${of((result) => result.pullcred.p99).toFixed(2)}`,
  ];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}

function measure(server: RunningServer, connections: number, bodies: readonly Buffer[]): Promise<LoadResult> {
  return sendLoad({ port: server.port, ca: server.ca, connections, duration, nextBody: inTurns(bodies) });
}

/** Until the code that answers is optimised. */
async function warmUp(server: RunningServer, connections: number, bodies: readonly Buffer[]): Promise<void> {
  await sendLoad({
    port: server.port,
    ca: server.ca,
    connections,
    requests: warmUpRequests,
    nextBody: inTurns(bodies),
  });
}

function inTurns(bodies: readonly Buffer[]): () => Buffer {
  let next = 0;
  return () => bodies[next++ % bodies.length] ?? Buffer.alloc(0);
}

function numbers(list: string): readonly number[] {
  return list.split(",").map(Number);
}
