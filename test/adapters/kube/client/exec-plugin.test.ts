import t from "tap";
import { askExecPlugin } from "../../../../src/adapters/kube/client/exec-plugin.ts";
import { installTokenPlugin } from "../../../builders/token-plugin.ts";

t.test("a plugin that never ends is ended, and told", async (t) => {
  const { command } = installTokenPlugin(t.testdir(), "endless", "setInterval(() => {}, 1_000);");
  const user = { file: "/kubeconfig", name: "u", fields: {} };
  await t.rejects(askExecPlugin(user, { command }, process.env, 1), {
    message: /exec plugin ".*" did not end in time: run it by hand$/,
  });
});
