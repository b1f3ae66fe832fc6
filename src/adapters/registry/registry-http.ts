import type { Clock } from "../../core/time/clock.ts";
import { isLoopback } from "../../core/verify/registry-address.ts";
import { exchange, type RegistryAnswer, type RegistryRequest } from "./exchange.ts";
import { createAgents } from "./registry-agents.ts";
import { RegistryFailure } from "./registry-failure.ts";
import type { RegistryTrust } from "./registry-trust.ts";

/** An answer, wherever redirects led to it. */
export type FinalAnswer = RegistryAnswer & {
  /** Whether redirects led to another server meanwhile, so that whoever answered got no credential. */
  readonly isElsewhere: boolean;
};

/** What the options are called that let more registries in: whatever fails for want of them names them. */
export type RegistryOptionNames = { readonly caFile: string; readonly insecureHost: string };

/** Requests to registries and their token services. Rejects with a `RegistryFailure`, or the signal's reason. */
export type RegistryHttp = {
  send(request: RegistryRequest): Promise<FinalAnswer>;
  /** Whether an address without TLS may be used. */
  allowsPlain(url: URL): boolean;
  readonly optionNames: RegistryOptionNames;
  close(): void;
};

export type RegistryHttpOptions = {
  readonly clock: Clock;
  /** How long a request may take with all its redirects, and what comes after the headers, in milliseconds. */
  readonly timeout: number;
  /** Default: whom Node trusts. */
  readonly trust: RegistryTrust | undefined;
  /** Hosts, with a port or without, which need neither TLS nor a certificate. */
  readonly insecureHosts: readonly string[];
  readonly maxSockets: number;
  /** Of `trust` and `insecureHosts`, for whoever runs this. */
  readonly optionNames: RegistryOptionNames;
  /** Ends every request, those that are sent later, too. */
  readonly signal?: AbortSignal;
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** As many as containerd follows. */
const MOST_REDIRECTS = 10;

/** Makes the client. A credential goes to the origin that it was meant for, and no redirect takes it to another one. */
export function createRegistryHttp(options: RegistryHttpOptions): RegistryHttp {
  const { clock, timeout, trust, maxSockets, optionNames, signal } = options;
  const insecureHosts = new Set(
    options.insecureHosts.flatMap((host) => URL.parse(`https://${host}`)?.host ?? []),
  );
  const isInsecure = ({ host, hostname }: URL): boolean =>
    insecureHosts.has(host) || insecureHosts.has(hostname);
  const allowsPlain = (url: URL): boolean => isLoopback(url) || isInsecure(url);
  const howToTrust = `give its CA with ${optionNames.caFile}`;
  const agents = createAgents({ trust, isInsecure, maxSockets, howToTrust });

  async function follow(
    first: RegistryRequest,
    signal: AbortSignal,
    rests: Promise<void>[],
  ): Promise<FinalAnswer> {
    let request = first;
    let isElsewhere = false;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const { answer, rest } = await exchange(request, agents, signal);
      rests.push(rest);
      if (!REDIRECTS.has(answer.status)) return { ...answer, isElsewhere };
      const url = toRedirect(request.url, answer.location);
      // Not even back to where it came from: what led away from there is not to be trusted with a credential.
      isElsewhere ||= url.origin !== request.url.origin;
      const { authorization: _, ...withoutCredential } = request;
      request = isElsewhere ? { ...withoutCredential, url } : { ...request, url };
    }
    throw new RegistryFailure(`${first.url.host} redirects more than ${MOST_REDIRECTS} times`);
  }

  function toRedirect(from: URL, location: string | undefined): URL {
    const url = location === undefined ? null : URL.parse(location, from);
    if (url === null) throw new RegistryFailure(`${from.host} redirects to nowhere`);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && allowsPlain(url)))
      throw new RegistryFailure(
        `${from.host} redirects to ${url.host}, but not with https, which is not followed`,
      );
    url.username = "";
    url.password = "";
    return url;
  }

  return {
    async send(request) {
      const limit = new AbortController();
      const { host } = request.url;
      const cancel = clock.after(timeout, () =>
        limit.abort(new RegistryFailure(`${host} did not answer within ${timeout / 1_000} s`)),
      );
      const rests: Promise<void>[] = [];
      const either = signal ? AbortSignal.any([limit.signal, signal]) : limit.signal;
      try {
        return await follow(request, either, rests);
      } finally {
        // A body that drips for ever would keep its connection from whoever waits for one.
        void Promise.all(rests).then(cancel);
      }
    },
    allowsPlain,
    optionNames,
    close: agents.close,
  };
}
