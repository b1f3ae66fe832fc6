import { ErrorCode, PullcredError } from "../../core/error.ts";
import type { Clock } from "../../core/time/clock.ts";
import { type BodyLimit, readBody } from "./read-body.ts";
import { retryDelay } from "./retry-delay.ts";

/** One request. The names of its headers are in lower case. */
export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** What came back, whatever its status. The names of its headers are in lower case. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * Sends a request and returns the answer, whatever its status. `build` is called for each attempt, so that each has a
 * signature and a time of its own; what it throws is thrown. Rejects with a `PullcredError` that names the server only,
 * because the rest of a request may be a credential; and with the signal's reason where that is aborted.
 */
export type SendHttp = (
  build: () => HttpRequest | Promise<HttpRequest>,
  signal?: AbortSignal,
) => Promise<HttpResponse>;

export type HttpOptions = {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long one attempt may take, in milliseconds. */
  readonly timeout: number;
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** How many bytes the body of an answer may have. */
  readonly maxBody: number;
};

/** These tell of a server that has too much to do, or is just being replaced. */
const RETRIED = new Set([429, 500, 502, 503, 504]);

/**
 * A client for the clouds' APIs. It tries again where the network or the server fails, which is harmless: a request for
 * a token may be sent twice. It follows no redirect, because nobody knows where that would carry a credential.
 */
export function createHttp(options: HttpOptions): SendHttp {
  const { fetch, clock, random, timeout, attempts, maxBody } = options;

  /** The answer, or why there is none although there may be one next time. */
  async function attempt(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse | PullcredError> {
    const server = nameServer(request.url);
    const limit = new AbortController();
    const cancel = clock.after(timeout, () => limit.abort());
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: { "user-agent": "pullcred", ...request.headers },
        ...(request.body !== undefined && { body: request.body }),
        redirect: "manual",
        signal: signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]),
      });
      return await readAnswer(response, { server, maxBody });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof PullcredError) throw error;
      if (limit.signal.aborted) return failed(`${server} did not answer within ${timeout / 1_000} s`);
      // An error without a cause is about the request itself, and quotes the header or the address that is wrong.
      if (error instanceof TypeError && error.cause === undefined) throw unsendable(server);
      return failed(`could not reach ${server}: ${nameCause(error)}`);
    } finally {
      cancel();
      limit.abort(); // closes the connection of an answer that was not read to its end
    }
  }

  return async (build, signal) => {
    for (let sent = 1; ; sent += 1) {
      signal?.throwIfAborted();
      const outcome = await attempt(await build(), signal);
      const isFailure = outcome instanceof PullcredError;
      if (isFailure ? sent < attempts : RETRIED.has(outcome.status) && sent < attempts) {
        const retryAfter = isFailure ? undefined : outcome.headers["retry-after"];
        await pause(clock, retryDelay({ sent, retryAfter, now: clock.now(), random: random() }), signal);
      } else if (isFailure) throw outcome;
      else return outcome;
    }
  };
}

async function readAnswer(response: Response, limit: BodyLimit): Promise<HttpResponse> {
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw failed(
      `${limit.server} answered with a redirect (${status}), which is not followed: name the server itself`,
    );
  }
  return { status, headers: Object.fromEntries(response.headers), body: await readBody(response, limit) };
}

function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Scheme, host and port. Path and query may hold a signature or a token, and so may what is no address at all. */
function nameServer(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) throw failed("the address of a cloud's API is not a URL: check the endpoint");
  return parsed.origin;
}

/** The code only: messages may quote what was sent. */
function nameCause(error: unknown): string {
  const { code } = ((error as Error).cause ?? error) as { readonly code?: unknown };
  return typeof code === "string" && /^\w+$/.test(code) ? code : "the connection failed";
}

function unsendable(server: string): PullcredError {
  return failed(
    `could not send to ${server}: the address or a credential holds a character that cannot be there; look for line breaks`,
  );
}

function failed(message: string): PullcredError {
  return new PullcredError(ErrorCode.SourceFailed, message);
}
