import t from "tap";
import { parseMatchPattern } from "../../../src/core/match/match-pattern.ts";
import { explainUnmatchable } from "../../../src/core/match/unmatchable.ts";

t.test("a pattern that no image matches is explained, with the remedy", async (t) => {
  const cases = [
    ["nginx", "docker.io/library/nginx"],
    ["acme/app", "docker.io/acme/"],
    ["harbor", "without a dot or a port"],
    ["https://reg.example.com", "scheme"],
    ["https://index.docker.io/v1/", "scheme"],
    ["docker://nginx", "scheme"],
    ["", "no host"],
    ["/team", "no host"],
    [":5000", "no host"],
    ["reg..example.com", "a dot too many"],
    [".example.com", "a dot too many"],
    ["reg.example.com.", "a dot too many"],
    ["[::1]", "only together with a port"],
    ["[2001:db8::1]/team", "only together with a port"],
    ["[::1]:", "only together with a port"],
    ["[::ffff:1.2.3.4]", "malformed glob"],
    ["reg.example.com/Team", "lower-case"],
    ["reg.example.com/team/*", "* is a glob in the host only"],
    ["reg.example.com/team/app:1", "tag"],
    ["reg.example.com/team/app@sha256:00", "tag and digest"],
    ["reg.example.com/a b", "no path of an image holds"],
    ["reg.example.com/%20", "no path of an image holds"],
    ["reg.example.com//team", "two slashes"],
    ["reg.example.com/-team", "separators in this order"],
    ["reg.example.com/..", "separators in this order"],
    ["reg.example.com/a___b", "separators in this order"],
    [`reg.example.com/${"a".repeat(256)}`, "at most 255"],
    [`reg.example.com/${"a".repeat(254)}/`, "at most 255"],
    ["пример.рф", "Punycode"],
    ["reg!.example.com", "no host of an image holds"],
    ["-reg.example.com", "starts or ends"],
    ["*-.example.com", "starts or ends"],
    ["a_b.example.com:5000", "no port"],
    ["a_b.Example.com", "lower-case"],
    ["*_*", "without a dot"],
    ["[::ffff:1.2.3.4]:5000", "no host of an image holds"],
  ] as const;
  for (const [text, part] of cases) {
    const parsed = parseMatchPattern(text);
    const reason = parsed.ok ? explainUnmatchable(parsed.pattern) : null;
    t.ok(reason?.startsWith("can match no image: "), JSON.stringify(text));
    t.ok(reason?.includes(part), `${JSON.stringify(text)}: ${reason}`);
  }
});

t.test("a pattern that some image matches is left alone, however odd", async (t) => {
  const texts = [
    "docker.io",
    "docker.io/",
    "docker.io/nginx",
    "docker.io/v1/", // docker.io/v1/app is a reference like any other
    "index.docker.io/v1/",
    "index.docker.io:443",
    "localhost",
    "nginx:5000",
    "Nginx",
    "*",
    "re*",
    "*.*",
    "reg.example.com:",
    "reg.example.com:99999",
    "reg.example.com?x",
    "reg.example.com#x",
    "user@reg.example.com",
    "reg.example.com/team-",
    "reg.example.com/team_",
    "reg.example.com/a.b_c__d---e",
    `reg.example.com/${"a".repeat(255)}`,
    "a_b.example.com",
    "*_b.example.com",
    "1.2.3.4:5000",
    "[::1]:5000",
    "[A::1]", // a class that matches the host of the image A/app
    "*1]", // matches the bare [::1] of the image [::1]/app
    "*]*",
    "%D0%BF@reg.example.com",
  ];
  for (const text of texts) {
    const parsed = parseMatchPattern(text);
    t.equal(parsed.ok && explainUnmatchable(parsed.pattern), null, JSON.stringify(text));
  }
});
