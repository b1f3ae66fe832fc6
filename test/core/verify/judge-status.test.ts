import t from "tap";
import { judgeManifest, judgeWithoutCredential } from "../../../src/core/verify/judge-status.ts";

t.test("a manifest's status tells what a good credential is worth", async (t) => {
  const rows = [
    [200, null, "Works"],
    [401, null, "NoPullRight"],
    [401, "insufficient_scope", "NoPullRight"],
    [401, "invalid_token", "Inconclusive"],
    [403, null, "NoPullRight"],
    [404, null, "NotFound"],
    [429, null, "Inconclusive"],
    [500, null, "Inconclusive"],
    [503, null, "Inconclusive"],
    [400, null, "Inconclusive"],
    [304, null, "Inconclusive"],
  ] as const;
  for (const [status, error, verdict] of rows) {
    const outcome = judgeManifest("reg.example.com", status, error);
    t.equal(outcome.verdict, verdict, String(status));
    t.match(outcome.detail, /reg\.example\.com/);
  }
});

t.test("where no credential was asked for, none is wrong", async (t) => {
  const rows = [
    [200, "Works"],
    [403, "Inconclusive"],
    [404, "NotFound"],
    [429, "Inconclusive"],
    [502, "Inconclusive"],
  ] as const;
  for (const [status, verdict] of rows) {
    t.equal(judgeWithoutCredential("reg.example.com", status).verdict, verdict, String(status));
  }
});
