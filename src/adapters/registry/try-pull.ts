import type { RegistryCredential } from "../../core/credential/credentials.ts";
import type { ImageReference } from "../../core/image/reference.ts";
import {
  isBusy,
  isRefusal,
  isSuccess,
  judgeManifest,
  judgeOddStatus,
  judgeWithoutCredential,
  mayPullAfter,
} from "../../core/verify/judge-status.ts";
import { ACCEPTED_TYPES } from "../../core/verify/manifest.ts";
import { manifestPath, registryHost } from "../../core/verify/registry-address.ts";
import {
  type Authentication,
  basicAuthorization,
  pullScope,
  readAuthentication,
} from "../../core/verify/token-request.ts";
import { inconclusive, type Outcome, Verdict } from "../../core/verify/verdict.ts";
import type { FinalAnswer, RegistryHttp } from "./registry-http.ts";
import { type Admission, redirected, requestToken, turnedAway } from "./registry-login.ts";
import type { Door, ImageLogin, RegistrySessions } from "./registry-sessions.ts";

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
  if (isBusy(status)) return judgeOddStatus(host, status);
  const url = new URL(manifestPath(reference), door.base);
  const unasked = await askForManifest(http, url);
  if (unasked.status !== 401) return judgeWithoutCredential(host, unasked);
  if (unasked.isElsewhere) return redirected(host);
  const read = readAuthentication(unasked.challenge);
  if (!read.ok) return inconclusive(`${host} ${read.problem}`);

  const { authentication } = read;
  const asking = { http, sessions, door, reference, url };
  const admission = await authorize(asking, authentication, credential);
  if (!admission.isAdmitted) return admission.outcome;
  const answer = await askForManifest(http, url, admission);
  if (answer.isElsewhere && isRefusal(answer.status)) return redirected(host);
  if (credential === null && isRefusal(answer.status)) return wantsCredential(host);
  const again = readAuthentication(answer.challenge);
  return judgeManifest(host, answer, again.ok ? again.error : null);
}

/** HEAD, and GET where a registry knows no HEAD, as containerd does. */
async function askForManifest(
  http: RegistryHttp,
  url: URL,
  admission?: Extract<Admission, { isAdmitted: true }>,
): Promise<FinalAnswer> {
  const request = {
    url,
    accept: ACCEPTED_TYPES,
    ...(admission && { authorization: admission.authorization }),
  };
  const answer = await http.send({ method: "HEAD", ...request });
  return answer.status === 405 ? http.send({ method: "GET", ...request }) : answer;
}

/** What an image is asked for with. */
type Asking = {
  readonly http: RegistryHttp;
  readonly sessions: RegistrySessions;
  readonly door: Door;
  readonly reference: ImageReference;
  readonly url: URL;
};

async function authorize(
  asking: Asking,
  authentication: Authentication,
  credential: RegistryCredential | null,
): Promise<Admission> {
  if (credential === null) return authorizeAnybody(asking, authentication);
  return authentication.kind === "basic"
    ? authorizeBasic(asking, authentication, credential)
    : authorizeBearer(asking, authentication, credential);
}

async function authorizeAnybody(
  { http, door, reference }: Asking,
  authentication: Authentication,
): Promise<Admission> {
  const outcome = wantsCredential(door.host);
  if (authentication.kind === "basic") return { isAdmitted: false, refusedWith: null, status: null, outcome };
  const token = await requestToken(http, authentication, scopesOf(reference, authentication), null);
  return token.isAdmitted || token.refusedWith === null ? token : { ...token, outcome };
}

/** With Basic, the image decides where `/v2/` has not: one that lets anybody in tells nothing of a password. */
async function authorizeBasic(
  { http, sessions, door, reference, url }: Asking,
  authentication: Authentication,
  credential: RegistryCredential,
): Promise<Admission> {
  if (!isSuccess(door.answer.status)) {
    const admission = await sessions.admit(door, authentication, credential);
    if (!mayBeAdmitted(admission, authentication)) return admission;
  }
  const authorization = basicAuthorization(credential);
  const admitted = { isAdmitted: true, authorization } as const;
  const image: ImageLogin = {
    scopes: [pullScope(reference.repository)],
    async logIn() {
      const answer = await askForManifest(http, url, admitted);
      // 404 is for whoever is let in: the others are asked who they are.
      const isLetIn = isSuccess(answer.status) || answer.status === 404;
      return isLetIn ? admitted : turnedAway(door.host, answer, credential);
    },
  };
  return sessions.admitFor(image, door, authentication, credential);
}

/** With a token, which is for the image; first without it, so that a wrong credential is told from a missing right. */
async function authorizeBearer(
  { http, sessions, door, reference }: Asking,
  authentication: Extract<Authentication, { kind: "bearer" }>,
  credential: RegistryCredential,
): Promise<Admission> {
  const admission = await sessions.admit(door, authentication, credential);
  const scopes = scopesOf(reference, authentication);
  const logIn = (): Promise<Admission> => requestToken(http, authentication, scopes, credential);
  if (!admission.isAdmitted) {
    if (!mayBeAdmitted(admission, authentication)) return admission;
    return sessions.admitFor({ scopes, logIn }, door, authentication, credential);
  }
  const token = await logIn();
  if (token.isAdmitted || token.refusedWith === null) return token;
  // The credential is known to be good, so that it is the scope that was refused.
  const detail = `the token service ${authentication.realm.host} knows the credential and refuses the image: grant pull`;
  return { ...token, outcome: { verdict: Verdict.NoPullRight, detail } };
}

function scopesOf(
  { repository }: ImageReference,
  { scopes }: Extract<Authentication, { kind: "bearer" }>,
): readonly string[] {
  return [pullScope(repository), ...scopes];
}

function mayBeAdmitted(admission: Admission, { kind }: Authentication): boolean {
  if (admission.isAdmitted || admission.status === null) return false;
  return mayPullAfter(admission.status, kind);
}

function wantsCredential(host: string): Outcome {
  return { verdict: Verdict.NoCredential, detail: `${host} gives the image to nobody without a credential` };
}
