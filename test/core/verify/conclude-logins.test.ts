import t from "tap";
import { concludeLogins, updateLogins } from "../../../src/core/verify/conclude-logins.ts";
import type { Verdict, VerifyResult } from "../../../src/core/verify/verdict.ts";

/** `a Works` is a login at registry a, `- NoCredential` is none at all. */
function login(text: string): VerifyResult {
  const [place, verdict] = text.split(" ") as [string, Verdict];
  const registry = place === "-" ? null : place;
  return {
    image: null,
    registry,
    mapping: "m",
    secretName: "s",
    key: registry && "k",
    verdict,
    detail: text,
  };
}

t.test("one refusal decides, then one that works, then whatever is there", async (t) => {
  const rows: readonly (readonly [logins: readonly string[], decides: string | undefined])[] = [
    [["a Works"], "a Works"],
    [["a Works", "b WrongCredentials", "c Inconclusive"], "b WrongCredentials"],
    [["a Inconclusive", "b Works"], "b Works"],
    [["a Inconclusive", "b Inconclusive"], "a Inconclusive"],
    [["- NoCredential"], "- NoCredential"],
    [[], undefined],
  ];
  for (const [logins, decides] of rows) {
    t.equal(concludeLogins(logins.map(login))?.detail, decides, logins.join(", "));
  }
});

t.test("what was known holds where nothing is learned, for as long as it is tried", async (t) => {
  const rows: readonly (readonly string[])[][] = [
    [["a Works"], ["a WrongCredentials"], ["a WrongCredentials"]],
    [["a WrongCredentials"], ["a Inconclusive"], ["a WrongCredentials"]],
    [
      ["a Works", "b Works"],
      ["a Inconclusive", "b WrongCredentials"],
      ["a Works", "b WrongCredentials"],
    ],
    [["a Inconclusive"], ["a Inconclusive"], ["a Inconclusive"]],
    [["a WrongCredentials"], ["b Inconclusive"], ["b Inconclusive"]],
    [["a WrongCredentials"], ["- NoCredential"], ["- NoCredential"]],
    [["- NoCredential"], ["- Inconclusive"], ["- Inconclusive"]],
    [[], ["a Inconclusive"], ["a Inconclusive"]],
  ];
  for (const [known = [], results = [], expected] of rows) {
    const updated = updateLogins(known.map(login), results.map(login));
    t.same(
      updated.map(({ detail }) => detail),
      expected,
      `${known} then ${results}`,
    );
  }
});
