import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Test } from "tap";
import { createKubeClient, type KubeClient } from "../../src/adapters/kube/client/kube-client.ts";
import { eventually } from "./eventually.ts";

/** What came, and how a test answers it. */
export type Request = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Answers with JSON. */
  json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): void;
  /** Begins a watch that has no end by itself. */
  open(): void;
  /** Sends bytes of it. */
  write(bytes: string | Buffer): void;
  /** Sends one event of it. */
  event(type: string, object: unknown): void;
  end(): void;
  /** Cuts the connection. */
  cut(): void;
  readonly isClosed: () => boolean;
};

/** A server that speaks HTTP and lets the test decide on each answer, and a client of it. */
export type FakeApiServer = {
  readonly client: KubeClient;
  readonly address: string;
  /** How often access was to be read anew. */
  readonly forgotten: () => number;
  readonly requests: readonly Request[];
  /** The request with this index, as soon as it has come. */
  request(index: number): Promise<Request>;
};

/** Starts it on a free port. `timeout` is the client's. */
export async function fakeApiServer(t: Test, timeout = 10_000): Promise<FakeApiServer> {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    requests.push(toRequest(incoming, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  let forgotten = 0;
  const client = createKubeClient({
    connection: {
      route: async () => ({
        server: new URL(`http://127.0.0.1:${port}/prefix/`),
        agent,
        streamAgent: agent,
        headers: { authorization: `Bearer token-${forgotten}` },
      }),
      forget() {
        forgotten += 1;
      },
      close: () => agent.destroy(),
    },
    timeout,
    userAgent: "pullcred-test",
  });
  t.teardown(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return {
    client,
    address: `http://127.0.0.1:${port}`,
    forgotten: () => forgotten,
    requests,
    request: (index) => eventually(`request ${index}`, () => requests[index]),
  };
}

function toRequest(incoming: IncomingMessage, body: string, response: ServerResponse): Request {
  return {
    method: incoming.method ?? "",
    url: new URL(incoming.url ?? "", "http://127.0.0.1"),
    headers: incoming.headers,
    body,
    json(status, content, headers = {}) {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof content === "string" ? content : JSON.stringify(content));
    },
    open() {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
    },
    write: (bytes) => void response.write(bytes),
    event: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
    end: () => void response.end(),
    cut: () => void incoming.socket.destroy(),
    isClosed: () => response.closed,
  };
}
