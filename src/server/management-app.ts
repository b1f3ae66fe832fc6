import { type FastifyInstance, fastify } from "fastify";
import type { Metrics } from "../adapters/observability/metrics.ts";
import type { Readiness } from "./readiness.ts";

/** Builds the plain HTTP server for probes and metrics, not yet listening. */
export function buildManagementApp(readiness: Readiness, metrics: Metrics): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: 1024 });
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
