import { makeReview } from "./fixtures.ts";
import { sendLoad } from "./load.ts";
import { median, quantile } from "./median.ts";
import { type SwitchedServer, startSwitched } from "./servers.ts";

/** How much is measured: so many servers, one after the other, each for so many rounds of so many requests. */
export type MetricsCostOptions = {
  readonly servers: number;
  readonly rounds: number;
  readonly requests: number;
  readonly warmUpRequests: number;
  readonly mappings: number;
  readonly connections: number;
};

/** Microseconds of CPU time a request. */
type Round = { readonly counting: number; readonly silent: number };

const SCRAPES = 50;

/**
 * Compares the CPU time of a request with and without metrics. It is CPU time because the clock on the wall would tell of
 * the machine's other work, and the same process that is switched because two of the same program differ by more than this.
 */
export async function measureMetricsCost(options: MetricsCostOptions): Promise<void> {
  process.stdout.write(
    "| server | with µs/request | without µs/request | ratio | a scrape ms |\n|---:|---:|---:|---:|---:|\n",
  );
  const ratios: number[] = [];
  for (let index = 1; index <= options.servers; index++) {
    const server = await startSwitched(options.mappings);
    const rounds = await measureRounds(server, options);
    const scrape = await measureScrape(server);
    await server.stop();
    const ofThis = rounds.map(({ counting, silent }) => counting / silent);
    ratios.push(...ofThis);
    const cells = [
      index,
      median(rounds.map(({ counting }) => counting)).toFixed(1),
      median(rounds.map(({ silent }) => silent)).toFixed(1),
      median(ofThis).toFixed(3),
      scrape.toFixed(2),
    ];
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
  }
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(3));
  process.stdout.write(
    `ratio of ${ratios.length} rounds: median ${middle}, half of them from ${low} to ${high}\n`,
  );
}

async function measureRounds(server: SwitchedServer, options: MetricsCostOptions): Promise<readonly Round[]> {
  const bodies = Array.from({ length: 64 }, (_, index) =>
    makeReview(1, `team-${index % 16}`, (index * 7_919) % options.mappings, index),
  );
  const measure = async (isOn: boolean, requests: number): Promise<number> => {
    let next = 0;
    const nextBody = (): Buffer => bodies[next++ % bodies.length] ?? Buffer.alloc(0);
    const before = await server.switchMetrics(isOn);
    await sendLoad({ ...server, connections: options.connections, requests, nextBody });
    return ((await server.switchMetrics(isOn)) - before) / requests;
  };
  for (const isOn of [true, false]) await measure(isOn, options.warmUpRequests);
  const rounds: Round[] = [];
  for (let round = 0; round < options.rounds; round++) {
    // Who goes first changes, so that a drift of the machine favours nobody.
    if (round % 2 === 0) {
      const counting = await measure(true, options.requests);
      rounds.push({ counting, silent: await measure(false, options.requests) });
    } else {
      const silent = await measure(false, options.requests);
      rounds.push({ counting: await measure(true, options.requests), silent });
    }
  }
  return rounds;
}

/** Milliseconds of CPU time that a reading of the metrics takes. */
async function measureScrape(server: SwitchedServer): Promise<number> {
  const before = await server.switchMetrics(true);
  for (let scrape = 0; scrape < SCRAPES; scrape++) await (await fetch(`${server.metricsUrl}/metrics`)).text();
  return ((await server.switchMetrics(true)) - before) / SCRAPES / 1_000;
}
