import t from "tap";
import { secretKeys } from "../../../src/adapters/sources/secret-keys.ts";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";

const secretOf = (data: Readonly<Record<string, string>>): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "keys", namespace: "pullcred" },
  type: "Opaque",
  data,
});
const encode = (text: string): string => Buffer.from(text).toString("base64");

t.test("keys are read without the white space around them, or it is told which are missing", async (t) => {
  const secrets = createMemorySecretStore();
  const required = ["id", "secret"] as const;
  const keys = secretKeys({ secrets, namespace: "pullcred", name: "keys", required, optional: ["token"] });
  t.same(await keys.read(), {
    kind: "missing",
    message: "there is no Secret keys in namespace pullcred: create it with id and secret",
  });
  for (const [data, message] of [
    [{ id: encode("i") }, "Secret keys in namespace pullcred has no secret: add it"],
    [
      { id: encode(" \n"), token: encode("t") },
      "Secret keys in namespace pullcred has no id and no secret: add it",
    ],
  ] as const) {
    secrets.load("pullcred", "keys", secretOf(data));
    t.same(await keys.read(), { kind: "missing", message });
  }
  secrets.load("pullcred", "keys", secretOf({ id: encode("i\n"), secret: encode(" s: \r\n") }));
  const found = await keys.read();
  t.same(
    found.kind === "found" && Object.entries(found.values).map(([key, value]) => [key, value.reveal()]),
    [
      ["id", "i"],
      ["secret", "s:"],
    ],
  );
  secrets.load("pullcred", "keys", secretOf({ id: encode("i"), secret: encode("s"), token: encode("t") }));
  const more = await keys.read();
  t.equal(more.kind === "found" && more.values.token?.reveal(), "t");
  t.notMatch(JSON.stringify(more), /"[ist]"/, "no key is shown");
});

t.test("only its own Secret is followed, and an abort ends the reading", async (t) => {
  const secrets = createMemorySecretStore();
  const keys = secretKeys({ secrets, namespace: "pullcred", name: "keys", required: ["id"], optional: [] });
  let changes = 0;
  const stop = keys.watch(() => {
    changes += 1;
  });
  secrets.load("pullcred", "keys", secretOf({}));
  secrets.load("pullcred", "others", secretOf({}));
  secrets.load("team-a", "keys", secretOf({}));
  stop();
  secrets.load("pullcred", "keys", secretOf({ id: encode("i") }));
  t.equal(changes, 1);
  const controller = new AbortController();
  const reading = keys.read(controller.signal);
  controller.abort();
  await t.rejects(reading, { name: "AbortError" });
});
