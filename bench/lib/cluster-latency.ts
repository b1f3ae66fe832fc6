import type { AddressInfo } from "node:net";
import { fastify } from "fastify";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import type { ControlPlane } from "../../test/cluster/lib/control-plane.ts";
import { registerWebhook } from "../../test/cluster/lib/replica.ts";
import type { RunningPod } from "./cluster-pod.ts";
import { median, quantile } from "./median.ts";

const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pullcred";

/** Creates Pods through the API server, in turns without a webhook, with a bare one that patches nothing, and with pullcred. */
export async function measureLatency(
  plane: ControlPlane,
  pullcred: RunningPod,
  pods: number,
  rounds: number,
): Promise<void> {
  const bare = await startBareWebhook();
  const rows: Record<"none" | "bare" | "pullcred", number[]>[] = [];
  for (let round = 0; round <= rounds; round++) {
    await plane.admin.delete(WEBHOOKS);
    const none = await createPods(plane, pods, `none-${round}`);
    await registerWebhook(plane, bare);
    const withBare = await createPods(plane, pods, `bare-${round}`);
    await registerWebhook(plane, pullcred);
    const withPullcred = await createPods(plane, pods, `pullcred-${round}`);
    // The first round warms all three up.
    if (round > 0) rows.push({ none, bare: withBare, pullcred: withPullcred });
  }
  await bare.stop();
  for (const share of [0.5, 0.99]) {
    const of = (kind: keyof (typeof rows)[number]): number =>
      median(rows.map((row) => quantile(row[kind], share)));
    const added = { bare: of("bare") - of("none"), pullcred: of("pullcred") - of("none") };
    process.stdout.write(
      `Pod CREATE p${share * 100}: ${of("none").toFixed(2)} ms without, +${added.bare.toFixed(2)} ms with the bare ` +
        `webhook, +${added.pullcred.toFixed(2)} ms with pullcred, ratio ${(added.pullcred / added.bare).toFixed(2)}; ` +
        `whole CREATE ${(of("pullcred") / of("bare")).toFixed(2)} of that with the bare one\n`,
    );
  }
}

/** The latencies of creating Pods one after the other, in milliseconds. */
async function createPods(plane: ControlPlane, count: number, prefix: string): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = -20; index < count; index++) {
    const start = performance.now();
    const { status } = await plane.admin.send("POST", "/api/v1/namespaces/ns-0/pods", {
      metadata: { name: `${prefix}-${index + 20}` },
      spec: {
        serviceAccountName: "default",
        containers: [{ name: "app", image: "reg-0.example.com/team/app:1" }],
      },
    });
    if (status !== 201) throw new Error(`a Pod was refused with status ${status}`);
    // The first ones wait until the API server has taken note of the webhook.
    if (index >= 0) latencies.push(performance.now() - start);
  }
  return latencies;
}

async function startBareWebhook(): Promise<{ url: string; ca: string; stop(): Promise<void> }> {
  const { serving, ca } = await makeSelfSigned(["127.0.0.1"], Date.now(), 60 * 60 * 1_000);
  const app = fastify({ https: { cert: serving.certificate, key: serving.key } });
  app.post<{ Body: { request: { uid: string } } }>("/mutate", async ({ body }) => ({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: body.request.uid, allowed: true },
  }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/mutate`, ca, stop: () => app.close() };
}
