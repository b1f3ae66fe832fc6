import t from "tap";
import { concludeAttempts } from "../../../src/core/verify/conclude.ts";
import type { Verdict, VerifyResult } from "../../../src/core/verify/verdict.ts";

const attempt = (verdict: Verdict): VerifyResult => ({
  ...{ image: "i", registry: "r", mapping: "m", secretName: verdict.toLowerCase(), key: "k" },
  ...{ verdict, detail: "d" },
});

t.test("where a credential works, only what is wrong by itself remains of those before", async (t) => {
  const rows: readonly (readonly [readonly Verdict[], readonly Verdict[], string])[] = [
    [["Works"], ["Works"], "d"],
    [["NoPullRight", "Works"], ["Works"], "d; kubelet tries before it: nopullright k (NoPullRight)"],
    [
      ["NotFound", "NoPullRight", "Works"],
      ["Works"],
      "d; kubelet tries before it: notfound k (NotFound), nopullright k (NoPullRight)",
    ],
    [["WrongCredentials", "Works"], ["WrongCredentials", "Works"], "d"],
    [
      ["Inconclusive", "NotFound", "Works"],
      ["Inconclusive", "Works"],
      "d; kubelet tries before it: notfound k (NotFound)",
    ],
    [["NoPullRight", "NotFound"], ["NoPullRight", "NotFound"], "d"],
    [["WrongCredentials"], ["WrongCredentials"], "d"],
  ];
  for (const [given, expected, detail] of rows) {
    const results = concludeAttempts(given.map(attempt));
    t.same(
      results.map(({ verdict }) => verdict),
      expected,
      given.join(" "),
    );
    t.equal(results.at(-1)?.detail, detail);
  }
  t.same(concludeAttempts([]), []);
});
