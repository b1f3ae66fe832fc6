import { isManifest, type ManifestHeaders } from "./manifest.ts";
import { inconclusive, type Outcome, Verdict } from "./verdict.ts";

/** What an answer says of a manifest. */
export type ManifestAnswer = ManifestHeaders & { readonly status: number };

/** What to make of a status that says nothing of the credential or the image. `who` begins the sentence. */
export function judgeOddStatus(who: string, status: number): Outcome {
  if (status === 429) return inconclusive(`${who} has too much to do (429): try again later`);
  if (status >= 500) return inconclusive(`${who} is broken or overloaded (${status}): try again later`);
  return inconclusive(`${who} answered with status ${status}, which tells nothing`);
}

/** Whether a status refuses whoever asks. */
export function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

/** Whether a status says that the same request may come to something else later. */
export function isBusy(status: number): boolean {
  return status === 429 || status >= 500;
}

/**
 * Whether an image may be had although the login without one came to this status. containerd logs in for an image only: it
 * never asks at `/v2/`, where a registry may refuse whom it gives the image, and never for a token without a scope.
 *
 * | status        | Basic: at `/v2/` | Bearer: at the token service |
 * |---------------|------------------|------------------------------|
 * | 401           | no               | no                           |
 * | 403           | maybe            | no                           |
 * | 429, 5xx      | no, not now      | no, not now                  |
 * | anything else | maybe            | maybe                        |
 */
export function mayPullAfter(status: number, kind: "basic" | "bearer"): boolean {
  return status !== 401 && !(status === 403 && kind === "bearer") && !isBusy(status);
}

/** Whether a status says that all is well. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What to make of the answer to a request for a manifest with a credential that is known to be good.
 *
 * | status                               | verdict      |
 * |--------------------------------------|--------------|
 * | 2xx, and it is a manifest            | Works        |
 * | 401, 403                             | NoPullRight  |
 * | 401, the token itself is not trusted | Inconclusive |
 * | 404                                  | NotFound     |
 * | anything else                        | Inconclusive |
 */
export function judgeManifest(host: string, answer: ManifestAnswer, error: string | null): Outcome {
  const { status } = answer;
  if (isSuccess(status)) return judgeSuccess(host, answer, "gave the manifest");
  if (status === 401 && error === "invalid_token") {
    return inconclusive(`${host} does not trust the tokens of its own token service: tell who runs it`);
  }
  if (isRefusal(status)) {
    return {
      verdict: Verdict.NoPullRight,
      detail: `${host} knows the credential and refuses the image (${status}): grant pull, or there is no such repository`,
    };
  }
  if (status === 404) {
    return {
      verdict: Verdict.NotFound,
      detail: `${host} has no such image, or hides it from the credential (404)`,
    };
  }
  return judgeOddStatus(host, status);
}

/** What to make of the answer to a request for a manifest where the registry asked for no credential, and got none. */
export function judgeWithoutCredential(host: string, answer: ManifestAnswer): Outcome {
  const { status } = answer;
  if (isSuccess(status)) return judgeSuccess(host, answer, "gives the manifest to anybody");
  if (status === 404) {
    return {
      verdict: Verdict.NotFound,
      detail: `${host} has no such image, and asked for no credential (404)`,
    };
  }
  if (status === 403) return inconclusive(`${host} refuses whoever asks, and asked for no credential (403)`);
  return judgeOddStatus(host, status);
}

function judgeSuccess(host: string, answer: ManifestAnswer, what: string): Outcome {
  if (isManifest(answer)) return { verdict: Verdict.Works, detail: `${host} ${what}` };
  return inconclusive(`${host} answers, but not with a manifest: is this the registry's host?`);
}
