import t from "tap";
import { refusal, render } from "./lib/render.ts";

function argsOf(values: Parameters<typeof render>[0]): readonly string[] {
  return render(values).find("Deployment").spec.template.spec.containers[0].args;
}

t.test("there is a status page where it is asked for, and only then", async (t) => {
  t.notOk(argsOf({}).includes("--status-page"));
  t.notOk(argsOf({ statusPage: { enabled: false } }).includes("--status-page"));
  t.ok(argsOf({ statusPage: { enabled: true } }).includes("--status-page"));
});

t.test("a value that is none of its own is refused", async (t) => {
  t.match(refusal({ statusPage: { enabled: "yes" } }), /statusPage/);
  t.match(refusal({ statusPage: { port: 80 } }), /statusPage/);
});
