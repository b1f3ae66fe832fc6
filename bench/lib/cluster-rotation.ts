import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createKubeClient } from "../../src/adapters/kube/client/kube-client.ts";
import { createConnection } from "../../src/adapters/kube/client/kube-connection.ts";
import { createSecretApi } from "../../src/adapters/kube/secrets/secret-api.ts";
import { toKubeObject } from "../../src/adapters/kube/watch/kube-object.ts";
import { systemClock } from "../../src/adapters/time/system-clock.ts";
import { buildCopy } from "../../src/core/copy/copy.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import type { OwnerReference, Secret } from "../../src/core/secret/secret.ts";
import type { ControlPlane } from "../../test/cluster/lib/control-plane.ts";
import type { RunningPod } from "./cluster-pod.ts";
import { inParallel } from "./in-parallel.ts";
import { median } from "./median.ts";

/** As many as pullcred itself writes at a time. */
const CONCURRENCY = 16;
const POLL_MS = 100;
/** Counting thousands of copies takes pullcred some time: until this share of the bare applies' time has passed nobody asks. */
const UNDISTURBED = 0.9;

/** Gives every namespace its copies, rotates the origin, and compares with bare applies by the same client. */
export async function measureRotation(
  plane: ControlPlane,
  pullcred: RunningPod,
  namespaces: readonly string[],
  mappings: readonly string[],
  rounds: number,
): Promise<void> {
  const { admin } = plane;
  const total = namespaces.length * mappings.length;
  await reachCount(pullcred, "current", (count) => count >= total);
  process.stdout.write(`${total} copies stand, RSS ${pullcred.memory().toFixed(0)} MiB\n`);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await applyBare(plane, namespaces, mappings);
    const start = performance.now();
    await admin.merge("/api/v1/namespaces/pullcred/secrets/creds", {
      stringData: { password: `rotation-${round}` },
    });
    await reachCount(pullcred, "stale", (count) => count > 0);
    await sleep(Math.max(0, start + (UNDISTURBED * total * 1_000) / bare - performance.now()));
    await reachCount(pullcred, "current", (count) => count >= total);
    const rate = total / ((performance.now() - start) / 1_000);
    ratios.push(rate / bare);
    process.stdout.write(
      `rotation: ${rate.toFixed(0)} copies/s, bare applies: ${bare.toFixed(0)}/s, ratio ${(rate / bare).toFixed(2)}\n`,
    );
  }
  process.stdout.write(`rotation: median ratio ${median(ratios).toFixed(2)}\n`);
}

/** Applies Secrets that differ in nothing but their names, in the same namespaces, and returns how many a second. */
async function applyBare(
  plane: ControlPlane,
  namespaces: readonly string[],
  mappings: readonly string[],
): Promise<number> {
  const connection = createConnection(
    async () => ({
      server: new URL(`https://127.0.0.1:${plane.port}`),
      tls: { ca: readFileSync(join(plane.folder, "certs", "apiserver.crt"), "utf8") },
      headers: { authorization: `Bearer ${plane.adminToken}` },
    }),
    systemClock,
  );
  const client = createKubeClient({ connection, timeout: 30_000, userAgent: "bench" });
  const api = createSecretApi(client, "pullcred", systemClock);
  const credential = JSON.stringify({ auths: { "bare.example.com": { auth: String(Math.random()) } } });
  const data = new Redacted(Buffer.from(credential).toString("base64"));
  const owners = await Promise.all(mappings.map((name) => readOwner(plane, `${name}-pull`)));
  const copies = namespaces.flatMap((namespace) =>
    mappings.map((name, index) =>
      buildCopy({ name, secretName: `bare-${name}` }, namespace, data, owners[index]),
    ),
  );
  const start = performance.now();
  await inParallel(copies, CONCURRENCY, (copy: Secret) => api.apply(copy, copy));
  const seconds = (performance.now() - start) / 1_000;
  connection.close();
  return copies.length / seconds;
}

/** The owner of pullcred's copies of this name: the garbage collector follows it, which is part of a write's price. */
async function readOwner(plane: ControlPlane, secretName: string): Promise<OwnerReference | undefined> {
  const { body } = await plane.admin.get(`/api/v1/namespaces/ns-0/secrets/${secretName}`);
  return toKubeObject(body).metadata.ownerReferences?.[0];
}

/** Asks for the metrics until the count of copies in a state, over all mappings, is reached. */
async function reachCount(
  pullcred: RunningPod,
  state: string,
  isReached: (count: number) => boolean,
): Promise<void> {
  for (;;) {
    const found = (await pullcred.metrics()).matchAll(
      /^pullcred_copies_standing\{.*state="(\w+)"\} (\d+)$/gm,
    );
    const counts = [...found].filter(([, name]) => name === state).map(([, , count]) => Number(count));
    if (isReached(counts.reduce((sum, count) => sum + count, 0))) return;
    await sleep(POLL_MS);
  }
}
