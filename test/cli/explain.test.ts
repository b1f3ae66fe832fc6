import { join } from "node:path";
import t from "tap";
import { pullcred, ROOT } from "../builders/cli.ts";

const CONFIG = join(ROOT, "examples", "standalone", "config.yaml");
const IMAGE = "harbor.example.com/a";

t.test("Pods of pullcred's own namespace get nothing, and explain says why", async (t) => {
  for (const args of [
    ["-n", "pullcred"],
    ["-n", "team-a", "--own-namespace", "team-a"],
  ]) {
    const people = await pullcred(["explain", "--config", CONFIG, ...args, IMAGE]);
    t.equal(people.code, 0);
    t.notMatch(people.stdout, /gets {8}harbor-pull/, args.join(" "));
    t.match(people.stdout, `${args[1]} is pullcred's own namespace, whose Pods are never touched`);
    const { stdout } = await pullcred(["explain", "--config", CONFIG, ...args, IMAGE, "-o", "json"]);
    t.match(JSON.parse(stdout), {
      images: [{ image: IMAGE, matches: [], excluded: [{ mapping: "harbor" }], always: [] }],
      reason: "OwnNamespace",
    });
  }
});

t.test("Pods of other namespaces get what matches, and no reason is given", async (t) => {
  const args = ["-n", "team-a", "--own-namespace", "elsewhere", IMAGE, "-o", "json"];
  const { code, stdout } = await pullcred(["explain", "--config", CONFIG, ...args]);
  t.equal(code, 0);
  const answer = JSON.parse(stdout);
  t.same(Object.keys(answer), ["images"]);
  t.match(answer, { images: [{ matches: [{ mapping: "harbor", secretName: "harbor-pull" }] }] });
});
