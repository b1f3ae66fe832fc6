import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../builders/cli.ts";
import { runContainer } from "./lib/container.ts";

const mounts = { "/etc/pullcred": join(ROOT, "examples", "standalone") };
const CONFIG = ["--config", "/etc/pullcred/config.yaml"];

t.test("arguments are pullcred's own", async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  t.same(await runContainer(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
});

t.test("without arguments it tells the commands", async (t) => {
  const { code, stdout } = await runContainer([]);
  t.equal(code, 0);
  t.match(stdout, /Usage: pullcred/);
});

t.test("the offline commands work on what is mounted", async (t) => {
  t.match(await runContainer(["lint", ...CONFIG, "-o", "json"], { mounts }), { code: 0, stderr: "" });
  const image = "harbor.example.com/team-a/shop:1.4.2";
  const explained = await runContainer(["explain", ...CONFIG, "-n", "team-a", image], { mounts });
  t.match(explained, { code: 0, stdout: /harbor-pull/, stderr: "" });
  const manifest = readFileSync(join(ROOT, "examples", "deployment.yaml"), "utf8");
  const injected = await runContainer(["inject", ...CONFIG], { mounts }, manifest);
  t.match(injected, { code: 0, stdout: /imagePullSecrets:\n\s+- name: harbor-pull/, stderr: "" });
});

t.test("nothing can be written into the image", async (t) => {
  const args = ["serve", "--standalone", ...CONFIG, "--data-dir", "/opt/pullcred/data"];
  const { code, stderr } = await runContainer(args, { mounts });
  t.equal(code, 2);
  t.match(stderr, /could not use --data-dir .*: the file system is read-only/);
});
