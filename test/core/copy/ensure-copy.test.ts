import t from "tap";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import { buildCopy } from "../../../src/core/copy/copy.ts";
import { ensureCopy, type WantedCopy } from "../../../src/core/copy/ensure-copy.ts";
import type { Origin } from "../../../src/core/copy/origin.ts";
import type { Owner } from "../../../src/core/copy/owner.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import type { OwnerReference, Secret } from "../../../src/core/secret/secret.ts";
import type { SecretStore } from "../../../src/core/secret/secret-store.ts";
import { StoreError, StoreErrorCode } from "../../../src/core/secret/store-error.ts";

const HARBOR = { name: "harbor", secretName: "harbor-pull" };
const NEW = new Redacted("bmV3");
const COPY = buildCopy(HARBOR, "team-a", NEW);
const OLD_COPY = buildCopy(HARBOR, "team-a", new Redacted("b2xk"));
/** The same data and type, made by somebody else. */
const FOREIGN: Secret = { ...COPY, metadata: { name: "harbor-pull", namespace: "team-a" } };
const HALF_LABELLED: Secret = {
  ...COPY,
  metadata: { ...FOREIGN.metadata, labels: { "app.kubernetes.io/managed-by": "pullcred" } },
};
const RENAMED = buildCopy({ name: "old-name", secretName: "harbor-pull" }, "team-a", NEW);
/** The labels that nobody but pullcred has a reason to write; without the other it is damaged, not foreign. */
const UNMANAGED_LABEL: Secret = {
  ...COPY,
  metadata: { ...FOREIGN.metadata, labels: { "pullcred.dev/registry": "harbor" } },
};
const OTHER_MANAGER: Secret = {
  ...COPY,
  metadata: { ...FOREIGN.metadata, labels: { "app.kubernetes.io/managed-by": "Helm" } },
};
const RETYPED: Secret = { ...COPY, type: "Opaque" };

const READY: Origin = { kind: "ready", dockerConfigJson: NEW };
const MISSING: Origin = { kind: "missing", message: "none" };
const BROKEN: Origin = { kind: "broken", problems: [] };

const OWNER: OwnerReference = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  name: "pullcred-harbor",
  uid: "u-1",
  blockOwnerDeletion: false,
};

function wanted(parts: Partial<WantedCopy> = {}): WantedCopy {
  return { mapping: HARBOR, namespace: "team-a", origin: READY, owner: { kind: "none" }, ...parts };
}

type Row = readonly [string, Secret | undefined, Origin, boolean, string, Secret | undefined];

const ROWS: readonly Row[] = [
  ["nothing stands: the copy is written", undefined, READY, false, "CopyWritten", COPY],
  ["the copy stands: nothing is written", COPY, READY, false, "CopyCurrent", COPY],
  ["an outdated copy is replaced", OLD_COPY, READY, false, "CopyWritten", COPY],
  ["a copy of the mapping's former name is taken over", RENAMED, READY, false, "CopyWritten", COPY],
  ["a copy whose type was changed is restored", RETYPED, READY, false, "CopyWritten", COPY],
  ["a foreign Secret with identical data stays", FOREIGN, READY, false, "ForeignSecret", FOREIGN],
  ["a copy that lost its registry label is mended", HALF_LABELLED, READY, false, "CopyWritten", COPY],
  ["a copy that lost its managed-by label is mended", UNMANAGED_LABEL, READY, false, "CopyWritten", COPY],
  ["another one's managed-by label is foreign", OTHER_MANAGER, READY, false, "ForeignSecret", OTHER_MANAGER],
  ["without a credential nothing is written", undefined, MISSING, false, "NoCredential", undefined],
  ["a broken credential reaches no copy", undefined, BROKEN, false, "NoCredential", undefined],
  ["a copy keeps its last good credential", OLD_COPY, BROKEN, false, "CopyCurrent", OLD_COPY],
  ["a foreign Secret is told also without a credential", FOREIGN, MISSING, false, "ForeignSecret", FOREIGN],
  ["a dry run writes nothing", undefined, READY, true, "CopyDryRun", undefined],
  ["a dry run sees a current copy", COPY, READY, true, "CopyCurrent", COPY],
];

t.test("copies", async (t) => {
  for (const [name, before, origin, dryRun, result, after] of ROWS) {
    const store = createMemorySecretStore();
    if (before !== undefined) store.load("team-a", "harbor-pull", before);
    t.same(await ensureCopy(store, wanted({ origin }), dryRun), { result }, name);
    t.same(await store.get("team-a", "harbor-pull"), after, name);
  }
});

t.test("the copy carries nothing but its labels, type and data", async (t) => {
  t.same(COPY, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "harbor-pull",
      namespace: "team-a",
      labels: { "app.kubernetes.io/managed-by": "pullcred", "pullcred.dev/registry": "harbor" },
    },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": "bmV3" },
  });
});

t.test("a store that fails is told apart from a namespace that ends", async (t) => {
  const failing = (code: StoreErrorCode): SecretStore => ({
    ...createMemorySecretStore(),
    apply: () => Promise.reject(new StoreError(code, "no")),
  });
  t.match(await ensureCopy(failing(StoreErrorCode.Unavailable), wanted(), false), {
    result: "CopyFailed",
    cause: { message: "no" },
  });
  t.match(await ensureCopy(failing(StoreErrorCode.NamespaceTerminating), wanted(), false), {
    result: "NamespaceTerminating",
  });
});

/** A store whose cache is behind: `get` tells `cached`, while `present` stands there; writes are recorded. */
function lagging(cached: Secret | undefined, present: Secret | undefined) {
  const memory = createMemorySecretStore();
  if (present !== undefined) memory.load("team-a", "harbor-pull", present);
  const calls: string[] = [];
  const store: SecretStore = {
    ...memory,
    get: async () => cached,
    async look(namespace, name) {
      calls.push("look");
      return memory.look(namespace, name);
    },
    async apply(secret, seen) {
      calls.push(seen === undefined ? "create" : "replace");
      const known = memory.peek("team-a", "harbor-pull");
      if (known !== seen) throw new StoreError(StoreErrorCode.Conflict, "something else stands there");
      await memory.apply(secret, seen);
    },
    async delete(seen) {
      calls.push("delete");
      const known = memory.peek("team-a", "harbor-pull");
      if (known !== seen) throw new StoreError(StoreErrorCode.Conflict, "something else stands there");
      await memory.delete(seen);
    },
  };
  return { store, calls, memory };
}

t.test("where something else stands than was seen, it is looked at again, past the cache", async (t) => {
  const rows: readonly (readonly [
    string,
    Secret | undefined,
    Secret | undefined,
    string,
    string,
    unknown,
  ])[] = [
    ["a foreign Secret came", undefined, FOREIGN, "ForeignSecret", "create look", FOREIGN],
    ["a foreign Secret took the copy's place", OLD_COPY, FOREIGN, "ForeignSecret", "replace look", FOREIGN],
    ["another replica wrote it", undefined, COPY, "CopyCurrent", "create look", COPY],
    ["another replica wrote an older one", undefined, OLD_COPY, "CopyWritten", "create look replace", COPY],
    ["the copy was deleted", OLD_COPY, undefined, "CopyWritten", "replace look create", COPY],
    ["a copy of another type came", OLD_COPY, RETYPED, "CopyWritten", "replace look delete create", COPY],
    ["a copy of another type went", RETYPED, undefined, "CopyWritten", "delete look create", COPY],
  ];
  for (const [name, cached, present, result, calls, after] of rows) {
    const world = lagging(cached, present);
    t.same(await ensureCopy(world.store, wanted(), false), { result }, name);
    t.equal(world.calls.join(" "), calls, name);
    t.same(world.memory.peek("team-a", "harbor-pull"), after, name);
  }
});

t.test("who loses twice is told apart as a failure, and nothing is overwritten", async (t) => {
  const { store, memory } = lagging(undefined, OLD_COPY);
  const losing: SecretStore = { ...store, look: async () => undefined };
  t.match(await ensureCopy(losing, wanted(), false), { result: "CopyFailed", cause: { code: "Conflict" } });
  t.same(memory.peek("team-a", "harbor-pull"), OLD_COPY);
});

t.test(
  "a copy of another type is deleted before it is made anew: the type of a Secret cannot change",
  async (t) => {
    const { store, calls } = lagging(RETYPED, RETYPED);
    t.same(await ensureCopy(store, wanted(), false), { result: "CopyWritten" });
    t.same(calls, ["delete", "create"]);
  },
);

t.test("copies name the owner that is known", async (t) => {
  const owned = buildCopy(HARBOR, "team-a", NEW, OWNER);
  const reborn = { ...OWNER, uid: "u-2" };
  const known: Owner = { kind: "known", reference: OWNER };
  const rows: readonly (readonly [string, Secret | undefined, Owner, string, Secret | undefined])[] = [
    ["known: a new copy names it", undefined, known, "CopyWritten", owned],
    ["known: a copy without it is mended", COPY, known, "CopyWritten", owned],
    ["known: a copy that names it is current", owned, known, "CopyCurrent", owned],
    [
      "made anew: the copy follows, lest it be collected",
      owned,
      { kind: "known", reference: reborn },
      "CopyWritten",
      buildCopy(HARBOR, "team-a", NEW, reborn),
    ],
    ["none: a copy has none", undefined, { kind: "none" }, "CopyWritten", COPY],
    ["none: a copy that names one stays", owned, { kind: "none" }, "CopyCurrent", owned],
    ["gone: no copy is made that would outlive it", undefined, { kind: "gone" }, "CopyFailed", undefined],
    ["gone: an outdated copy stays as it is", OLD_COPY, { kind: "gone" }, "CopyFailed", OLD_COPY],
    ["gone: a current copy is current", owned, { kind: "gone" }, "CopyCurrent", owned],
    ["gone: a foreign Secret is foreign", FOREIGN, { kind: "gone" }, "ForeignSecret", FOREIGN],
  ];
  for (const [name, before, owner, result, after] of rows) {
    const store = createMemorySecretStore();
    if (before !== undefined) store.load("team-a", "harbor-pull", before);
    const outcome = await ensureCopy(store, wanted({ owner }), false);
    t.equal(outcome.result, result, name);
    t.same(await store.get("team-a", "harbor-pull"), after, name);
    if (result === "CopyFailed")
      t.match(outcome.cause, { message: /ClusterRole of mapping harbor was deleted/ });
  }
});
