import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "./builders/cli.ts";

const RULES = readFileSync(join(ROOT, "charts/pullcred/templates/prometheusrule.yaml"), "utf8");
const DOCUMENT = readFileSync(join(ROOT, "docs/alerts.md"), "utf8");

t.test("every alert of the chart is documented with its severity, and no other, once", async (t) => {
  const made = [...RULES.matchAll(/- alert: (\w+)[\s\S]*?severity: (\w+)/g)];
  const told = [...DOCUMENT.matchAll(/^\| `(\w+)` \| (\w+) \| .+ \|$/gm)];
  const rows = (matches: readonly RegExpExecArray[]): readonly string[] =>
    matches.map(([, name, severity]) => `${name} ${severity}`).toSorted();
  t.ok(made.length > 10, "the alerts are found");
  t.same(rows(told), rows(made));
});
