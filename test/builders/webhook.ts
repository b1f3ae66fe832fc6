import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Test } from "tap";
import { createMetrics, type Metrics } from "../../src/adapters/observability/metrics.ts";
import {
  createMemoryNamespaceStore,
  type MemoryNamespaceStore,
} from "../../src/adapters/standalone/memory-namespace-store.ts";
import { makeSelfSigned } from "../../src/adapters/tls/self-signed.ts";
import { noServiceAccounts } from "../../src/core/service-account/mountable-secrets.ts";
import { type AdmissionApp, buildAdmissionApp } from "../../src/server/admission-app.ts";
import { createReadiness, type Readiness } from "../../src/server/readiness.ts";
import type { Copies, ReviewDependencies } from "../../src/server/review-pod.ts";
import { config } from "./config.ts";
import { type LogRecorder, logRecorder } from "./log-recorder.ts";

/** What the webhook answered. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** What is sent: JSON as a POST to /mutate unless it says otherwise. */
export type HttpQuestion = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

export type Webhook = {
  readonly app: AdmissionApp;
  readonly agent: Agent;
  readonly port: number;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly namespaces: MemoryNamespaceStore;
  readonly lines: LogRecorder["lines"];
  send(question: HttpQuestion): Promise<HttpAnswer>;
  /** Sends a review and returns the answer's body. */
  review(body: unknown): Promise<HttpAnswer>;
};

const DEFAULT_CONFIG = config([
  { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" },
  { name: "hub", matchImages: ["docker.io/acme/"], secretName: "hub-pull" },
]);

/** Copies of which nothing is known before they are asked for. */
export function ensuring(ensure: Copies["ensure"]): Pick<ReviewDependencies, "copies"> {
  return { copies: { isKnownCurrent: () => false, ensure } };
}

/** Starts the webhook over real TLS on a free port, with every copy standing unless `parts` says otherwise. */
export async function startWebhook(t: Test, parts: Partial<ReviewDependencies> = {}): Promise<Webhook> {
  const { serving, ca } = await makeSelfSigned(["localhost"], Date.now(), 60 * 60 * 1_000);
  const readiness = createReadiness();
  const metrics = createMetrics();
  const namespaces = createMemoryNamespaceStore();
  const { log, lines } = logRecorder();
  const app = buildAdmissionApp(serving, readiness, {
    config: () => DEFAULT_CONFIG,
    namespaces,
    ownNamespace: "pullcred",
    serviceAccounts: noServiceAccounts,
    copies: { isKnownCurrent: () => true, ensure: async () => ({ result: "CopyCurrent" }) },
    metrics,
    log,
    ...parts,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ ca, keepAlive: true, servername: "localhost" });
  t.teardown(async () => {
    agent.destroy();
    await app.close();
  });

  async function send(question: HttpQuestion): Promise<HttpAnswer> {
    const { method = "POST", path = "/mutate", body } = question;
    const headers = question.headers ?? { "content-type": "application/json" };
    const outgoing = request({ host: "127.0.0.1", port, agent, method, path, headers });
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      outgoing.on("error", reject);
      outgoing.on("response", (response) => {
        text(response).then((content) => {
          const isJson = String(response.headers["content-type"]).includes("json");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: isJson ? JSON.parse(content) : content,
          });
        }, reject);
      });
    });
    outgoing.end(body);
    return answer;
  }

  const sendReview = (body: unknown): Promise<HttpAnswer> => send({ body: JSON.stringify(body) });
  return { app, agent, port, readiness, metrics, namespaces, lines, send, review: sendReview };
}
