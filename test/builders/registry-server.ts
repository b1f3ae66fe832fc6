import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Test } from "tap";
import type { SelfSigned } from "../../src/adapters/tls/self-signed.ts";

/** What a registry was asked. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  /** Whether the connection has been asked before. */
  readonly isReused: boolean;
};

/** A server on this machine that answers as a test says. */
export type RegistryServer = {
  /** As image references name it. */
  readonly host: string;
  readonly asked: readonly Asked[];
};

/** What it answers: a status with headers and a body, or nothing at all. */
export type RegistryReply =
  | "hang"
  | "cut"
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Iterable<string>;
      /** After the body nothing more comes, not even its end. */
      readonly isUnended?: boolean;
    };

/** The answer to whoever may have a manifest; it has no body, which nobody reads. */
export const MANIFEST = {
  status: 200,
  headers: { "docker-content-digest": `sha256:${"a".repeat(64)}` },
} satisfies RegistryReply;

type Handler = (asked: Asked) => RegistryReply;

/** Starts it on a free port; without a certificate it speaks no TLS. */
export async function registryServer(
  t: Test,
  handle: Handler,
  certificate?: SelfSigned,
): Promise<RegistryServer> {
  const asked: Asked[] = [];
  const used = new WeakSet<object>();
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { authorization, accept } = incoming.headers;
    const { method = "", url: path = "", socket } = incoming;
    const request = { method, path, authorization, accept, isReused: used.has(socket) };
    used.add(socket);
    asked.push(request);
    answer(incoming, response, handle(request));
  };
  const { serving } = certificate ?? {};
  const server =
    serving === undefined
      ? createPlainServer(listener)
      : createServer({ cert: serving.certificate, key: serving.key }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function answer(incoming: IncomingMessage, response: ServerResponse, reply: RegistryReply): void {
  if (reply === "hang") return;
  if (reply === "cut") return void incoming.socket.destroy();
  const { status, headers = {}, body = "", isUnended = false } = reply;
  response.writeHead(status, headers);
  if (incoming.method === "HEAD") return void response.end();
  if (isUnended) return void response.write(body);
  if (typeof body === "string") return void response.end(body);
  // As long as somebody reads.
  const chunks = body[Symbol.iterator]();
  const write = (error?: Error | null): void => {
    const { done, value } = error ? (chunks.return?.() ?? { done: true, value: "" }) : chunks.next();
    if (done) response.end();
    else response.write(value, (problem) => setImmediate(write, problem));
  };
  response.on("error", () => undefined);
  write();
}
