import { Verdict, type VerifyResult } from "./verdict.ts";

/** Refused for this one image: fine where another credential is there for it. */
const HARMLESS: ReadonlySet<Verdict> = new Set([Verdict.NoPullRight, Verdict.NotFound]);

/**
 * What the attempts at one image, in kubelet's order, come to. Two credentials for one registry are fine, as robots for two
 * projects have them: kubelet tries both. So where one works, what another may not pull is no result of its own; but a
 * credential that is wrong, or of which nothing was learned, is one.
 */
export function concludeAttempts(attempts: readonly VerifyResult[]): readonly VerifyResult[] {
  const last = attempts.at(-1);
  if (last?.verdict !== Verdict.Works) return attempts;
  const passedOver = attempts.filter(({ verdict }) => HARMLESS.has(verdict));
  if (passedOver.length === 0) return attempts;
  const names = passedOver.map(({ secretName, key, verdict }) => `${secretName} ${key} (${verdict})`);
  const detail = `${last.detail}; kubelet tries before it: ${names.join(", ")}`;
  return [...attempts.filter(({ verdict }) => !HARMLESS.has(verdict)).slice(0, -1), { ...last, detail }];
}
