import t from "tap";
import type { CertificateState } from "../../../src/core/pki/certificate-state.ts";
import {
  AUTHORITY_LIFETIME_MS,
  OVERLAP_MS,
  planCertificates,
  SERVING_LIFETIME_MS,
  trustedAuthorities,
} from "../../../src/core/pki/plan-certificates.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const DAY = 24 * 60 * 60 * 1_000;
const HOST = "pullcred.pullcred.svc";

const authority = (certificate: string, age: number) => ({
  certificate,
  notBefore: NOW - age,
  notAfter: NOW - age + AUTHORITY_LIFETIME_MS,
});
const serving = (issuer: string | null, age: number, hosts = [HOST]) => ({
  certificate: "leaf",
  key: "key",
  hosts,
  issuer,
  notBefore: NOW - age,
  notAfter: NOW - age + SERVING_LIFETIME_MS,
});
const OLD_CA = AUTHORITY_LIFETIME_MS * 0.7;

t.test("what is made, and when pullcred looks again", async (t) => {
  const rows: readonly (readonly [string, Partial<CertificateState>, string, number?])[] = [
    ["there is nothing", {}, "authority serving"],
    [
      "all is fine",
      { authorities: [authority("a", 10 * DAY)], serving: serving("a", 10 * DAY) },
      "",
      50 * DAY,
    ],
    [
      "the authority ages before the serving certificate",
      {
        authorities: [authority("a", (AUTHORITY_LIFETIME_MS * 2) / 3 - DAY)],
        serving: serving("a", 10 * DAY),
      },
      "",
      DAY,
    ],
    ["there is no serving certificate", { authorities: [authority("a", DAY)] }, "serving"],
    [
      "the serving certificate has a third left",
      { authorities: [authority("a", 90 * DAY)], serving: serving("a", 60 * DAY) },
      "serving",
    ],
    [
      "it has ended",
      { authorities: [authority("a", 200 * DAY)], serving: serving("a", 91 * DAY) },
      "serving",
    ],
    [
      "it is for other names",
      { authorities: [authority("a", DAY)], serving: serving("a", DAY, ["other.svc"]) },
      "serving",
    ],
    [
      "it is from an authority that nobody trusts",
      { authorities: [authority("a", DAY)], serving: serving(null, DAY) },
      "serving",
    ],
    [
      "its validity has not begun",
      { authorities: [authority("a", DAY)], serving: serving("a", -DAY) },
      "serving",
    ],
    [
      "the authority has a third left",
      { authorities: [authority("a", OLD_CA)], serving: serving("a", DAY) },
      "authority",
    ],
    [
      "the authority's key is missing",
      { authorities: [authority("a", DAY)], authorityKey: null, serving: serving("a", DAY) },
      "authority",
    ],
    [
      "both are aged",
      { authorities: [authority("a", OLD_CA)], serving: serving("a", 80 * DAY) },
      "authority serving",
    ],
    [
      "a new authority is not heard of everywhere yet",
      { authorities: [authority("b", DAY / 4), authority("a", OLD_CA)], serving: serving("a", 10 * DAY) },
      "",
      OVERLAP_MS - DAY / 4,
    ],
    [
      "a new authority was told long enough",
      { authorities: [authority("b", OVERLAP_MS), authority("a", OLD_CA)], serving: serving("a", 10 * DAY) },
      "serving",
    ],
    [
      "a new authority is young, but nothing else can be served with",
      { authorities: [authority("b", DAY / 4), authority("a", OLD_CA)], serving: serving("a", 80 * DAY) },
      "serving",
    ],
    [
      "the authority before has ended",
      {
        authorities: [authority("b", DAY / 4), authority("a", AUTHORITY_LIFETIME_MS + 1)],
        serving: serving("a", DAY),
      },
      "serving",
    ],
  ];
  for (const [name, parts, made, due = 0] of rows) {
    const state = { authorities: [], authorityKey: "key", serving: null, ...parts };
    const plan = planCertificates(state, [HOST], NOW);
    const kinds = [plan.newAuthority && "authority", plan.newServing && "serving"].filter(Boolean);
    t.equal(kinds.join(" "), made, name);
    t.equal(plan.due - NOW, due, `${name}: when to look again`);
  }
});

t.test("an authority is trusted until it ends", async (t) => {
  const authorities = [authority("b", DAY), authority("a", AUTHORITY_LIFETIME_MS)];
  t.same(
    trustedAuthorities({ authorities, authorityKey: "key", serving: null }, NOW).map(
      ({ certificate }) => certificate,
    ),
    ["b"],
  );
});
