import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { renderJson } from "../core/status/render-json.ts";
import { renderPage } from "../core/status/render-page.ts";
import { sparing } from "../core/status/sparing.ts";
import type { StatusReport } from "../core/status/status-report.ts";
import { STYLE } from "../core/status/style.ts";
import type { Clock } from "../core/time/clock.ts";

const STYLE_DIGEST = createHash("sha256").update(STYLE).digest("base64");

/** The page brings its style and its icon along; nothing else is loaded, run, sent or framed, whatever should get into it. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_DIGEST}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  vary: "accept",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const READING = "GET, HEAD";
/** What the making of either may take of all time: whoever asks again and again must not keep reviews waiting. */
const SHARE = 1 / 40;

/** Serves `/status` for people, and for programs `/status.json` or whoever accepts JSON only. It can be read, no more. */
export function serveStatusPage(
  app: FastifyInstance,
  read: () => StatusReport,
  clock: Pick<Clock, "now">,
  log: Logger,
): void {
  const page = sparing(() => Buffer.from(renderPage(read())), SHARE, clock);
  const document = sparing(() => Buffer.from(renderJson(read())), SHARE, clock);
  const serve = (url: string, isJson: (request: FastifyRequest) => boolean): void => {
    const errorHandler = (err: Error, _request: FastifyRequest, reply: FastifyReply): void => {
      log.error({ err }, "could not make the status page");
      reply.code(500).send("could not make the status page: see pullcred's log\n");
    };
    app.get(url, { errorHandler }, (request, reply) => {
      reply.headers(HEADERS);
      if (isJson(request)) return reply.type("application/json; charset=utf-8").send(document());
      return reply.type("text/html; charset=utf-8").send(page());
    });
    app.route({
      method: ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      url,
      // Before the body, whose type and size say nothing then.
      onRequest: async (_request, reply) => refuse(reply),
      handler: (_request, reply) => refuse(reply),
    });
  };
  serve("/status", ({ headers: { accept = "" } }) => accept.includes("json") && !accept.includes("html"));
  serve("/status.json", () => true);
}

function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(405).headers(HEADERS).header("allow", READING).send("the status can only be read\n");
}
