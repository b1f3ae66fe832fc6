import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Redacted } from "../../core/credential/redacted.ts";
import type { RegistryAgents } from "./registry-agents.ts";
import { RegistryFailure } from "./registry-failure.ts";

/** One request, without a body. */
export type RegistryRequest = {
  readonly method: "GET" | "HEAD";
  readonly url: URL;
  readonly accept?: string;
  readonly authorization?: Redacted;
  /** Whether the body of a successful answer is wanted. */
  readonly wantsBody?: boolean;
};

/** What came back, whatever its status. */
export type RegistryAnswer = {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly location: string | undefined;
  readonly contentType: string | undefined;
  /** Of the content, as registries tell it with a manifest. */
  readonly digest: string | undefined;
  readonly body: string;
};

/** An answer, and when its connection is free again: the rest of a body that nobody wants may come later, or never. */
export type Exchanged = { readonly answer: RegistryAnswer; readonly rest: Promise<void> };

/** More than any token service writes. */
const LONGEST_BODY = 1024 * 1024;

/**
 * Sends one request over one connection, and rejects with a `RegistryFailure`, or the signal's reason. The signal ends the
 * rest, too.
 */
export async function exchange(
  sent: RegistryRequest,
  agents: RegistryAgents,
  signal: AbortSignal,
): Promise<Exchanged> {
  const response = await connect(sent, agents, signal);
  const status = response.statusCode ?? 0;
  const { location, "content-type": contentType, "www-authenticate": challenge } = response.headers;
  const digest = response.headersDistinct["docker-content-digest"]?.[0];
  const isWanted = sent.wantsBody === true && status >= 200 && status < 300;
  const rest = isWanted ? Promise.resolve() : passOver(response);
  const body = isWanted ? await readText(response, sent.url, agents, signal) : "";
  return { answer: { status, challenge, location, contentType, digest, body }, rest };
}

function connect(
  sent: RegistryRequest,
  agents: RegistryAgents,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { method, url, accept = "*/*", authorization } = sent;
  const send = url.protocol === "http:" ? requestHttp : requestHttps;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const outgoing = send(url, {
      method,
      agent: agents.of(url),
      headers: {
        "user-agent": "pullcred",
        accept,
        ...(authorization && { authorization: authorization.reveal() }),
      },
    });
    // Not by Node's own `signal`: a request that still waits for a connection says nothing when that ends it.
    const giveUp = (): void => {
      reject(signal.reason);
      outgoing.destroy();
    };
    signal.addEventListener("abort", giveUp, { once: true });
    outgoing.on("close", () => signal.removeEventListener("abort", giveUp));
    outgoing.on("response", resolve).on("error", (cause) => {
      if (signal.aborted) reject(signal.reason);
      // The server closed the kept connection just when it was used again. What is sent here can be sent twice.
      else if (outgoing.reusedSocket) connect(sent, agents, signal).then(resolve, reject);
      else reject(RegistryFailure.of(url, cause, agents.howToTrust));
    });
    outgoing.end();
  });
}

async function readText(
  response: IncomingMessage,
  url: URL,
  agents: RegistryAgents,
  signal: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LONGEST_BODY)
        throw new RegistryFailure(`${url.host} answered with more than ${LONGEST_BODY} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause instanceof RegistryFailure ? cause : RegistryFailure.of(url, cause, agents.howToTrust);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Keeps the connection where the rest of the answer is short; what has no end is cut off, and nobody waits for it. */
function passOver(response: IncomingMessage): Promise<void> {
  let length = 0;
  response.on("error", () => undefined);
  response.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST_BODY) response.destroy();
  });
  return new Promise((resolve) => response.on("close", resolve));
}
