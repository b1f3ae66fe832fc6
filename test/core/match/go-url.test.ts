import t from "tap";
import { parseSchemelessUrl } from "../../../src/core/match/go-url.ts";
import { readAnswers } from "../../oracle/answers.ts";

t.test("a text parses where Go parses it", async (t) => {
  for (const { pattern, error } of readAnswers("urls-match").patterns)
    t.equal(parseSchemelessUrl(pattern).ok, error === null, JSON.stringify(pattern));
});

t.test("host, port and path are Go's, not WHATWG's", async (t) => {
  const cases = [
    ["", "", "", ""],
    ["reg.example.com", "reg.example.com", "", ""],
    ["REG.example.com:443/A/../b", "REG.example.com", "443", "/A/../b"],
    ["reg.example.com:/a", "reg.example.com", "", "/a"],
    ["reg.example.com//a", "reg.example.com", "", "//a"],
    ["user:pw@reg.example.com/a?b#c", "reg.example.com", "", "/a"],
    ["reg.example.com?a/b", "reg.example.com", "", ""],
    ["reg.example.com/%61%2f", "reg.example.com", "", "/a/"],
    ["https://reg.example.com", "https", "", "//reg.example.com"],
    ["[::1]:5000/a", "::1", "5000", "/a"],
    ["[::1]/a", "[::1]", "", "/a"],
    ["[fe80::1%25eth0]:1", "fe80::1%eth0", "1", ""],
    ["é", "\u00c3\u00a9", "", ""],
  ] as const;
  for (const [text, host, port, path] of cases)
    t.same(parseSchemelessUrl(text), { ok: true, url: { host, port, path } }, JSON.stringify(text));
});

t.test("what Go refuses is refused with a reason for people", async (t) => {
  const cases = [
    ["reg.example.com:https", "the port is no number"],
    ["reg.example.com:1:2", "the port is no number"],
    [
      "r[12].example.com",
      "[ starts an IPv6 address and can't stand inside a host; of the globs, only * works there",
    ],
    ["[a-z].example.com", "[ starts an IPv6 address and none follows; of the globs, only * works in a host"],
    ["[1.2.3.4]:1", "[ starts an IPv6 address and none follows; of the globs, only * works in a host"],
    ["[::1", "the ] that ends an IPv6 address is missing"],
    ["reg.example.com/%zz", "a % is not followed by two hexadecimal digits"],
    ["a\\b", "the host holds a character that no host has"],
    ["reg.example.com/\n", "it holds a control character"],
    ["us er@reg.example.com", "what stands before the @ is no user name"],
  ] as const;
  for (const [text, error] of cases)
    t.same(parseSchemelessUrl(text), { ok: false, error }, JSON.stringify(text));
});
