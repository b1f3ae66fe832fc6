import { makeAuthority, signServing } from "./authority.ts";
import type { KeyPair } from "./key-pair.ts";

/** A serving certificate with its key, and the certificate of the CA that signed it, all PEM. */
export type SelfSigned = { readonly serving: KeyPair; readonly ca: string };

/**
 * Makes a CA and a serving certificate for these host names and IP addresses. The CA's key is forgotten at once, so
 * nobody can sign anything else with it.
 */
export async function makeSelfSigned(
  hosts: readonly string[],
  now: number,
  lifetimeMs: number,
): Promise<SelfSigned> {
  const authority = await makeAuthority({ now, lifetimeMs });
  const serving = await signServing(authority, hosts, { now, lifetimeMs });
  return { serving, ca: authority.certificate };
}
