import fc from "fast-check";
import t from "tap";
import { renderPage } from "../../src/core/status/render-page.ts";
import type { StatusReport } from "../../src/core/status/status-report.ts";
import { troubledReport } from "../builders/status-report.ts";
import { numRuns } from "./runs.ts";

/** What comes from outside, or what a person wrote; other texts choose what the page says. */
const FOREIGN = new Set([
  "namespace",
  "pod",
  "message",
  "refreshProblem",
  "problem",
  "name",
  "path",
  "source",
  "holder",
  "release",
  "instance",
  "secretName",
]);
const hostile = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        "<",
        ">",
        '"',
        "'",
        "&",
        "`",
        "=",
        "/",
        "!--",
        "-->",
        "script",
        "</style>",
        "<b onclick=x>",
        "\u0000",
        "\u202e",
        "\n",
        "&lt;",
        "${",
        "a",
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);

/** The report with these texts in the place of all that come from outside. */
function withTexts(report: StatusReport, next: () => string): StatusReport {
  const replaced = JSON.parse(JSON.stringify(report), function (this: unknown, key: string, value: unknown) {
    const isListed =
      Array.isArray(this) && typeof value === "string" && !/^(Copy|Foreign|Injected)/.test(value);
    return typeof value === "string" && value !== "" && (FOREIGN.has(key) || isListed) ? next() : value;
  });
  return replaced as StatusReport;
}

/** The tags and the names of their attributes: all that is not text. */
function skeletonOf(page: string): readonly string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""'));
}

t.test("no text from outside becomes anything but text", async () => {
  const report = troubledReport();
  const expected = skeletonOf(renderPage(withTexts(report, () => "a")));
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 10 }), (texts) => {
      let index = 0;
      const page = renderPage(withTexts(report, () => texts[index++ % texts.length] ?? "a"));
      const skeleton = skeletonOf(page);
      if (skeleton.join("\n") !== expected.join("\n")) throw new Error(JSON.stringify({ texts }));
      const body = page.slice(page.indexOf("<body>"));
      if (/[\p{Cc}\p{Cf}]/u.test(body.replaceAll("\n", "")))
        throw new Error(`unseen: ${JSON.stringify(texts)}`);
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
});
