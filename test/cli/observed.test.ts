import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { LINES_PER_WINDOW } from "../../src/adapters/observability/log-limiter.ts";
import { startServer } from "../builders/cli.ts";
import { configText } from "../builders/config.ts";
import { eventually } from "../builders/eventually.ts";
import { pod } from "../builders/pod.ts";
import { review } from "../builders/review.ts";

const HARBOR = { name: "harbor", matchImages: ["harbor.example.com"], secretName: "harbor-pull" };
const HUB = { name: "hub", matchImages: ["docker.io/acme/"] };

t.test("what is counted follows the mappings of the config in force", async (t) => {
  const folder = t.testdir({ "config.yaml": configText([HARBOR]) });
  const config = join(folder, "config.yaml");
  const server = await startServer(t, ["--config", config, "--drain-delay", "0"]);
  const decisions = async (): Promise<string> => {
    const text = await (await fetch(`${server.metricsUrl}/metrics`)).text();
    return text.match(/^pullcred_decisions_total.*$/gm)?.join("\n") ?? "";
  };
  t.equal(await decisions(), 'pullcred_decisions_total{registry="harbor",reason="Injected"} 0');
  await server.review(review(pod({ images: ["harbor.example.com/app"] })));
  t.equal(await decisions(), 'pullcred_decisions_total{registry="harbor",reason="Injected"} 1');
  writeFileSync(config, configText([HUB]));
  await eventually("the mapping that went away has no series", async () => {
    const now = await decisions();
    return now === 'pullcred_decisions_total{registry="hub",reason="Injected"} 0' ? now : undefined;
  });
  t.equal(await server.stop(), 0);
});

t.test("a flood of bad requests is bounded in the log, and is told in whole before the end", async (t) => {
  const folder = t.testdir({ "config.yaml": configText([HARBOR]) });
  const server = await startServer(t, ["--config", join(folder, "config.yaml"), "--drain-delay", "0"]);
  const flood = LINES_PER_WINDOW + 50;
  await Promise.all(Array.from({ length: flood }, () => server.review({})));
  t.equal(await server.stop(), 0);
  const lines = server
    .stderr()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  // A window may have ended in between.
  const written = lines.filter(({ msg }) => msg === "review refused").length;
  const told = lines.filter(({ of }) => of === "review refused");
  t.equal(
    told.reduce((sum, line) => sum + line.lines, written),
    flood,
  );
});
