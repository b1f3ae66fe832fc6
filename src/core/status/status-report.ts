import type { CopyResult } from "../copy/copy-result.ts";
import type { Verdict } from "../verify/verdict.ts";
import type { BoundedList } from "./bounded-list.ts";
import type { RecentDecision } from "./recent-decisions.ts";

/**
 * What the status page tells, and what /status.json is. It holds no credential, no user name and no image; times are in
 * milliseconds since the epoch.
 */
export type StatusReport = {
  /** When it was true. */
  readonly at: number;
  readonly replica: ReplicaStatus;
  readonly leadership: LeadershipStatus;
  /** When the certificate ends that is served with; null where there is none yet. */
  readonly certificate: { readonly expiresAt: number } | null;
  readonly config: ConfigStatus;
  /** How many namespaces are known. */
  readonly namespaces: number;
  readonly mappings: BoundedList<MappingStatus>;
  readonly watches: readonly WatchHealth[];
  /** The newest first. */
  readonly decisions: readonly RecentDecision[];
};

export type ReplicaStatus = {
  readonly version: string;
  /** Names the replica: its Pod, or this machine. */
  readonly instance: string;
  readonly namespace: string;
  readonly release: string;
  readonly startedAt: number;
  /** Why it takes no reviews, as /readyz says it; null where it does. */
  readonly problem: string | null;
};

export type LeadershipStatus = {
  /** Whether this replica keeps the copies right. */
  readonly leads: boolean;
  /** The Lease that the leader holds; null where nobody else could lead. */
  readonly lease: string | null;
  /** Who was last seen to hold it; null where nobody does. */
  readonly holder: string | null;
};

export type ConfigStatus = {
  readonly path: string;
  readonly provisioning: "onDemand" | "eager";
  /** Since when the one in force is. */
  readonly loadedAt: number;
  /** What is on disk instead, and why it is not in force; null where it is. */
  readonly refused: { readonly at: number; readonly problems: BoundedList<string> } | null;
};

export type MappingStatus = {
  readonly name: string;
  readonly secretName: string;
  readonly inject: "matching" | "always";
  readonly matchImages: BoundedList<string>;
  /** The key in the configuration that chooses the source, such as `secretRef`. */
  readonly source: string;
  readonly origin: OriginStatus;
  readonly copies: Readonly<Record<CopyState, number>>;
  /** The copies that are not as they should be. */
  readonly troubled: BoundedList<TroubledCopy>;
};

/**
 * Whether copies can be made of an origin. `kept` is the last good credential, in the place of one that was refused;
 * `foreign` is a Secret of other hand where the source should write, which is used as it is.
 */
export type OriginState = "current" | "kept" | "missing" | "broken" | "foreign";

export type OriginStatus = {
  /** The Secret that the copies follow. */
  readonly secret: { readonly namespace: string; readonly name: string };
  readonly state: OriginState;
  readonly problems: BoundedList<string>;
  /** When the credential ends; null where it has no end, or nobody can tell. */
  readonly expiresAt: number | null;
  /** Why the leader could not refresh it; null where it could, or where another replica leads. */
  readonly refreshProblem: string | null;
  /** What its registries said when the leader tried it; null where nobody did, or where another replica leads. */
  readonly verification: VerificationStatus | null;
};

export type VerificationStatus = {
  readonly verdict: Verdict;
  /** When a registry last said yes or no; null where none has. */
  readonly concludedAt: number | null;
};

/** What stands in a namespace under the mapping's name, or should: `missing` was asked for and does not stand. */
export type CopyState = "current" | "stale" | "missing" | "foreign";

export type TroubledCopy = {
  readonly namespace: string;
  readonly state: Exclude<CopyState, "current">;
  readonly reason: CopyResult;
  /** What stood in the way; null where the reason says it all. */
  readonly message: string | null;
};

/** How well a resource is followed. */
export type WatchHealth = {
  readonly resource: string;
  /** How long ago the API server was last heard of, by the watch that is the most behind. */
  readonly seconds: number;
  readonly watches: number;
  /** How many of them have not seen the cluster yet. */
  readonly unsynced: number;
};
