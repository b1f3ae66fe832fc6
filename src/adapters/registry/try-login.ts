import type { RegistryCredential } from "../../core/credential/credentials.ts";
import { isRefusal, isSuccess, judgeOddStatus } from "../../core/verify/judge-status.ts";
import { registryHost } from "../../core/verify/registry-address.ts";
import { readAuthentication } from "../../core/verify/token-request.ts";
import { inconclusive, type Outcome, Verdict } from "../../core/verify/verdict.ts";
import type { RegistryHttp } from "./registry-http.ts";
import { redirected } from "./registry-login.ts";
import type { RegistrySessions } from "./registry-sessions.ts";

/** Logs in at a registry, which image references call so, as `docker login` does. What may be pulled stays open. */
export async function tryLogin(
  http: RegistryHttp,
  sessions: RegistrySessions,
  registry: string,
  credential: RegistryCredential,
): Promise<Outcome> {
  const host = registryHost(registry);
  if (host === null) return inconclusive(`${registry} is no registry that could be asked`);
  const door = await sessions.knock(host);
  const { status, challenge, isElsewhere } = door.answer;
  if (isSuccess(status)) {
    return inconclusive(
      `${host} lets anybody in at /v2/, so that the credential was not tried: name an image`,
    );
  }
  if (status !== 401) return judgeOddStatus(`${host}/v2/`, status);
  if (isElsewhere) return redirected(host);
  const read = readAuthentication(challenge);
  if (!read.ok) return inconclusive(`${host} ${read.problem}`);
  const admission = await sessions.admit(door, read.authentication, credential);
  if (!admission.isAdmitted) return admission.outcome;
  if (read.authentication.kind === "bearer") {
    const { authorization } = admission;
    const entered = await http.send({ method: "GET", url: new URL("/v2/", door.base), authorization });
    if (isRefusal(entered.status)) {
      return inconclusive(
        `${host} does not accept the token that its token service gave (${entered.status})`,
      );
    }
    if (!isSuccess(entered.status)) return judgeOddStatus(host, entered.status);
  }
  return { verdict: Verdict.Works, detail: `${host} lets the credential in; no pull was tried` };
}
