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

t.test("a pattern that no entry can serve is told, and an abort ends the reading", async (t) => {
  const store = createMemorySecretStore();
  const text = '{"auths":{"harbor.example.com":{"auth":"dTpw"}}}';
  store.load("pullcred", "creds", {
    ...SECRET,
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(text).toString("base64") },
  });
  const matchImages = ["harbor.example.com/team/", "mismatch.example.com"];
  const source = secretRefSource({ store, namespace: "pullcred", name: "creds", matchImages });
  t.match(await source.read(), {
    kind: "credentials",
    findings: [{ path: "matchImages[1]", message: /^no entry serves pattern "mismatch\.example\.com"/ }],
  });
  const controller = new AbortController();
  const reading = source.read(controller.signal);
  controller.abort();
  await t.rejects(reading, { name: "AbortError" });
});

t.test("of an origin that the leader writes nobody is told to create it", async (t) => {
  const source = secretRefSource({
    store: createMemorySecretStore(),
    namespace: "pullcred",
    name: "cloud-pull",
    matchImages: [],
    whyMissing: "its source has yielded nothing yet",
  });
  t.same(await source.read(), {
    kind: "missing",
    message: "there is no Secret cloud-pull in namespace pullcred: its source has yielded nothing yet",
  });
});
