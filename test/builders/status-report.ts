import type { BoundedList } from "../../src/core/status/bounded-list.ts";
import type { RecentDecision } from "../../src/core/status/recent-decisions.ts";
import type { MappingStatus, StatusReport } from "../../src/core/status/status-report.ts";

/** When every report of a test is made. */
export const NOW = Date.parse("2026-03-04T05:06:07Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function listOf<T>(...items: readonly T[]): BoundedList<T> {
  return { items, more: 0 };
}

/** A mapping that is well. */
export function mappingStatus(parts: Partial<MappingStatus> = {}): MappingStatus {
  return {
    name: "harbor",
    secretName: "harbor-pull",
    inject: "matching",
    matchImages: listOf("harbor.example.com"),
    source: "secretRef",
    origin: {
      secret: { namespace: "pullcred", name: "harbor-creds" },
      state: "current",
      problems: listOf(),
      expiresAt: null,
      refreshProblem: null,
      verification: null,
    },
    copies: { current: 2, stale: 0, missing: 0, foreign: 0 },
    troubled: listOf(),
    ...parts,
  };
}

/** The same with another origin. */
export function mappingWithOrigin(parts: Partial<MappingStatus["origin"]>): MappingStatus {
  const mapping = mappingStatus();
  return { ...mapping, origin: { ...mapping.origin, ...parts } };
}

/** A Pod that was given a pull secret. */
export function decision(parts: Partial<RecentDecision> = {}): RecentDecision {
  return {
    at: NOW - MINUTE,
    namespace: "team-a",
    pod: "shop-",
    reason: "Injected",
    added: ["harbor-pull"],
    copies: ["CopyCurrent"],
    dryRun: false,
    seconds: 0.0002,
    ...parts,
  };
}

/** A leader with which all is well. */
export function statusReport(parts: Partial<StatusReport> = {}): StatusReport {
  return {
    at: NOW,
    replica: {
      version: "1.2.3",
      instance: "pullcred-0",
      namespace: "pullcred",
      release: "pullcred",
      startedAt: NOW - 3 * DAY,
      problem: null,
    },
    leadership: { leads: true, lease: "pullcred", holder: "pullcred-0" },
    certificate: { expiresAt: NOW + 90 * DAY },
    config: { path: "/config.yaml", provisioning: "onDemand", loadedAt: NOW - HOUR, refused: null },
    namespaces: 12,
    mappings: listOf(mappingStatus()),
    watches: [{ resource: "secrets", seconds: 12, watches: 3, unsynced: 0 }],
    decisions: [decision()],
    ...parts,
  };
}

/** A report in which much is wrong, and every part of the page is there. */
export function troubledReport(): StatusReport {
  const report = statusReport();
  const well = mappingStatus();
  const at = { namespace: "team-x", message: null };
  return {
    ...report,
    replica: { ...report.replica, release: "eu", problem: "starting" },
    leadership: { leads: false, lease: "eu", holder: "eu-1" },
    certificate: { expiresAt: NOW + DAY },
    config: {
      ...report.config,
      refused: { at: NOW - MINUTE, problems: { items: ["kind is missing"], more: 3 } },
    },
    mappings: {
      items: [
        {
          ...well,
          copies: { current: 9_000, stale: 12, missing: 120, foreign: 1 },
          troubled: {
            items: [
              { ...at, state: "missing", reason: "CopyFailed", message: "exceeded quota: count/secrets" },
              { ...at, state: "stale", reason: "CopyDelayed" },
              { ...at, state: "foreign", reason: "ForeignSecret" },
            ],
            more: 130,
          },
        },
        {
          ...well,
          name: "ecr",
          source: "ecr",
          inject: "always",
          origin: { ...well.origin, expiresAt: NOW - HOUR, refreshProblem: "AWS refused" },
        },
        {
          ...well,
          name: "hub",
          matchImages: { items: ["docker.io/acme/"], more: 7 },
          origin: { ...well.origin, state: "missing", problems: listOf("Secret hub-creds is not there") },
          copies: { current: 0, stale: 0, missing: 0, foreign: 0 },
        },
        {
          ...well,
          name: "quay",
          origin: {
            ...well.origin,
            state: "kept",
            problems: { items: ["auths holds no entry"], more: 2 },
            expiresAt: NOW + HOUR,
            verification: { verdict: "WrongCredentials", concludedAt: NOW - MINUTE },
          },
        },
      ],
      more: 4,
    },
    watches: [
      { resource: "secrets", seconds: 400, watches: 3, unsynced: 0 },
      { resource: "namespaces", seconds: 1, watches: 1, unsynced: 1 },
      { resource: "roles", seconds: 0, watches: 0, unsynced: 0 },
    ],
    decisions: [
      decision({ copies: ["CopyFailed"], dryRun: true }),
      decision({ reason: "NoMatchingRegistry", added: [], copies: [], pod: "", seconds: 0.25 }),
      decision({ reason: "SecretNotMountable", added: [], copies: [] }),
    ],
  };
}
