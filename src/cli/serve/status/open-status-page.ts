import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { monotonicClock } from "../../../adapters/time/system-clock.ts";
import { serveStatusPage } from "../../../server/status-page.ts";
import { createStatusReader, type StatusReaderOptions } from "./status-reader.ts";

/** Adds the status page to the server for probes and metrics. Loaded only where it is asked for. */
export function openStatusPage(management: FastifyInstance, options: StatusReaderOptions, log: Logger): void {
  serveStatusPage(management, createStatusReader(options), monotonicClock, log);
}
