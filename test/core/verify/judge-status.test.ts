import t from "tap";
import {
  judgeManifest,
  judgeWithoutCredential,
  mayPullAfter,
} from "../../../src/core/verify/judge-status.ts";

const MANIFEST = { contentType: undefined, digest: `sha256:${"a".repeat(64)}` };
const PAGE = { contentType: "text/html", digest: undefined };

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
    const outcome = judgeManifest("reg.example.com", { status, ...MANIFEST }, error);
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
    const outcome = judgeWithoutCredential("reg.example.com", { status, ...MANIFEST });
    t.equal(outcome.verdict, verdict, String(status));
  }
});

t.test("a page is no manifest, whoever gets it", async (t) => {
  const answer = { status: 200, ...PAGE };
  const detail = "reg.example.com answers, but not with a manifest: is this the registry's host?";
  const outcome = { verdict: "Inconclusive", detail };
  t.same(judgeManifest("reg.example.com", answer, null), outcome);
  t.same(judgeWithoutCredential("reg.example.com", answer), outcome);
});

t.test("a login without an image is not the last word, where containerd would not ask for it", async (t) => {
  const rows = [
    [401, false, false],
    [403, true, false],
    [400, true, true],
    [404, true, true],
    [422, true, true],
    [200, true, true],
    [429, false, false],
    [500, false, false],
    [503, false, false],
  ] as const;
  for (const [status, basic, bearer] of rows) {
    t.equal(mayPullAfter(status, "basic"), basic, `Basic ${status}`);
    t.equal(mayPullAfter(status, "bearer"), bearer, `Bearer ${status}`);
  }
});
