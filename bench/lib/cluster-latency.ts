import type { AddressInfo } from "node:net";
import { fastify } from "fastify";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import type { ControlPlane } from "../../test/cluster/lib/control-plane.ts";
import { registerWebhook } from "../../test/cluster/lib/replica.ts";
import type { RunningPod } from "./cluster-pod.ts";
import { median, quantile } from "./median.ts";

const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pullcred";

/** The pull secret of the Pods' image. */
const SECRET = { name: "reg-0-pull" };

/**
 * In turns: no webhook, a bare one that patches nothing, pullcred for Pods that need nothing, a bare one that patches as
 * pullcred does, and pullcred.
 */
const KINDS = ["none", "bare", "pullcredIdle", "patching", "pullcred"] as const;
type Kind = (typeof KINDS)[number];

/** Creates Pods through the API server and prints what each kind of webhook adds. */
export async function measureLatency(
  plane: ControlPlane,
  pullcred: RunningPod,
  pods: number,
  rounds: number,
): Promise<void> {
  const patch = btoa(JSON.stringify([{ op: "add", path: "/spec/imagePullSecrets", value: [SECRET] }]));
  const bare = await startBareWebhook({});
  const patching = await startBareWebhook({ patchType: "JSONPatch", patch });
  const webhooks = { none: undefined, bare, pullcredIdle: pullcred, patching, pullcred };
  const rows: Record<Kind, number[]>[] = [];
  for (let round = 0; round <= rounds; round++) {
    const row: Record<Kind, number[]> = { none: [], bare: [], pullcredIdle: [], patching: [], pullcred: [] };
    for (const kind of KINDS) {
      const webhook = webhooks[kind];
      if (webhook === undefined) await plane.admin.delete(WEBHOOKS);
      else await registerWebhook(plane, webhook);
      const named = kind === "pullcredIdle" ? [SECRET] : [];
      row[kind] = await createPods(plane, pods, `${kind.toLowerCase()}-${round}`, named);
    }
    // The first round warms all of them up.
    if (round > 0) rows.push(row);
  }
  await bare.stop();
  await patching.stop();
  for (const share of [0.5, 0.99]) {
    const of = (kind: Kind): number => median(rows.map((row) => quantile(row[kind], share)));
    const added = (kind: Kind): number => of(kind) - of("none");
    const compare = (kind: Kind, other: Kind): string =>
      `${of(kind).toFixed(2)} ms, and ${of(other).toFixed(2)} ms with a bare webhook: it adds ` +
      `${(added(kind) / added(other)).toFixed(2)} of what that adds\n`;
    process.stdout.write(
      `Pod CREATE p${share * 100}, no webhook: ${of("none").toFixed(2)} ms\n` +
        `  nothing to patch: ${compare("pullcredIdle", "bare")}` +
        `  a secret to add: ${compare("pullcred", "patching")}`,
    );
  }
}

/** The latencies of creating Pods one after the other, in milliseconds. */
async function createPods(
  plane: ControlPlane,
  count: number,
  prefix: string,
  imagePullSecrets: readonly { readonly name: string }[],
): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = -20; index < count; index++) {
    const start = performance.now();
    const { status } = await plane.admin.send("POST", "/api/v1/namespaces/ns-0/pods", {
      metadata: { name: `${prefix}-${index + 20}` },
      spec: {
        serviceAccountName: "default",
        imagePullSecrets,
        containers: [{ name: "app", image: "reg-0.example.com/team/app:1" }],
      },
    });
    if (status !== 201) throw new Error(`a Pod was refused with status ${status}`);
    // The first ones wait until the API server has taken note of the webhook.
    if (index >= 0) latencies.push(performance.now() - start);
  }
  return latencies;
}

async function startBareWebhook(answer: object): Promise<{ url: string; ca: string; stop(): Promise<void> }> {
  const { serving, ca } = await makeSelfSigned(["127.0.0.1"], Date.now(), 60 * 60 * 1_000);
  const app = fastify({ https: { cert: serving.certificate, key: serving.key } });
  app.post<{ Body: { request: { uid: string } } }>("/mutate", async ({ body }) => ({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: body.request.uid, allowed: true, ...answer },
  }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/mutate`, ca, stop: () => app.close() };
}
