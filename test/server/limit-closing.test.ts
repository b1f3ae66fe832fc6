import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { fastify } from "fastify";
import t, { type Test } from "tap";
import { createMetrics } from "../../src/adapters/observability/metrics.ts";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { type AdmissionApp, buildAdmissionApp } from "../../src/server/admission-app.ts";
import { limitClosing } from "../../src/server/limit-closing.ts";
import { buildManagementApp } from "../../src/server/management-app.ts";
import { createReadiness } from "../../src/server/readiness.ts";
import type { ReviewDependencies } from "../../src/server/review-pod.ts";
import { logRecorder } from "../builders/log-recorder.ts";

/** So long that a test which waited for it would run into tap's own limit. */
const NEVER_MS = 3_600_000;
const HALF_A_REQUEST =
  "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{";

async function startAdmission(handshakeMs: number, closingMs: number): Promise<AdmissionApp> {
  const { serving } = await makeSelfSigned(["localhost"], Date.now(), 60_000);
  // No review is sent, so that nothing else is asked for.
  const deps = { metrics: createMetrics(), log: logRecorder().log } as ReviewDependencies;
  const app = buildAdmissionApp(serving, createReadiness(), deps, { handshakeMs, closingMs });
  await app.listen({ port: 0, host: "127.0.0.1" });
  return app;
}

/** Connects, and resolves once both sides know of it. */
async function open(t: Test, app: { readonly server: AdmissionApp["server"] | object }): Promise<Socket> {
  const server = app.server as AdmissionApp["server"];
  const accepted = once(server, "connection");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined).resume();
  t.teardown(() => socket.destroy());
  await Promise.all([accepted, once(socket, "connect")]);
  return socket;
}

/** Resolves when a socket is closed, also by an error. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

t.test("the webhook closes within its limit, whoever is still connected", async (t) => {
  const app = await startAdmission(NEVER_MS, 50);
  const raw = await open(t, app); // its handshake never comes
  const tls = connectTls({ socket: await open(t, app), rejectUnauthorized: false });
  tls.on("error", () => undefined).resume();
  await once(tls, "secureConnect");
  const received = once(app.server, "request");
  tls.write(HALF_A_REQUEST);
  await received;
  const ended = [closing(raw), closing(tls)];
  await app.close();
  await Promise.all(ended);
  t.notOk(app.server.listening);
});

t.test("the webhook hangs up on a client whose handshake never comes", async (t) => {
  const app = await startAdmission(50, NEVER_MS);
  t.teardown(() => app.close());
  await closing(await open(t, app));
  t.pass("the connection was closed");
});

t.test("the probes' server closes within its limit, whoever is still connected", async (t) => {
  const app = buildManagementApp(createReadiness(), createMetrics(), 50);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const silent = await open(t, app);
  const half = await open(t, app);
  half.write("GET /livez HTTP/1.1\r\nHost:");
  const ended = [closing(silent), closing(half)];
  await app.close();
  await Promise.all(ended);
  t.notOk(app.server.listening);
});

t.test("a request that is under way is answered first", async (t) => {
  const app = fastify();
  limitClosing(app, NEVER_MS);
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  app.get("/", () => {
    arrived.resolve();
    return answer.promise;
  });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const response = fetch(address, { headers: { connection: "close" } });
  await arrived.promise;
  const closed = app.close();
  answer.resolve("late");
  t.equal(await (await response).text(), "late");
  await closed;
});

t.test("a server that never listened closes", async (t) => {
  const app = fastify();
  limitClosing(app, NEVER_MS);
  await app.close();
  t.notOk(app.server.listening);
});
