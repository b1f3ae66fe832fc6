import t from "tap";
import { judgeOrigin, readOrigin } from "../../../src/core/audit/judge-origin.ts";
import { manifestSecret } from "../../../src/core/audit/read-objects.ts";
import { toAnnotations } from "../../../src/core/refresh/validity-annotations.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";
import { config } from "../../builders/config.ts";
import { pullSecret, pullSecretOf } from "../../builders/pull-secret.ts";

const [BY_SECRET, BY_CLOUD] = config([
  { name: "harbor", matchImages: ["harbor.example.com"] },
  {
    name: "ecr",
    matchImages: ["1.dkr.ecr.eu-west-1.amazonaws.com"],
    credentials: { ecr: { region: "eu-west-1" } },
  },
]).mappings;
const PLACE = { namespace: "pullcred", name: "harbor-creds" };
const NOW = Date.parse("2026-05-01T12:00:00Z");
const HOUR = 3_600_000;

function secret(object: object): Secret {
  const read = manifestSecret(object as never, "pullcred");
  if (read === undefined) throw new Error("the test's Secret has no name");
  return read;
}

function judge(mapping: typeof BY_SECRET, given: Secret | undefined): readonly (readonly unknown[])[] {
  if (mapping === undefined) throw new Error("the test's config has no such mapping");
  const findings = judgeOrigin(mapping, readOrigin(given, PLACE, mapping), given, PLACE, NOW);
  return findings.map(({ kind, severity, message, remedy }) => [kind, severity, `${message}: ${remedy}`]);
}

const good = (annotations = {}): Secret => {
  const made = secret(pullSecret("harbor-creds", ["harbor.example.com"], { namespace: "pullcred" }));
  return { ...made, metadata: { ...made.metadata, annotations } };
};

t.test("an origin without an end is nothing to talk about", async (t) =>
  t.same(judge(BY_SECRET, good()), []),
);

t.test("one that is missing or broken is an error, with what kubelet would reject", async (t) => {
  t.match(judge(BY_SECRET, undefined), [
    ["OriginMissing", "error", /no Secret harbor-creds in namespace pullcred.*: create it/],
  ]);
  t.match(judge(BY_CLOUD, undefined), [["OriginMissing", "error", /the leader writes it/]]);
  const broken = secret(pullSecretOf("harbor-creds", '{"auths":{"a":{"auth":"hunter2!"}}}'));
  t.match(judge(BY_SECRET, broken), [["OriginBroken", "error", /auths\["a"\]\.auth is not base64/]]);
  t.notMatch(JSON.stringify(judge(BY_SECRET, broken)), "hunter2");
});

t.test("the end that the leader writes on an origin is read", async (t) => {
  const validity = (expiresIn: number, renewIn: number): Secret =>
    good(toAnnotations({ expiresAt: NOW + expiresIn, renewAt: NOW + renewIn }, "digest"));
  const rows = [
    [
      validity(6 * HOUR, 3 * HOUR),
      "CredentialExpires",
      "info",
      /expires at 2026-05-01T18.*renewed at 2026-05-01T15/,
    ],
    [validity(2 * HOUR, -HOUR), "CredentialExpires", "warning", /was to be renewed at 2026-05-01T11/],
    [validity(0, -HOUR), "CredentialExpired", "error", /has expired at 2026-05-01T12/],
    [
      good({ "pullcred.dev/expires": "2026-06-01T00:00:00Z" }),
      "CredentialExpires",
      "info",
      /replace it in time/,
    ],
    [
      good({ "pullcred.dev/expires": "2026-05-01T12:25:00Z" }),
      "CredentialExpires",
      "warning",
      /expires at 2026-05-01T12:25:00.000Z: replace it in time/,
    ],
    [good({ "pullcred.dev/expires": "2026-05-08" }), "CredentialExpires", "warning", /replace it in time/],
    [
      good({ "pullcred.dev/expires": "2026-05-08T12:00:00Z" }),
      "CredentialExpires",
      "info",
      /replace it in time/,
    ],
    [good({ "pullcred.dev/expires": "2026-04-30" }), "CredentialExpired", "error", /: replace it$/],
  ] as const;
  for (const [given, kind, severity, message] of rows) {
    t.match(judge(BY_CLOUD, given), [[kind, severity, message]]);
  }
});

t.test("an end that is no time is told, because nobody will warn of it", async (t) => {
  for (const expires of [
    "tomorrow",
    "",
    "in 30 days",
    "2026-13-01",
    "01.06.2026",
    "1780000000",
    "2026-06-01T00:00:00",
    "2026-02-31",
  ]) {
    t.match(judge(BY_SECRET, good({ "pullcred.dev/expires": expires })), [
      [
        "InvalidExpiry",
        "warning",
        /annotation pullcred\.dev\/expires is no time: write an RFC 3339 time such as 2031-01-31T00:00:00Z, or a day/,
      ],
    ]);
  }
});
