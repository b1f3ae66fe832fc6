import { inconclusive, type Outcome, Verdict } from "./verdict.ts";

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

/** Whether a status says that all is well. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/**
 * What to make of the answer to a request for a manifest with a credential that is known to be good.
 *
 * | status                               | verdict      |
 * |--------------------------------------|--------------|
 * | 2xx                                  | Works        |
 * | 401, 403                             | NoPullRight  |
 * | 401, the token itself is not trusted | Inconclusive |
 * | 404                                  | NotFound     |
 * | anything else                        | Inconclusive |
 */
export function judgeManifest(host: string, status: number, error: string | null): Outcome {
  if (isSuccess(status)) return { verdict: Verdict.Works, detail: `${host} gave the manifest` };
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
export function judgeWithoutCredential(host: string, status: number): Outcome {
  if (isSuccess(status)) return { verdict: Verdict.Works, detail: `${host} gives the manifest to anybody` };
  if (status === 404) {
    return {
      verdict: Verdict.NotFound,
      detail: `${host} has no such image, and asked for no credential (404)`,
    };
  }
  if (status === 403) return inconclusive(`${host} refuses whoever asks, and asked for no credential (403)`);
  return judgeOddStatus(host, status);
}
