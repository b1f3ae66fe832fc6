import t from "tap";
import { type HtmlValue, html } from "../../../src/core/status/html.ts";

t.test("what is put into HTML is text there", async (t) => {
  const rows: readonly (readonly [string, HtmlValue, string])[] = [
    ["plain text", "team-a", "team-a"],
    ["a tag", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    ["an entity", "a & b &lt;", "a &amp; b &amp;lt;"],
    ["what ends an attribute", `" onload="x' y`, "&quot; onload=&quot;x&#39; y"],
    ["a number", 7, "7"],
    ["nothing", null, ""],
    ["a list", ["a", "<", null, html`<b>${"<"}</b>`], "a&lt;<b>&lt;</b>"],
    ["a line break, which a log could end with", "a\r\nb", "a\\u{d}\\u{a}b"],
    ["what turns the text around", "a\u202Eb\u2066", "a\\u{202e}b\\u{2066}"],
    ["what is not seen", "a\u200Bb\uFEFF\u0000", "a\\u{200b}b\\u{feff}\\u{0}"],
    ["half of a character", "a\uD800", "a\\u{d800}"],
    ["letters of any language", "größe 名前 🙂", "größe 名前 🙂"],
  ];
  for (const [name, value, expected] of rows) t.equal(String(html`${value}`), expected, name);
});

t.test("HTML goes into HTML as it is", async (t) => {
  t.equal(String(html`<p>${html`<b>${"&"}</b>`}</p>`), "<p><b>&amp;</b></p>");
});
