import { createHash } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Clock } from "../../../core/time/clock.ts";

/** What one reading of a kubeconfig, or of a Pod's service account, comes to. */
export type Access = {
  readonly server: URL;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** With the bearer token, where there is one. */
  readonly headers: Readonly<Record<string, string>>;
};

/** What a request is sent with. */
export type Route = {
  readonly server: URL;
  /** Keeps a few connections, so that a burst of requests is not one of TLS handshakes. */
  readonly agent: HttpAgent;
  /** For what stays open: each has a connection of its own. */
  readonly streamAgent: HttpAgent;
  readonly headers: Readonly<Record<string, string>>;
};

/** The way to the API server, which changes while the process runs: tokens and certificates are rotated on disk. */
export type KubeConnection = {
  route(): Promise<Route>;
  /** The API server did not accept what it was sent: the next `route` reads everything anew. */
  forget(): void;
  close(): void;
};

/** Reading again costs little; kubelet replaces a token long before it expires. */
const REMEMBER_MS = 10_000;
/** More requests than that at a time only wait in the API server's own queues. */
const MAX_CONNECTIONS = 32;

type Agents = Pick<Route, "agent" | "streamAgent">;

/** Reads access anew every few seconds, and keeps connections open for as long as nothing about TLS changes. */
export function createConnection(load: () => Promise<Access>, clock: Clock): KubeConnection {
  let agents: Agents | undefined;
  let fingerprint = "";
  let known: { readonly at: number; readonly route: Promise<Route> } | undefined;

  async function read(): Promise<Route> {
    const { server, tls, headers } = await load();
    const found = createHash("sha256")
      .update(JSON.stringify([server, tls]))
      .digest("base64");
    if (agents === undefined || found !== fingerprint) {
      // What is under way on the old ones goes on; their idle connections end by themselves.
      agents = {
        agent: openAgent(server, tls, MAX_CONNECTIONS),
        streamAgent: openAgent(server, tls, Number.POSITIVE_INFINITY),
      };
      fingerprint = found;
    }
    return { server, headers, ...agents };
  }

  return {
    route() {
      if (known === undefined || clock.now() - known.at >= REMEMBER_MS) {
        const route = read();
        known = { at: clock.now(), route };
        route.catch(() => {
          known = undefined;
        });
      }
      return known.route;
    },
    forget() {
      known = undefined;
    },
    close() {
      agents?.agent.destroy();
      agents?.streamAgent.destroy();
    },
  };
}

function openAgent({ protocol }: URL, tls: Access["tls"], maxSockets: number): HttpAgent {
  const options = { keepAlive: true, maxSockets };
  return protocol === "http:" ? new HttpAgent(options) : new HttpsAgent({ ...tls, ...options });
}
