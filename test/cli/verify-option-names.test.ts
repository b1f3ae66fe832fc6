import { readFileSync } from "node:fs";
import t from "tap";
import { command } from "../../src/cli/serve/command.ts";
import { VERIFY_OPTION_NAMES } from "../../src/cli/serve/verification.ts";

const CHART = new URL("../../charts/pullcred/values.schema.json", import.meta.url);

t.test("the remedies that serve names are options and chart values of its own", async (t) => {
  const options = new Set(command().options.map(({ long }) => long));
  const { verification } = JSON.parse(readFileSync(CHART, "utf8")).properties;
  for (const name of Object.values(VERIFY_OPTION_NAMES)) {
    const [, option, value] = name.match(/^(--\S+) \(verification\.(\S+) of the chart\)$/) ?? [];
    t.ok(option !== undefined && options.has(option), name);
    t.ok(value !== undefined && value in verification.properties, name);
  }
});
