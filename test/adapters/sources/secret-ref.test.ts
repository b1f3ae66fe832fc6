import t from "tap";
import { secretRefSource } from "../../../src/adapters/sources/secret-ref.ts";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";

const SECRET: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "creds", namespace: "pullcred" },
  type: "kubernetes.io/basic-auth",
  data: { username: "dQ==", password: "cA==" },
};

t.test("a Secret is read, missing or broken, and only its own changes are told", async (t) => {
  const store = createMemorySecretStore();
  const source = secretRefSource({
    store,
    namespace: "pullcred",
    name: "creds",
    matchImages: ["reg.example.com"],
  });
  let changes = 0;
  const stop = source.watch(() => {
    changes += 1;
  });
  t.same(await source.read(), {
    kind: "missing",
    message: "there is no Secret creds in namespace pullcred: create it",
  });
  store.load("pullcred", "creds", SECRET);
  t.match(await source.read(), { kind: "credentials", findings: [] });
  store.load("pullcred", "creds", { ...SECRET, type: "Opaque" });
  t.match(await source.read(), { kind: "broken", problems: [{ path: "type" }] });
  store.load("other", "creds", SECRET);
  store.load("pullcred", "other", SECRET);
  t.equal(changes, 2);
  stop();
  store.load("pullcred", "creds", SECRET);
  t.equal(changes, 2);
});
