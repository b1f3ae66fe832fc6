import { InvalidArgumentError, Option } from "commander";

/** An option that names registries which need neither TLS nor a certificate. */
export function insecureHostOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collectHosts).default([], "none");
}

function collectHosts(host: string, hosts: readonly string[]): readonly string[] {
  const url = URL.parse(`https://${host}/`);
  if (url === null || url.pathname !== "/" || /[/?#@\s]/.test(host)) {
    throw new InvalidArgumentError("It is a host with an optional port, as in registry.example.com:5000.");
  }
  return [...hosts, host];
}
