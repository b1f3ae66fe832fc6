import { lookup } from "node:dns/promises";
import type { AddressInfo } from "node:net";
import type { FastifyInstance, RawServerBase } from "fastify";
import { PullcredError } from "../../core/error.ts";
import { type ListenAddress, reachableHost } from "./listen-address.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: "something listens there already: choose another port",
  EACCES: "ports below 1024 need privileges: choose another port",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such host",
};

/** Starts to listen and returns the URL at which this machine reaches the server, without a path. */
export async function listenOn<Server extends RawServerBase>(
  app: FastifyInstance<Server>,
  address: ListenAddress,
): Promise<string> {
  try {
    // By its address: for `localhost` Fastify would make a second server, which no new certificate and no shutdown reaches.
    const host = address.host === undefined ? "::" : (await lookup(address.host)).address;
    await app.listen({ port: address.port, host });
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

/** A server and where it is to listen. */
export type Listener<Server extends RawServerBase> = readonly [FastifyInstance<Server>, ListenAddress];

/** Starts both to listen and returns their URLs. Where one cannot, neither goes on listening. */
export async function listenOnBoth<First extends RawServerBase, Second extends RawServerBase>(
  first: Listener<First>,
  second: Listener<Second>,
): Promise<readonly [string, string]> {
  try {
    return [await listenOn(...first), await listenOn(...second)];
  } catch (error) {
    await Promise.all([first[0].close(), second[0].close()]);
    throw error;
  }
}
