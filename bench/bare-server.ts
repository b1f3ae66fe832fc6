// The baseline of the benchmarks: the least that a mutating webhook on Fastify can do.
import { mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fastify } from "fastify";
import { makeSelfSigned } from "../src/adapters/tls/self-signed.ts";

const patch = JSON.stringify([
  { op: "add", path: "/spec/imagePullSecrets", value: [{ name: "pullcred-reg-0" }] },
]);
const { serving, ca } = await makeSelfSigned(["localhost", "127.0.0.1"], Date.now(), 60 * 60 * 1_000);
const app = fastify({ https: { cert: serving.certificate, key: serving.key }, bodyLimit: 7 * 1024 * 1024 });

app.post<{ Body: { request: { uid: string } } }>("/mutate", async (request) => ({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  response: {
    uid: request.body.request.uid,
    allowed: true,
    patchType: "JSONPatch",
    patch: Buffer.from(patch).toString("base64"),
  },
}));

await app.listen({ port: 0, host: "127.0.0.1" });
const caFile = join(mkdtempSync(join(tmpdir(), "pullcred-bench-")), "ca.crt");
writeFileSync(caFile, ca);
const { port } = app.server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `https://localhost:${port}/mutate`, ca: caFile })}\n`);
process.on("SIGTERM", () => process.exit(0));
