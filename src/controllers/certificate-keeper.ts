import type { Logger } from "pino";
import {
  buildCertificateSecret,
  joinBundle,
  readCertificateSecret,
} from "../adapters/tls/certificate-secret.ts";
import { isManaged } from "../core/copy/copy.ts";
import type { CertificateIssuer } from "../core/pki/certificate-issuer.ts";
import { type CertificateState, noCertificates } from "../core/pki/certificate-state.ts";
import { planCertificates, trustedAuthorities } from "../core/pki/plan-certificates.ts";
import type { TrustedBundle } from "../core/pki/trusted-bundle.ts";
import { createWorkQueue, type WorkResult } from "../core/queue/work-queue.ts";
import type { OwnerReference } from "../core/secret/secret.ts";
import type { SecretStore } from "../core/secret/secret-store.ts";
import type { Clock } from "../core/time/clock.ts";

export type CertificateKeeperOptions = {
  readonly secrets: SecretStore;
  readonly bundle: TrustedBundle;
  readonly issuer: CertificateIssuer;
  /** Where the Secret is. */
  readonly namespace: string;
  readonly name: string;
  /** The DNS names by which API servers call the webhook. */
  readonly hosts: readonly string[];
  /** What the Secret belongs to, so that it goes with pullcred. */
  readonly owner: () => Promise<OwnerReference | undefined>;
  readonly mayAct: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

export type CertificateKeeper = { stop(): Promise<void> };

const LONGEST_REST_MS = 60 * 60 * 1_000;
const KEY = "certificate";

/**
 * Keeps pullcred's own certificates: makes them, renews them ahead of their end, and tells API servers whom to trust. What
 * signs is always trusted before anything that it signed is served. Only the leader runs one.
 */
export function startCertificateKeeper(options: CertificateKeeperOptions): CertificateKeeper {
  const { secrets, bundle, issuer, namespace, name, hosts, owner, mayAct, clock, random, log } = options;
  let cancel: () => void = () => undefined;
  const queue = createWorkQueue({
    work: keep,
    concurrency: 1,
    firstDelay: 1_000,
    maxDelay: 60_000,
    clock,
    random,
  });

  async function keep(): Promise<WorkResult> {
    try {
      const seen = await secrets.get(namespace, name);
      if (seen !== undefined && !isManaged(seen)) {
        log.error(
          { namespace, secret: name },
          "the certificate's name is taken: delete that Secret, or rename the release",
        );
        return "retry";
      }
      const state = seen === undefined ? noCertificates : readCertificateSecret(seen);
      const now = clock.now();
      const plan = planCertificates(state, hosts, now);
      if (!plan.newAuthority) await publish(state);
      if (plan.newAuthority || plan.newServing) {
        const known = { ...state, authorities: trustedAuthorities(state, now) };
        const next = await issuer.renew(known, plan, hosts, now);
        if (!mayAct()) return "retry";
        await secrets.apply(buildCertificateSecret(name, namespace, next, await owner()), seen);
        log.info({ authority: plan.newAuthority, serving: plan.newServing }, "certificate renewed");
        await publish(next);
        return "done"; // the watch tells of what was written, and when to look again is decided then
      }
      rest(plan.due - now);
      return "done";
    } catch (err) {
      log.warn({ err }, "could not keep the certificate");
      return "retry";
    }
  }

  async function publish(state: CertificateState): Promise<void> {
    const wanted = joinBundle(state.authorities);
    const present = bundle.current();
    if (present === wanted || present === undefined || !mayAct()) return;
    // There is nobody to tell. The watch says when there is.
    if (present === null) return;
    await bundle.publish(wanted);
    log.info("caBundle published");
  }

  function rest(ms: number): void {
    cancel();
    cancel = clock.after(Math.min(Math.max(ms, 0), LONGEST_REST_MS), () => queue.add(KEY));
  }

  const unwatch = [
    secrets.watch((changedNamespace, changedName) => {
      if (changedNamespace === namespace && changedName === name) queue.add(KEY);
    }),
    bundle.watch(() => queue.add(KEY)),
  ];
  queue.add(KEY);
  return {
    async stop() {
      cancel();
      for (const stop of unwatch) stop();
      await queue.stop();
    },
  };
}
