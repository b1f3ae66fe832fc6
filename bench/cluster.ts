// What pullcred costs on a real API server: `npm run bench:cluster`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startControlPlane } from "../test/cluster/lib/control-plane.ts";
import { renewToken } from "../test/cluster/lib/replica.ts";
import { grantMapping, grantRights } from "../test/cluster/lib/rights.ts";
import { measureLatency } from "./lib/cluster-latency.ts";
import { startPod } from "./lib/cluster-pod.ts";
import { measureRotation } from "./lib/cluster-rotation.ts";
import { inParallel } from "./lib/in-parallel.ts";

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    namespaces: { type: "string", default: "2000" },
    mappings: { type: "string", default: "3" },
    pods: { type: "string", default: "400" },
    rounds: { type: "string", default: "5" },
    "unrelated-secrets": { type: "string", default: "0" },
  },
});
// --smoke shows that the benchmark works, quickly; its numbers mean nothing.
const { namespaces, mappings, pods, rounds } = values.smoke
  ? { namespaces: 5, mappings: 2, pods: 3, rounds: 1 }
  : {
      namespaces: Number(values.namespaces),
      mappings: Number(values.mappings),
      pods: Number(values.pods),
      rounds: Number(values.rounds),
    };

const plane = await startControlPlane();
try {
  const { admin } = plane;
  const names = Array.from({ length: mappings }, (_, index) => `reg-${index}`);
  await grantRights(admin, ["creds"]);
  for (const name of names) await grantMapping(admin, `${name}-pull`);
  await admin.create("/api/v1/namespaces/pullcred/secrets", {
    metadata: { name: "creds" },
    type: "kubernetes.io/basic-auth",
    stringData: { username: "robot", password: "one" },
  });
  await renewToken(plane);
  const config = join(plane.folder, "config.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      apiVersion: "pullcred.dev/v1",
      kind: "Config",
      provisioning: "eager",
      registries: names.map((name) => ({
        name,
        matchImages: [`${name}.example.com`],
        secretName: `${name}-pull`,
        credentials: { secretRef: { name: "creds" } },
      })),
    }),
  );
  const places = Array.from({ length: namespaces }, (_, index) => `ns-${index}`);
  await inParallel(places, 16, (name) => admin.create("/api/v1/namespaces", { metadata: { name } }));
  const unrelated = Array.from({ length: Number(values["unrelated-secrets"]) }, (_, index) => index);
  await inParallel(unrelated, 16, (index) =>
    admin.create(`/api/v1/namespaces/ns-${index % namespaces}/secrets`, {
      metadata: { name: `unrelated-${index}` },
      data: { filler: Buffer.alloc(6_000, index).toString("base64") },
    }),
  );

  const pullcred = await startPod(plane, config);
  process.stdout.write(
    `ready after ${pullcred.startMs.toFixed(0)} ms, RSS ${pullcred.memory().toFixed(0)} MiB\n`,
  );
  await measureRotation(plane, pullcred, places, names, rounds);
  await measureLatency(plane, pullcred, pods, rounds);
  process.stdout.write(`RSS at the end ${pullcred.memory().toFixed(0)} MiB\n`);
  await pullcred.stop();
} finally {
  await plane.stop();
}
