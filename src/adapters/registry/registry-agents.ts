import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { getCACertificates } from "node:tls";

/** The connections to registries. */
export type RegistryAgents = {
  /** The agent for an address. */
  of(url: URL): HttpAgent;
  close(): void;
};

export type AgentOptions = {
  /** Certificates of CAs to trust beside those that Node trusts, PEM. */
  readonly ca: string | undefined;
  /** Whether nobody need prove that it is this host. */
  isInsecure(url: URL): boolean;
  /** How many connections to one host are open at a time. */
  readonly maxSockets: number;
};

/** Keeps connections open from one request to the next: a handshake costs more than an answer. */
export function createAgents({ ca, isInsecure, maxSockets }: AgentOptions): RegistryAgents {
  const options = { keepAlive: true, maxSockets };
  const trusted = ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] };
  const plain = new HttpAgent(options);
  const verified = new HttpsAgent({ ...options, ...trusted });
  const unverified = new HttpsAgent({ ...options, rejectUnauthorized: false });
  return {
    of(url) {
      if (url.protocol === "http:") return plain;
      return isInsecure(url) ? unverified : verified;
    },
    close() {
      for (const agent of [plain, verified, unverified]) agent.destroy();
    },
  };
}
