import type { RegistryCredential } from "../../core/credential/credentials.ts";
import type { ImageReference } from "../../core/image/reference.ts";
import {
  isRefusal,
  judgeManifest,
  judgeOddStatus,
  judgeWithoutCredential,
} from "../../core/verify/judge-status.ts";
import { MANIFEST_TYPES, manifestPath, registryHost } from "../../core/verify/registry-address.ts";
import { type Authentication, pullScope, readAuthentication } from "../../core/verify/token-request.ts";
import { inconclusive, type Outcome, Verdict } from "../../core/verify/verdict.ts";
import type { FinalAnswer, RegistryHttp } from "./registry-http.ts";
import { type Admission, redirected, requestToken } from "./registry-login.ts";
import type { Door, RegistrySessions } from "./registry-sessions.ts";

/**
 * Asks for an image's manifest as containerd resolves an image: first without a credential, and with one where the registry
 * wants it. Without a credential at all, as kubelet pulls where it has none.
 */
export async function tryPull(
  http: RegistryHttp,
  sessions: RegistrySessions,
  reference: ImageReference,
  credential: RegistryCredential | null,
): Promise<Outcome> {
  const host = registryHost(reference.registry);
  if (host === null) return inconclusive("the image names no registry that could be asked");
  const door = await sessions.knock(host);
  const { status } = door.answer;
  if (status === 429 || status >= 500) return judgeOddStatus(host, status);
  const url = new URL(manifestPath(reference), door.base);
  const unasked = await askForManifest(http, url);
  if (unasked.status !== 401) return judgeWithoutCredential(host, unasked.status);
  if (unasked.isElsewhere) return redirected(host);
  const read = readAuthentication(unasked.challenge);
  if (!read.ok) return inconclusive(`${host} ${read.problem}`);

  const admission = await authorize(http, sessions, door, read.authentication, reference, credential);
  if (!admission.isAdmitted) return admission.outcome;
  const answer = await askForManifest(http, url, admission);
  if (answer.isElsewhere && isRefusal(answer.status)) return redirected(host);
  if (credential === null && isRefusal(answer.status)) return wantsCredential(host);
  const again = readAuthentication(answer.challenge);
  return judgeManifest(host, answer.status, again.ok ? again.error : null);
}

/** HEAD, and GET where a registry knows no HEAD, as containerd does. */
async function askForManifest(
  http: RegistryHttp,
  url: URL,
  admission?: Extract<Admission, { isAdmitted: true }>,
): Promise<FinalAnswer> {
  const request = {
    url,
    accept: MANIFEST_TYPES,
    ...(admission && { authorization: admission.authorization }),
  };
  const answer = await http.send({ method: "HEAD", ...request });
  return answer.status === 405 ? http.send({ method: "GET", ...request }) : answer;
}

async function authorize(
  http: RegistryHttp,
  sessions: RegistrySessions,
  door: Door,
  authentication: Authentication,
  { repository }: ImageReference,
  credential: RegistryCredential | null,
): Promise<Admission> {
  if (authentication.kind === "basic") {
    if (credential !== null) return sessions.admit(door, authentication, credential);
    return { isAdmitted: false, isRefused: true, outcome: wantsCredential(door.host) };
  }
  if (credential !== null) {
    const admission = await sessions.admit(door, authentication, credential);
    if (!admission.isAdmitted) return admission;
  }
  const scopes = [pullScope(repository), ...authentication.scopes];
  const token = await requestToken(http, authentication, scopes, credential);
  if (token.isAdmitted || !token.isRefused) return token;
  if (credential === null) return { ...token, outcome: wantsCredential(door.host) };
  // The credential is known to be good, so that it is the scope that was refused.
  const detail = `the token service ${authentication.realm.host} knows the credential and refuses the image: grant pull`;
  return { ...token, outcome: { verdict: Verdict.NoPullRight, detail } };
}

function wantsCredential(host: string): Outcome {
  return { verdict: Verdict.NoCredential, detail: `${host} gives the image to nobody without a credential` };
}
