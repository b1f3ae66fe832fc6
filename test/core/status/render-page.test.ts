import t from "tap";
import { renderJson } from "../../../src/core/status/render-json.ts";
import { renderPage } from "../../../src/core/status/render-page.ts";
import type {
  MappingStatus,
  StatusReport,
  VerificationStatus,
} from "../../../src/core/status/status-report.ts";
import { STYLE } from "../../../src/core/status/style.ts";
import {
  DAY,
  decision,
  listOf,
  mappingStatus,
  mappingWithOrigin,
  NOW,
  statusReport,
  troubledReport,
} from "../../builders/status-report.ts";

function verified(verification: VerificationStatus): MappingStatus {
  return mappingWithOrigin({ verification });
}

/** What a person reads of the page: its text, each element's on a line of its own. */
function textOf(report: StatusReport): string {
  return renderPage(report)
    .replace(/<style>[\s\S]*<\/style>/, "")
    .replace(/<[^>]*>/g, "\n")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replace(/\s*\n\s*/g, "\n");
}

t.test("the page tells what the report holds", async (t) => {
  const well = statusReport();
  const rows: readonly (readonly [string, StatusReport, readonly string[]])[] = [
    [
      "a leader that is well",
      well,
      [
        "All is well · pullcred",
        "as pullcred-0 sees it at",
        "2026-03-04 05:06:07 UTC",
        "ready",
        "leads",
        "for 3 d",
        "in 90 d",
        "/config.yaml",
        "read 2026-03-04 04:06:07",
        "1 mapping, 12 namespaces",
        "harbor.example.com",
        "pullcred/harbor-creds",
        "2 current",
        "team-a",
        "shop-",
        "1 Injected",
        "0.20 ms",
        "12 s ago",
        "pullcred 1.2.3",
      ],
    ],
    [
      "much is wrong",
      troubledReport(),
      [
        "12 things need attention",
        "eu in namespace pullcred",
        "not ready",
        "follows",
        "eu-1",
        "a change is refused",
        "kind is missing",
        "and 3 more problems",
        "9,000 current",
        "133 namespaces without the current copy",
        "CopyFailed",
        "exceeded quota: count/secrets",
        "the leader has not come to it yet",
        "and 130 more namespaces",
        "not refreshed: AWS refused",
        "Every Pod, and images of",
        "Secret hub-creds is not there",
        "and 7 more patterns",
        "the last good one, a new one is refused",
        "a registry refuses it, the log says which, tried",
        "and 4 more mappings",
        "silent",
        "not listed yet",
        "nothing to follow",
        "(no name)",
        "dry run",
        "250 ms",
      ],
    ],
    [
      "nothing is there yet",
      statusReport({ mappings: listOf(), decisions: [], watches: [], certificate: null }),
      [
        "none yet",
        "0 mappings, 12 namespaces",
        "The configuration has no mapping yet: add one below",
        "No Pod was reviewed here since this replica started. Other replicas have pages of their own.",
        "Nothing is watched: this pullcred runs standalone, without a cluster.",
      ],
    ],
    [
      "standalone",
      statusReport({ leadership: { leads: true, lease: null, holder: null } }),
      ["standalone: there is nobody else"],
    ],
    [
      "nobody leads",
      statusReport({ leadership: { leads: false, lease: "p", holder: null } }),
      ["nobody leads"],
    ],
    [
      "a credential that ends",
      statusReport({ mappings: listOf(mappingWithOrigin({ expiresAt: NOW + DAY })) }),
      ["in 1 d"],
    ],
    [
      "a credential that works",
      statusReport({ mappings: listOf(verified({ verdict: "Works", concludedAt: NOW - DAY })) }),
      ["its registries accept it, tried"],
    ],
    [
      "a credential that is wrong",
      statusReport({ mappings: listOf(verified({ verdict: "WrongCredentials", concludedAt: NOW - DAY })) }),
      ["a registry refuses it, the log says which, tried"],
    ],
    [
      "a registry that is away",
      statusReport({ mappings: listOf(verified({ verdict: "Inconclusive", concludedAt: null })) }),
      ["no registry could be asked yet"],
    ],
  ];
  for (const [name, report, expected] of rows) {
    const lines = textOf(report)
      .split("\n")
      .map((line) => line.trim());
    for (const text of expected)
      t.ok(
        lines.some((line) => line.includes(text)),
        `${name}: ${text}`,
      );
  }
});

t.test("the page needs nothing but itself", async (t) => {
  const page = renderPage(troubledReport());
  t.ok(page.startsWith('<!doctype html>\n<html lang="en">'));
  t.ok(page.includes(`<style>${STYLE}</style>`), "the style as its digest was made");
  t.notMatch(page, /<script|<iframe|<form|<img|\sstyle=|\son\w+=|@import|@font-face|url\(/i);
  const links = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = ""]) => link);
  t.same(
    links.filter((link) => !link.startsWith("#") && !link.startsWith("data:")),
    ["status.json"],
  );
  const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  const targets = links.filter((link) => link.startsWith("#")).map((link) => link.slice(1));
  t.same(
    targets.filter((target) => !ids.has(target)),
    [],
    "every link on the page leads somewhere",
  );
});

t.test(
  "the document for programs says the same, with what needs attention and with times to read",
  async (t) => {
    const document = JSON.parse(
      renderJson(statusReport({ mappings: listOf(mappingWithOrigin({ expiresAt: NOW })) })),
    );
    t.match(document, {
      at: "2026-03-04T05:06:07.000Z",
      attention: [{ level: "problem", mapping: "harbor", text: "the credential expired 0 s ago" }],
      replica: { startedAt: "2026-03-01T05:06:07.000Z" },
      config: { loadedAt: "2026-03-04T04:06:07.000Z" },
      mappings: { items: [{ origin: { expiresAt: "2026-03-04T05:06:07.000Z" } }], more: 0 },
      decisions: [{ at: "2026-03-04T05:05:07.000Z", seconds: 0.0002 }],
    });
  },
);

t.test("as full as it can get, the page stays small", async (t) => {
  const name = "n".repeat(63);
  const copy = { namespace: name, state: "missing", reason: "CopyFailed", message: "m".repeat(300) } as const;
  const mapping = mappingStatus({
    name,
    matchImages: { items: Array.from({ length: 20 }, () => `${name}.example.com`), more: 100 },
    troubled: { items: Array.from({ length: 20 }, () => copy), more: 9_980 },
  });
  const report = statusReport({
    mappings: { items: Array.from({ length: 100 }, () => mapping), more: 4_900 },
    decisions: Array.from({ length: 100 }, () => decision({ pod: "p".repeat(253), namespace: name })),
  });
  const page = renderPage(report);
  t.ok(page.length < 2_000_000, `${page.length} characters`);
  t.match(page, /and 9,980 more namespaces/);
  t.match(page, /and 4,900 more mappings/);
});
