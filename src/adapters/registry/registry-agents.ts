import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { RegistryTrust } from "./registry-trust.ts";

/** The connections to registries. */
export type RegistryAgents = {
  /** The agent for an address. */
  of(url: URL): HttpAgent;
  /** What helps where a certificate is not trusted, in words. */
  readonly howToTrust: string;
  close(): void;
};

export type AgentOptions = Pick<RegistryAgents, "howToTrust"> & {
  /** Default: whom Node trusts. */
  readonly trust: RegistryTrust | undefined;
  /** Whether nobody need prove that it is this host. */
  isInsecure(url: URL): boolean;
  /** How many connections to one host are open at a time. */
  readonly maxSockets: number;
};

/** Keeps connections open from one request to the next: a handshake costs more than an answer. */
export function createAgents({ trust, isInsecure, maxSockets, howToTrust }: AgentOptions): RegistryAgents {
  const options = { keepAlive: true, maxSockets };
  const plain = new HttpAgent(options);
  const verified = new HttpsAgent({ ...options, ...(trust && { secureContext: trust }) });
  const unverified = new HttpsAgent({ ...options, rejectUnauthorized: false });
  return {
    howToTrust,
    of(url) {
      if (url.protocol === "http:") return plain;
      return isInsecure(url) ? unverified : verified;
    },
    close() {
      for (const agent of [plain, verified, unverified]) agent.destroy();
    },
  };
}
