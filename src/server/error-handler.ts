import type { FastifyError, FastifyInstance, FastifyReply, RawServerBase } from "fastify";
import type { Logger } from "pino";
import { failure } from "../core/admission/failure.ts";

/** Answers that stand before any review is read. Messages of our own: a parser's would quote the body. */
const ANSWERS: Readonly<Record<number, { reason: string; message: string }>> = {
  400: { reason: "BadRequest", message: "the body must be one valid JSON document" },
  413: { reason: "RequestEntityTooLarge", message: "the body must not be larger than 7 MiB" },
  415: { reason: "UnsupportedMediaType", message: "the content type must be application/json" },
};

/** Gives every error of the HTTP layer, and every unknown path, the same clear form. */
export function handleErrors<Server extends RawServerBase>(
  app: FastifyInstance<Server>,
  log: Logger,
  onFailure: (status: number) => void,
): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const answer = ANSWERS[error.statusCode ?? 500];
    const status = answer === undefined ? 500 : (error.statusCode ?? 500);
    onFailure(status);
    if (answer === undefined) log.error({ err: error }, "could not answer a request");
    else log.warn({ status, code: error.code }, "request refused");
    const { reason, message } = answer ?? {
      reason: "InternalError",
      message: "could not answer the request",
    };
    // What is left of the body is not read, so the connection cannot be used again.
    if (status === 413) reply.header("connection", "close");
    return reply.code(status).send(failure(status, reason, message, null));
  });
  app.setNotFoundHandler((_request, reply) => {
    onFailure(404);
    return reply.code(404).send(failure(404, "NotFound", "no such path: reviews go to POST /mutate", null));
  });
}

/** The same for a path that the router cannot read, which it tells nobody but its own `frameworkErrors`. */
export function answerBadUrls(
  log: Logger,
  onFailure: (status: number) => void,
): (error: FastifyError, request: unknown, reply: Pick<FastifyReply, "code">) => void {
  return ({ code }, _request, reply) => {
    onFailure(400);
    log.warn({ status: 400, code }, "request refused");
    reply
      .code(400)
      .send(failure(400, "BadRequest", "the path is not a valid URL: reviews go to POST /mutate", null));
  };
}
