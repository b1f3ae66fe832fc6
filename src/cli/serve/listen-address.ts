import { InvalidArgumentError } from "commander";

/** Where to listen; without a host on every address of the machine. */
export type ListenAddress = { readonly host: string | undefined; readonly port: number };

/** Reads `:8443`, `127.0.0.1:8443` or `[::1]:8443`; port 0 means any free one. */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:]+)\]|([^[\]:]*)):(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError(
      "Write it as :8443, 127.0.0.1:8443 or [::1]:8443; port 0 takes a free one.",
    );
  }
  return { host: bracketed || plain || undefined, port: Number(port) };
}

/** The host under which this machine reaches an address that it listens on. */
export function reachableHost({ host }: ListenAddress): string {
  if (host === undefined || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
