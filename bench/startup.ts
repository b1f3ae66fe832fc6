// What the bundle saves at start and at rest: `npm run bench:startup`, with --cluster on a real API server.
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { median } from "./lib/median.ts";
import { startInCluster } from "./lib/startup-cluster.ts";
import { type Form, makeForms, type StartForm } from "./lib/startup-forms.ts";
import { startStandalone } from "./lib/startup-standalone.ts";

const { values } = parseArgs({
  options: {
    // Shows that the benchmark works, quickly; its numbers mean nothing.
    smoke: { type: "boolean", default: false },
    cluster: { type: "boolean", default: false },
    rounds: { type: "string", default: "11" },
  },
});
const rounds = values.smoke ? 1 : Number(values.rounds);
/** What V8 compiles and collects in the background after the start has ended by then. */
const REST_MS = values.smoke ? 0 : 2_000;

type Sample = { readonly readyMs: number; readonly restMiB: number };

const { forms, folder } = makeForms();
const { start, stop } = values.cluster ? await startInCluster() : startStandalone();
try {
  const samples = new Map<Form, Sample[]>(forms.map((form) => [form, []]));
  // A first time for the disk's cache and for the compile cache, then in turns: what disturbs one disturbs all.
  for (const form of forms) await measure(form, start);
  for (let round = 0; round < rounds; round++) {
    for (const form of forms) samples.get(form)?.push(await measure(form, start));
  }
  report(samples);
} finally {
  await stop();
  rmSync(folder, { recursive: true });
}

async function measure(form: Form, startForm: StartForm): Promise<Sample> {
  const server = await startForm(form);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const restMiB = server.memory();
  await server.stop();
  return { readyMs: server.startMs, restMiB };
}

function report(samples: ReadonlyMap<Form, readonly Sample[]>): void {
  const [first = []] = samples.values();
  process.stdout.write(
    "| form | MB on disk | ready ms | of the sources | RSS at rest MiB | of the sources |\n|---|---:|---:|---:|---:|---:|\n",
  );
  for (const [form, own] of samples) {
    const ratioOf = (read: (sample: Sample) => number): string =>
      median(own.map((sample, round) => read(sample) / read(first[round] ?? sample))).toFixed(2);
    const readyMs = median(own.map((sample) => sample.readyMs)).toFixed(0);
    const restMiB = median(own.map((sample) => sample.restMiB)).toFixed(0);
    const cells = [
      ...[form.name, form.megabytes.toFixed(1), readyMs, ratioOf((sample) => sample.readyMs)],
      ...[restMiB, ratioOf((sample) => sample.restMiB)],
    ];
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
  }
}
