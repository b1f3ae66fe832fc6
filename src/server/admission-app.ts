import type { Server } from "node:https";
import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import type { KeyPair } from "../adapters/tls/key-pair.ts";
import { failure } from "../core/admission/failure.ts";
import { parseReview } from "../core/admission/review.ts";
import { readTraceId } from "../core/admission/trace-id.ts";
import { answerClientErrors } from "./client-errors.ts";
import { answerBadUrls, handleErrors } from "./error-handler.ts";
import { limitClosing } from "./limit-closing.ts";
import type { Readiness } from "./readiness.ts";
import { MalformedPodError, type ReviewDependencies, reviewPod } from "./review-pod.ts";
import { copyDeadline } from "./review-timeout.ts";

/** An object in etcd has at most 1.5 MiB; an UPDATE's review holds two, in JSON, with room for the envelope. */
const BODY_LIMIT = 7 * 1024 * 1024;
/** A body that trickles in for longer is not from an API server, whose webhook timeout is 30 s at most. */
const REQUEST_TIMEOUT_MS = 35_000;
/** Longer than the 90 s after which the API server's client closes an idle connection, so that it is never us. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** How long a client may keep the server waiting. */
export type AdmissionLimits = { readonly handshakeMs: number; readonly closingMs: number };

const LIMITS: AdmissionLimits = {
  // The API server dials within its webhook timeout, which is 10 s by default.
  handshakeMs: 10_000,
  // Longer than the 15 s that a review may wait for its copies; with the drain delay it is well within the 30 s after which
  // Kubernetes kills a Pod that is asked to end.
  closingMs: 20_000,
};

type MutateRoute = {
  readonly Querystring: { readonly timeout?: string };
  readonly Headers: { readonly traceparent?: string };
};

export type AdmissionApp = FastifyInstance<Server>;

/** Builds the webhook's HTTPS server, not yet listening: `POST /mutate`. Without a pair it serves once it is given one. */
export function buildAdmissionApp(
  tls: KeyPair | undefined,
  readiness: Readiness,
  deps: ReviewDependencies,
  limits: AdmissionLimits = LIMITS,
): AdmissionApp {
  const onFailure = (status: number): void => deps.metrics.reviewFailures.inc({ status });
  const app = fastify({
    https: {
      ...(tls && { cert: tls.certificate, key: tls.key }),
      minVersion: "TLSv1.2",
      handshakeTimeout: limits.handshakeMs,
    },
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    return503OnClosing: false, // what was accepted is answered, also while shutting down
    logger: false,
    frameworkErrors: answerBadUrls(deps.log, onFailure),
    clientErrorHandler: answerClientErrors(deps.log, onFailure),
  });
  limitClosing(app, limits.closingMs);
  app.removeAllContentTypeParsers();
  // JSON.parse by itself: nothing is ever merged from a review, so a key `__proto__` is like any other that is unknown,
  // and no body has to be searched for it.
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, JSON.parse(body as string));
    } catch {
      done(Object.assign(new Error("the body is not JSON"), { statusCode: 400 }));
    }
  });
  handleErrors(app, deps.log, onFailure);

  // Before routing, which knows only some of the methods, and before the body, whose type says nothing then.
  app.addHook("onRequest", (request, reply, done) => {
    if (request.method === "POST" || request.url.split("?", 1)[0] !== "/mutate") {
      done();
      return;
    }
    onFailure(405);
    reply.code(405).header("allow", "POST");
    reply.send(failure(405, "MethodNotAllowed", "only POST is allowed on /mutate", null));
  });

  app.post<MutateRoute>("/mutate", (request, reply) => {
    const { traceparent } = request.headers;
    if (readiness.isDraining()) reply.header("connection", "close");
    const review = parseReview(request.body);
    if (!review.ok) {
      refuse(reply, review.problem, review.uid);
      return;
    }
    const onError = (error: unknown): void => answerError(reply, error, review.request.uid, traceparent);
    try {
      const answer = reviewPod(deps, {
        request: review.request,
        deadline: copyDeadline(request.query.timeout),
        traceparent,
      });
      // Nearly always it is there already, and a promise would cost more than the decision.
      if (answer instanceof Promise) answer.then((late) => reply.send(late)).catch(onError);
      else reply.send(answer);
    } catch (error) {
      onError(error);
    }
  });
  return app;

  function answerError(
    reply: FastifyReply,
    error: unknown,
    uid: string,
    traceparent: string | undefined,
  ): void {
    if (error instanceof MalformedPodError) {
      refuse(reply, error.message, uid);
      return;
    }
    deps.log.error({ uid, trace: readTraceId(traceparent), err: error }, "could not answer a review");
    onFailure(500);
    reply.code(500).send(failure(500, "InternalError", "could not answer the review", uid));
  }

  function refuse(reply: FastifyReply, problem: string, uid: string | null): void {
    deps.log.warn({ uid, problem }, "review refused");
    onFailure(400);
    reply.code(400).send(failure(400, "BadRequest", problem, uid));
  }
}
