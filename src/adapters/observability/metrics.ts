import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** All that pullcred measures. Labels are mapping names and constants: never a Pod, a namespace or an image. */
export type Metrics = {
  readonly registry: Registry;
  readonly reviews: Counter<"reason">;
  readonly reviewFailures: Counter<"status">;
  readonly reviewDuration: Histogram;
  readonly copies: Counter<"registry" | "result">;
  readonly refreshes: Counter<"registry" | "result">;
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
  /** Has the ends of the credentials, in milliseconds since the epoch by mapping, read whenever the metrics are. */
  credentialExpiries(read: () => ReadonlyMap<string, number>): void;
};

/** How long ago the API server was last heard of by the watch of this resource that is the most behind. */
export type WatchStaleness = { readonly resource: string; readonly seconds: number };

/** How many of a mapping's copies are as they should be, behind, or another one's Secret. */
export type StandingCopies = {
  readonly registry: string;
  readonly state: "current" | "stale" | "foreign";
  readonly count: number;
};

/** Makes the metrics in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    reviews: new Counter({
      name: "pullcred_reviews_total",
      help: "Admission reviews answered, by reason.",
      labelNames: ["reason"],
      registers,
    }),
    reviewFailures: new Counter({
      name: "pullcred_review_failures_total",
      help: "Requests to the webhook answered with an HTTP error, by status.",
      labelNames: ["status"],
      registers,
    }),
    reviewDuration: new Histogram({
      name: "pullcred_review_duration_seconds",
      help: "Time from a parsed review to its answer.",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    copies: new Counter({
      name: "pullcred_copies_total",
      help: "Copies of pull secrets looked after, by registry and result; not counted are reviews whose copy was known to be current.",
      labelNames: ["registry", "result"],
      registers,
    }),
    refreshes: new Counter({
      name: "pullcred_source_refreshes_total",
      help: "Readings of the sources of credentials by the leader, by registry and result.",
      labelNames: ["registry", "result"],
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
  };
}
