import type { CredentialFinding } from "./credentials.ts";
import { keyringKey } from "./keyring.ts";
import { describeServer, placeOfServer } from "./server-name.ts";

const DOCKER_HUB = "https://index.docker.io/v1/";
const NEVER_MATCHES = new Set(["registry-1.docker.io", "hub.docker.com", "registry.hub.docker.com"]);

/** Whether kubelet reads an `auths` key otherwise than most people expect, with the remedy; null where it does not. */
export function findKeyTrap(server: string, path: string): CredentialFinding | null {
  const message = explainKey(server);
  return message === null ? null : { path: placeOfServer(path, server), message };
}

function explainKey(server: string): string | null {
  const key = keyringKey(server);
  if (key === null) return "is not a registry that kubelet can read: it passes this entry over";
  const [host = ""] = key.split("/", 1);
  if (NEVER_MATCHES.has(host)) {
    return `is not how images of Docker Hub are named, so kubelet never uses it: write ${DOCKER_HUB}`;
  }
  if (key.startsWith("index.docker.io/") || key === "docker.io/v1" || key === "docker.io/v2") {
    return `is read as the repositories below ${describeServer(key)}, so kubelet never uses it: write ${DOCKER_HUB}`;
  }
  return null;
}
