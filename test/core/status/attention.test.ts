import t from "tap";
import { findAttention } from "../../../src/core/status/attention.ts";
import type { MappingStatus, StatusReport } from "../../../src/core/status/status-report.ts";
import {
  DAY,
  HOUR,
  listOf,
  mappingStatus,
  mappingWithOrigin,
  NOW,
  statusReport,
  troubledReport,
} from "../../builders/status-report.ts";

const WELL = statusReport();
const withMapping = (mapping: MappingStatus): StatusReport => ({ ...WELL, mappings: listOf(mapping) });
const withCopies = (copies: Partial<MappingStatus["copies"]>): StatusReport =>
  withMapping({ ...mappingStatus(), copies: { current: 1, stale: 0, missing: 0, foreign: 0, ...copies } });
const watching = (seconds: number): StatusReport => ({
  ...WELL,
  watches: [{ resource: "secrets", seconds, watches: 1, unsynced: 0 }],
});
const led = (leads: boolean, lease: string | null, holder: string | null): StatusReport => ({
  ...WELL,
  leadership: { leads, lease, holder },
});
const NOT_READY = { ...WELL.replica, problem: "starting" };

t.test("what is not well is told, and what is well is not", async (t) => {
  const rows: readonly (readonly [string, StatusReport, readonly string[]])[] = [
    ["all is well", WELL, []],
    ["not ready", { ...WELL, replica: NOT_READY }, ["problem: This replica is not ready: starting"]],
    [
      "a config that is refused",
      { ...WELL, config: { ...WELL.config, refused: { at: NOW, problems: listOf("x") } } },
      ["problem: The configuration on disk is refused; the last good one stays in force"],
    ],
    ["a certificate for a week", { ...WELL, certificate: { expiresAt: NOW + 7 * DAY } }, []],
    [
      "a certificate for less",
      { ...WELL, certificate: { expiresAt: NOW + 7 * DAY - 1 } },
      ["problem: The certificate ends in 6 d 23 h"],
    ],
    [
      "a certificate that has ended",
      { ...WELL, certificate: { expiresAt: NOW - HOUR } },
      ["problem: The certificate ended 1 h ago"],
    ],
    ["no certificate yet", { ...WELL, certificate: null }, []],
    ["a follower", led(false, "pullcred", "pullcred-1"), []],
    [
      "nobody leads",
      led(false, "pullcred", null),
      ["problem: Nobody is seen to hold Lease pullcred: the copies are not kept right"],
    ],
    [
      "nobody leads yet, at the start",
      { ...led(false, "pullcred", null), replica: NOT_READY },
      ["problem: This replica is not ready: starting"],
    ],
    ["standalone", led(true, null, null), []],
    ["a watch that is quiet", watching(150), []],
    [
      "a watch that is silent",
      watching(151),
      ["problem: The API server was not heard of for 2 min 31 s, by secrets"],
    ],
    [
      "a watch without a right",
      { ...WELL, watches: [{ resource: "roles", seconds: 1, watches: 2, unsynced: 1 }] },
      ["problem: Not all that is needed of roles could be listed: the log says why"],
    ],
    [
      "no mapping",
      { ...WELL, mappings: listOf() },
      ["notice: There is no mapping: no Pod gets a pull secret"],
    ],
    [
      "no credential",
      withMapping(mappingWithOrigin({ state: "missing" })),
      ["problem: harbor: there is no credential yet"],
    ],
    [
      "a broken credential",
      withMapping(mappingWithOrigin({ state: "broken" })),
      ["problem: harbor: the credential is refused"],
    ],
    [
      "a broken one after a good one",
      withMapping(mappingWithOrigin({ state: "kept" })),
      ["notice: harbor: a new credential is refused, the last good one stays"],
    ],
    [
      "a Secret of other hand in the place of the origin",
      withMapping(mappingWithOrigin({ state: "foreign" })),
      ["problem: harbor: a Secret that is not pullcred's stands where its source should write"],
    ],
    ["a credential that will expire", withMapping(mappingWithOrigin({ expiresAt: NOW + 1 })), []],
    [
      "a credential that has expired",
      withMapping(mappingWithOrigin({ expiresAt: NOW })),
      ["problem: harbor: the credential expired 0 s ago"],
    ],
    [
      "a credential that its registry refuses",
      withMapping(
        mappingWithOrigin({ verification: { verdict: "WrongCredentials", concludedAt: NOW - HOUR } }),
      ),
      ["problem: harbor: a registry refuses the credential"],
    ],
    [
      "a credential that its registry accepts",
      withMapping(mappingWithOrigin({ verification: { verdict: "Works", concludedAt: NOW - HOUR } })),
      [],
    ],
    [
      "a credential whose registry is away",
      withMapping(mappingWithOrigin({ verification: { verdict: "Inconclusive", concludedAt: null } })),
      [],
    ],
    [
      "a refresh that failed",
      withMapping(mappingWithOrigin({ refreshProblem: "x" })),
      ["notice: harbor: the credential could not be refreshed"],
    ],
    ["a foreign Secret", withCopies({ foreign: 1 }), ["notice: harbor: 1 Secret is not pullcred's"]],
    ["foreign Secrets", withCopies({ foreign: 2 }), ["notice: harbor: 2 Secrets are not pullcred's"]],
    ["a missing copy", withCopies({ missing: 1 }), ["notice: harbor: 1 copy does not stand yet"]],
    ["copies behind", withCopies({ stale: 3 }), ["notice: harbor: 3 copies are behind"]],
  ];
  for (const [name, report, expected] of rows) {
    const found = findAttention(report).map(({ level, mapping, text }) =>
      mapping === null ? `${level}: ${text}` : `${level}: ${mapping}: ${text}`,
    );
    t.same(found, expected, name);
  }
});

t.test("problems come before notices", async (t) => {
  const levels = findAttention(troubledReport()).map(({ level }) => level);
  t.same(levels, levels.toSorted().toReversed());
});
