import type { AddressInfo } from "node:net";
import type { FastifyInstance, RawServerBase } from "fastify";
import { PullcredError } from "../core/error.ts";
import { type ListenAddress, reachableHost } from "./listen-address.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process listens there: choose another port",
  EACCES: "ports below 1024 need privileges: choose another port",
  EADDRNOTAVAIL: "this machine has no such address",
};

/** Starts to listen and returns the URL at which this machine reaches the server, without a path. */
export async function listenOn<Server extends RawServerBase>(
  app: FastifyInstance<Server>,
  address: ListenAddress,
): Promise<string> {
  try {
    await app.listen({ port: address.port, host: address.host ?? "::" });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    const place = `${address.host ?? ""}:${address.port}`;
    throw new PullcredError("ListenFailed", `could not listen on ${place}: ${REMEDIES[code] ?? code}`, {
      cause,
    });
  }
  const scheme = app.initialConfig.https ? "https" : "http";
  const { port } = app.server.address() as AddressInfo;
  return `${scheme}://${reachableHost(address)}:${port}`;
}
