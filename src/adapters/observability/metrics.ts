import { Counter, Gauge, Registry } from "prom-client";
import { CopyResult } from "../../core/copy/copy-result.ts";
import { MAPPING_REASONS, type MappingReason } from "../../core/policy/mapping-reasons.ts";
import { Reason } from "../../core/policy/reason.ts";
import { RefreshResult } from "../../core/refresh/refresh-result.ts";
import { RepairResult } from "../../core/repair/repair-result.ts";
import type { OriginState } from "../../core/status/status-report.ts";
import { Verdict } from "../../core/verify/verdict.ts";
import { createMappingCounter, type MappingCounter } from "./mapping-counter.ts";
import { createReviewMeter, type ReviewMeter } from "./review-meter.ts";

/** All that pullcred measures. Labels are mapping names and constants: never a Pod, a namespace or an image. */
export type Metrics = {
  readonly registry: Registry;
  readonly reviews: ReviewMeter;
  readonly decisions: MappingCounter<MappingReason>;
  readonly reviewFailures: Counter<"status">;
  readonly copies: MappingCounter<CopyResult>;
  readonly refreshes: MappingCounter<RefreshResult>;
  readonly repairs: MappingCounter<RepairResult>;
  readonly verifications: MappingCounter<Verdict>;
  readonly configReloads: Counter<"result">;
  readonly configValid: Gauge;
  readonly certificateReloads: Counter<"result">;
  readonly certificateValid: Gauge;
  readonly certificateExpiry: Gauge;
  readonly leader: Gauge;
  /** Has the staleness of the watches read whenever the metrics are. */
  watchStaleness(read: () => readonly WatchStaleness[]): void;
  /** Has the copies counted whenever the metrics are. */
  standingCopies(read: () => readonly StandingCopies[]): void;
  /** Has the states of the origins read whenever the metrics are. */
  originStates(read: () => readonly MappingOrigin[]): void;
  /** Has the ends of the credentials, in milliseconds since the epoch by mapping, read whenever the metrics are. */
  credentialExpiries(read: () => ReadonlyMap<string, number>): void;
  /** Has what is known of the credentials read whenever the metrics are. */
  knownVerdicts(read: () => readonly KnownVerdict[]): void;
};

/** What trying a mapping's credentials has told, and when it last told it, in milliseconds since the epoch. */
export type KnownVerdict = {
  readonly registry: string;
  readonly verdict: string;
  readonly concludedAt: number | undefined;
};

/** How long ago the API server was last heard of by the watch of this resource that is the most behind. */
export type WatchStaleness = { readonly resource: string; readonly seconds: number };

/** How many of a mapping's copies are as they should be, behind, or another one's Secret. */
export type StandingCopies = {
  readonly registry: string;
  readonly state: "current" | "stale" | "foreign";
  readonly count: number;
};

/** How a mapping's origin is. */
export type MappingOrigin = { readonly registry: string; readonly state: OriginState };

/** Makes the metrics in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    reviews: createReviewMeter(registers),
    decisions: createMappingCounter({
      name: "pullcred_decisions_total",
      help: "What became of a registry's pull secret in the reviews of Pods that concern it, by reason.",
      label: "reason",
      values: MAPPING_REASONS,
      // That a mapping was never used should be seen; the other reasons are rare, and a series each would be many.
      zeros: [Reason.Injected],
      registers,
    }),
    reviewFailures: new Counter({
      name: "pullcred_review_failures_total",
      help: "Requests to the webhook answered with an HTTP error, by status.",
      labelNames: ["status"],
      registers,
    }),
    copies: createMappingCounter({
      name: "pullcred_copies_total",
      help: "Copies of pull secrets looked after, by registry and result; not counted are reviews whose copy was known to be current.",
      label: "result",
      values: Object.values(CopyResult),
      zeros: [CopyResult.Written, CopyResult.Failed],
      registers,
    }),
    refreshes: createMappingCounter({
      name: "pullcred_source_refreshes_total",
      help: "Readings of the sources of credentials by the leader, by registry and result.",
      label: "result",
      values: Object.values(RefreshResult),
      zeros: Object.values(RefreshResult),
      registers,
    }),
    repairs: createMappingCounter({
      name: "pullcred_repairs_total",
      help: "Pods that lacked pull secrets and were to be evicted by the leader, by registry and result.",
      label: "result",
      values: Object.values(RepairResult),
      zeros: Object.values(RepairResult),
      registers,
    }),
    verifications: createMappingCounter({
      name: "pullcred_verifications_total",
      help: "Logins at registries with the credentials of mappings by the leader, by registry and verdict.",
      label: "verdict",
      values: Object.values(Verdict),
      zeros: [Verdict.Works, Verdict.WrongCredentials],
      registers,
    }),
    configReloads: new Counter({
      name: "pullcred_config_reloads_total",
      help: "Changes of the config file, by result: accepted or refused.",
      labelNames: ["result"],
      registers,
    }),
    configValid: new Gauge({
      name: "pullcred_config_valid",
      help: "1 while the config file on disk is the one in force, 0 while it was refused.",
      registers,
    }),
    certificateReloads: new Counter({
      name: "pullcred_certificate_reloads_total",
      help: "Changes of the serving certificate, by result: accepted or refused.",
      labelNames: ["result"],
      registers,
    }),
    certificateValid: new Gauge({
      name: "pullcred_certificate_valid",
      help: "1 while the newest certificate is the one in force, 0 while it was refused.",
      registers,
    }),
    certificateExpiry: new Gauge({
      name: "pullcred_certificate_expiry_timestamp_seconds",
      help: "When the certificate that is served with ends, in seconds since the epoch.",
      registers,
    }),
    leader: new Gauge({
      name: "pullcred_leader",
      help: "1 while this process keeps the copies right, 0 while another one does.",
      registers,
    }),
    watchStaleness(read) {
      new Gauge({
        name: "pullcred_watch_staleness_seconds",
        help: "Time since the API server was last heard of by a watch, the longest of each resource.",
        labelNames: ["resource"],
        registers,
        collect() {
          for (const { resource, seconds } of read()) this.set({ resource }, seconds);
        },
      });
    },
    standingCopies(read) {
      new Gauge({
        name: "pullcred_copies_standing",
        help: "Secrets with a mapping's name, by what they are: current, stale (a copy that is behind), foreign.",
        labelNames: ["registry", "state"],
        registers,
        collect() {
          this.reset();
          for (const { registry, state, count } of read()) this.set({ registry, state }, count);
        },
      });
    },
    originStates(read) {
      new Gauge({
        name: "pullcred_origin",
        help: "1 for what a registry's origin is: current, kept (a new credential is refused), missing, broken, foreign.",
        labelNames: ["registry", "state"],
        registers,
        collect() {
          this.reset();
          for (const { registry, state } of read()) this.set({ registry, state }, 1);
        },
      });
    },
    credentialExpiries(read) {
      new Gauge({
        name: "pullcred_credential_expiry_timestamp_seconds",
        help: "When the credential of a registry expires, in seconds since the epoch; told by the leader.",
        labelNames: ["registry"],
        registers,
        collect() {
          this.reset();
          for (const [registry, expiresAt] of read()) this.set({ registry }, expiresAt / 1_000);
        },
      });
    },
    knownVerdicts(read) {
      new Gauge({
        name: "pullcred_verification",
        help: "1 for what is known of the credential of a registry by logging in with it; told by the leader.",
        labelNames: ["registry", "verdict"],
        registers,
        collect() {
          this.reset();
          for (const { registry, verdict } of read()) this.set({ registry, verdict }, 1);
        },
      });
      new Gauge({
        name: "pullcred_verification_timestamp_seconds",
        help: "When a registry last accepted or refused the credential, in seconds since the epoch; told by the leader.",
        labelNames: ["registry"],
        registers,
        collect() {
          this.reset();
          for (const { registry, concludedAt } of read()) {
            if (concludedAt !== undefined) this.set({ registry }, concludedAt / 1_000);
          }
        },
      });
    },
  };
}
