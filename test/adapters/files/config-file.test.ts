import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { followConfigFile } from "../../../src/adapters/files/config-file.ts";
import { createMetrics } from "../../../src/adapters/observability/metrics.ts";
import { config, configText } from "../../builders/config.ts";
import { eventually } from "../../builders/eventually.ts";
import { logRecorder } from "../../builders/log-recorder.ts";

function named(name: string) {
  return [{ name, matchImages: [`${name}.example.com`] }];
}

/** Follows a file with the mapping `first`, which was read from `loaded`. */
function setUp(t: Test, content: string, loaded = configText(named("first"))) {
  const path = join(t.testdir({ "config.yaml": content }), "config.yaml");
  const metrics = createMetrics();
  const { log, lines } = logRecorder();
  const told: string[] = [];
  const file = followConfigFile({
    path,
    initial: config(named("first")),
    loaded,
    onChange: ({ mappings }) => told.push(mappings.map(({ name }) => name).join()),
    metrics,
    log,
  });
  t.teardown(file.stop);
  const isValid = async (): Promise<number | undefined> => (await metrics.configValid.get()).values[0]?.value;
  const becomesValid = (what: string, wanted: 0 | 1): Promise<true> =>
    eventually(what, async () => (await isValid()) === wanted || undefined);
  return { path, file, lines, told, isValid, becomesValid };
}

t.test("a change between the first read and the watch is seen", async (t) => {
  const { file, told } = setUp(t, configText(named("second")));
  await eventually("the second config is in force", () => told.at(0));
  t.same(told, ["second"]);
  t.match(file.current().mappings, [{ name: "second" }]);
});

t.test("a file that cannot be used is told in log and metric, and the last good one stays", async (t) => {
  const rows: readonly (readonly [string, (path: string) => void, string])[] = [
    ["a config with issues", (path) => writeFileSync(path, "registries: ["), "config refused"],
    ["a file that is gone", (path) => rmSync(path), "could not read the config"],
    [
      "a directory in its place",
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
      "could not read the config",
    ],
  ];
  for (const [name, spoil, message] of rows) {
    const { path, file, lines, told, isValid, becomesValid } = setUp(t, configText(named("first")));
    t.equal(await isValid(), 1, name);
    const began = file.loadedAt();
    spoil(path);
    await becomesValid(name, 0);
    t.match(lines[0], { level: 50, path, msg: `${message}: the last good one stays in force` }, name);
    t.match(file.current().mappings, [{ name: "first" }], name);
    t.same(told, [], name);
    t.match(file.refusal(), { at: Number, problems: [String] }, name);
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, configText(named("second")));
    await becomesValid(`after ${name}, a good one`, 1);
    t.same(new Set(told), new Set(["second"]), name);
    t.equal(file.refusal(), undefined, name);
    t.ok(file.loadedAt() > began, name);
    file.stop();
  }
});

t.test("nothing is told after the end", async (t) => {
  const { file, told, lines } = setUp(t, configText(named("second")));
  file.stop();
  const other = setUp(t, configText(named("third")));
  await eventually("another, begun later, has looked", () => other.told.at(0));
  t.same([told, lines], [[], []]);
});
