import { findKeyTrap } from "../credential/key-findings.ts";
import { keyringKey } from "../credential/keyring.ts";

/** The pattern for the images that kubelet serves with an `auths` key, or why it serves none with it. */
export function patternOfServer(
  server: string,
): { readonly ok: true; readonly pattern: string } | { readonly ok: false; readonly message: string } {
  const trap = findKeyTrap(server, "");
  if (trap !== null) return { ok: false, message: trap.message };
  const key = keyringKey(server);
  if (key === null || key === "") return { ok: false, message: "is no registry" };
  return { ok: true, pattern: key === "index.docker.io" ? "docker.io" : key };
}
