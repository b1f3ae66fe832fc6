import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Test } from "tap";

/** What came in. */
export type Received = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** What goes out; a body that is no text is sent as JSON. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** What a server does other than to answer. */
export type Fault = "hang" | "cut" | Reply;

/** What a test may change of the tokens that a registry gives from now on. */
export type TokenTerms = {
  /** How long they live. */
  lifeMs: number;
  /** What tells them from those before. */
  mark: string;
};

/** A cloud's API on this machine, whose next answers a test may spoil. */
export type CloudServer = {
  readonly url: string;
  readonly received: readonly Received[];
  /** What happens instead of the next answers, in this order. */
  spoil(...faults: readonly Fault[]): void;
};

/** Starts it on a free port. What the handler throws is answered with status 599, so that no client tries again. */
export async function cloudServer(
  t: Test,
  handle: (received: Received) => Reply | Promise<Reply>,
): Promise<CloudServer> {
  const received: Received[] = [];
  const faults: Fault[] = [];
  const server = createServer(async (incoming, response) => {
    const came = await receive(incoming);
    received.push(came);
    const fault = faults.shift();
    if (fault === "hang") return;
    if (fault === "cut") return void incoming.socket.destroy();
    reply(response, fault ?? (await answer(came, handle)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received, spoil: (...more) => void faults.push(...more) };
}

async function receive(incoming: IncomingMessage): Promise<Received> {
  return {
    method: incoming.method ?? "",
    url: new URL(incoming.url ?? "", `http://${incoming.headers.host}`),
    headers: incoming.headers,
    body: await text(incoming),
  };
}

async function answer(came: Received, handle: (came: Received) => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await handle(came);
  } catch (error) {
    return { status: 599, body: String(error) };
  }
}

function reply(response: ServerResponse, { status, headers = {}, body = "" }: Reply): void {
  response.writeHead(status, headers);
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
