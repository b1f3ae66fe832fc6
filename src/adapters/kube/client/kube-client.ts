import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { StringDecoder } from "node:string_decoder";
import { PullcredError } from "../../../core/error.ts";
import { explainUnreachable } from "../../http/explain-unreachable.ts";
import { ApiError, hasStatus, toApiError } from "./api-error.ts";
import type { KubeConnection } from "./kube-connection.ts";

/** One request to the API server. */
export type Call = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** For example `/api/v1/namespaces/team-a/secrets/harbor-pull`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
};

/** A successful answer, parsed. */
export type Answer = { readonly status: number; readonly body: unknown };

/** The API server, as few requests need it: JSON in, JSON out, and lines of JSON for watches. */
export type KubeClient = {
  /** Rejects with an `ApiError`: also where no answer came within the client's timeout, or before the signal. */
  send(call: Call, end?: AbortSignal): Promise<Answer>;
  /** Sends a GET and yields each line of the answer, parsed, until the server or the signal ends it. */
  stream(call: Omit<Call, "method" | "body">, signal: AbortSignal): AsyncIterable<unknown>;
};

/** The media type of server-side apply; JSON is YAML. */
export const APPLY = "application/apply-patch+yaml";
const JSON_TYPE = "application/json";
/** One line of a watch is one object, and etcd takes none of more than 1.5 MiB unless it is told to. */
const LONGEST_LINE = 8 * 1024 * 1024;
const HOW_TO_TRUST = "the CA of the kubeconfig, or ca.crt of the Pod, is another one";

export type KubeClientOptions = {
  readonly connection: KubeConnection;
  /** How long a request may take, and a stream until its first byte, in milliseconds. */
  readonly timeout: number;
  readonly userAgent: string;
};

/** Makes the client. A request that is refused as unauthorized is sent once more, with access that is read anew. */
export function createKubeClient({ connection, timeout, userAgent }: KubeClientOptions): KubeClient {
  /** Whom the last request was for, which is what an error names. */
  let host = "the API server";

  function noAnswer(call: Call, isLate: boolean, cause: unknown): ApiError {
    const why = isLate ? `${host} did not answer in time` : explain(host, cause);
    return new ApiError(`could not ${describe(call)}: ${why}`, { status: 0 }, { cause });
  }

  async function open(call: Call, signal: AbortSignal, isStream: boolean): Promise<IncomingMessage> {
    try {
      const response = await connect(call, signal, isStream).catch((error: unknown) => {
        // The server closed the kept connection just when it was used again. Every call here can be sent twice.
        if (error instanceof StaleConnectionError) return connect(call, signal, isStream);
        throw error;
      });
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return response;
      const body = parseOrNull(await text(response));
      throw toApiError(describe(call), status, body, response.headers["retry-after"]);
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      throw noAnswer(call, signal.aborted, cause);
    }
  }

  async function connect(call: Call, signal: AbortSignal, isStream: boolean): Promise<IncomingMessage> {
    const { server, agent, streamAgent, headers } = await connection.route();
    host = server.host;
    const url = toUrl(server, call);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const send = url.protocol === "http:" ? requestHttp : requestHttps;
    return new Promise((resolve, reject) => {
      const outgoing = send(url, {
        method: call.method,
        agent: isStream ? streamAgent : agent,
        signal,
        headers: {
          ...headers,
          "user-agent": userAgent,
          accept: call.accept ?? JSON_TYPE,
          ...(body !== undefined && {
            "content-type": call.contentType ?? JSON_TYPE,
            "content-length": body.length,
          }),
        },
      });
      outgoing.on("response", resolve).on("error", (cause) => {
        const isStale = outgoing.reusedSocket && !signal.aborted;
        reject(isStale ? new StaleConnectionError("the connection was closed", { cause }) : cause);
      });
      outgoing.end(body);
    });
  }

  async function openTwice(call: Call, signal: AbortSignal, isStream = false): Promise<IncomingMessage> {
    try {
      return await open(call, signal, isStream);
    } catch (error) {
      if (!hasStatus(error, 401)) throw error;
      connection.forget();
      return open(call, signal, isStream);
    }
  }

  return {
    async send(call, end) {
      const late = AbortSignal.timeout(timeout);
      const signal = end === undefined ? late : AbortSignal.any([late, end]);
      const response = await openTwice(call, signal);
      try {
        return { status: response.statusCode ?? 0, body: parse(await text(response)) };
      } catch (cause) {
        throw noAnswer(call, signal.aborted, cause);
      }
    },
    async *stream(options, signal) {
      if (signal.aborted) return; // it would never tell its listeners
      const call: Call = { ...options, method: "GET" };
      const opening = AbortSignal.timeout(timeout);
      const ending = new AbortController();
      const abort = (): void => ending.abort();
      opening.addEventListener("abort", abort, { once: true });
      signal.addEventListener("abort", abort, { once: true });
      let isOpen = false;
      try {
        const response = await openTwice(call, ending.signal, true);
        isOpen = true;
        opening.removeEventListener("abort", abort);
        yield* parseLines(response);
      } catch (cause) {
        if (signal.aborted) return;
        throw cause instanceof ApiError ? cause : noAnswer(call, !isOpen && opening.aborted, cause);
      } finally {
        opening.removeEventListener("abort", abort);
        signal.removeEventListener("abort", abort);
        ending.abort();
      }
    },
  };
}

class StaleConnectionError extends Error {}
class UnusableAnswerError extends Error {}

async function* parseLines(response: IncomingMessage): AsyncIterable<unknown> {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  for await (const chunk of response) {
    const lines = (pending + decoder.write(chunk)).split("\n");
    pending = lines.pop() ?? "";
    if (pending.length > LONGEST_LINE) throw new UnusableAnswerError("a line of it has no end");
    for (const line of lines) if (line !== "") yield parse(line);
  }
}

/** A name in the path that URLs read as more than a name must not lead to another object. */
function toUrl(server: URL, call: Call): URL {
  const whole = server.pathname.replace(/\/$/, "") + call.path;
  const url = new URL(whole, server);
  if (url.host !== server.host || url.pathname !== whole || url.search !== "" || url.hash !== "")
    throw new ApiError(`could not ${describe(call)}: the path is not what a URL makes of it`, { status: 0 });
  return url;
}

function explain(host: string, cause: unknown): string {
  // Its words are our own: the kubeconfig has turned bad, or its plugin fails.
  if (cause instanceof PullcredError) return cause.message;
  if (cause instanceof UnusableAnswerError) return `no usable answer of ${host}: ${cause.message}`;
  return `could not reach ${host}: ${explainUnreachable(cause, HOW_TO_TRUST).why}`;
}

function describe({ method, path }: Call): string {
  return `${method} ${path}`;
}

/** JSON.parse quotes what it could not read, which may be part of a Secret. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UnusableAnswerError("it is not JSON");
  }
}

function parseOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
