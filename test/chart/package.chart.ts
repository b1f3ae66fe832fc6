import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parse } from "yaml";
import { ROOT } from "../builders/cli.ts";
import { CHART, readValues, runHelm } from "./lib/render.ts";

const chart = parse(readFileSync(join(CHART, "Chart.yaml"), "utf8"));

t.test("helm finds nothing to complain of in the chart, with any of the values", async (t) => {
  for (const file of globSync("ci/*-values.yaml", { cwd: CHART })) {
    const { code, stdout } = runHelm(["lint", CHART, "--strict", "--values", "VALUES"], readValues(file));
    t.equal(code, 0, `${file}: ${stdout}`);
    t.notMatch(stdout, /\[(WARNING|ERROR)\]/, file);
  }
});

t.test("the package has what belongs to it, and nothing else", async (t) => {
  const folder = t.testdir();
  const { code, stderr } = runHelm(["package", CHART, "--destination", folder]);
  t.equal(code, 0, stderr);
  const file = join(folder, `pullcred-${chart.version}.tgz`);
  const packed = execFileSync("tar", ["--list", "--file", file], { encoding: "utf8" }).trim().split("\n");
  const expected = [
    ...["Chart.yaml", "LICENSE", "README.md", "values.schema.json", "values.yaml", ".helmignore"],
    ...globSync("{files,templates}/*", { cwd: CHART }),
  ];
  t.same(packed.toSorted(), expected.map((name) => `pullcred/${name}`).toSorted());
});

t.test("the chart runs the version of pullcred that it comes with", async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  t.equal(chart.appVersion, version);
  t.equal(chart.version, version);
});

t.test("it wants a Kubernetes with everything that it uses", async (t) => {
  const at = (version: string): number => runHelm(["template", CHART, "--kube-version", version]).code;
  t.equal(at("1.30.0"), 0);
  t.equal(at("1.31.5-gke.1000"), 0);
  t.equal(at("1.29.9"), 1);
});
