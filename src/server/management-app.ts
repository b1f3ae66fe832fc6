import { type FastifyInstance, fastify } from "fastify";
import type { Metrics } from "../adapters/observability/metrics.ts";
import { limitClosing } from "./limit-closing.ts";
import type { Readiness } from "./readiness.ts";

/** Each answer is a matter of milliseconds, and nobody misses a scrape of a process that ends. */
const CLOSING_MS = 1_000;

/** Builds the plain HTTP server for probes and metrics, not yet listening. */
export function buildManagementApp(
  readiness: Readiness,
  metrics: Metrics,
  closingMs = CLOSING_MS,
): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: 1024 });
  limitClosing(app, closingMs);
  app.get("/livez", () => "ok\n");
  app.get("/readyz", (_request, reply) => {
    const problem = readiness.problem();
    return problem === null ? "ok\n" : reply.code(503).send(`not ready: ${problem}\n`);
  });
  app.get("/metrics", async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
  return app;
}
