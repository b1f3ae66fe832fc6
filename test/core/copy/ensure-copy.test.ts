import t from "tap";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import { buildCopy } from "../../../src/core/copy/copy.ts";
import { type AllowedWrites, ensureCopy, type WantedCopy } from "../../../src/core/copy/ensure-copy.ts";
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
  name: "pullcred:harbor-pull",
  uid: "u-1",
  blockOwnerDeletion: false,
};

function wanted(parts: Partial<WantedCopy> = {}): WantedCopy {
  return { mapping: HARBOR, namespace: "team-a", origin: READY, owner: { kind: "none" }, ...parts };
}

type Row = readonly [string, Secret | undefined, Origin, AllowedWrites, string, Secret | undefined];

const ROWS: readonly Row[] = [
  ["nothing stands: the copy is written", undefined, READY, "all", "CopyWritten", COPY],
  ["the copy stands: nothing is written", COPY, READY, "all", "CopyCurrent", COPY],
  ["an outdated copy is replaced", OLD_COPY, READY, "all", "CopyWritten", COPY],
  ["a copy of the mapping's former name is taken over", RENAMED, READY, "all", "CopyWritten", COPY],
  ["a copy whose type was changed is restored", RETYPED, READY, "all", "CopyWritten", COPY],
  ["a foreign Secret with identical data stays", FOREIGN, READY, "all", "ForeignSecret", FOREIGN],
  ["a copy that lost its registry label is mended", HALF_LABELLED, READY, "all", "CopyWritten", COPY],
  ["a copy that lost its managed-by label is mended", UNMANAGED_LABEL, READY, "all", "CopyWritten", COPY],
  ["another one's managed-by label is foreign", OTHER_MANAGER, READY, "all", "ForeignSecret", OTHER_MANAGER],
  ["without a credential nothing is written", undefined, MISSING, "all", "NoCredential", undefined],
  ["a broken credential reaches no copy", undefined, BROKEN, "all", "NoCredential", undefined],
  ["a copy keeps its last good credential", OLD_COPY, BROKEN, "all", "CopyCurrent", OLD_COPY],
  ["a foreign Secret is told also without a credential", FOREIGN, MISSING, "all", "ForeignSecret", FOREIGN],
  ["a dry run writes nothing", undefined, READY, "none", "CopyDryRun", undefined],
  ["a dry run sees a current copy", COPY, READY, "none", "CopyCurrent", COPY],
  ["a dry run sees an outdated copy", OLD_COPY, READY, "none", "CopyDryRun", OLD_COPY],
  ["a review makes what is missing", undefined, READY, "missing", "CopyWritten", COPY],
  ["a review finds a current copy", COPY, READY, "missing", "CopyCurrent", COPY],
  ["a review leaves an outdated copy to the leader", OLD_COPY, READY, "missing", "CopyDelayed", OLD_COPY],
  ["a review leaves a damaged copy to the leader", RENAMED, READY, "missing", "CopyDelayed", RENAMED],
  ["a review makes anew what kubelet would not read", RETYPED, READY, "missing", "CopyWritten", COPY],
  ["a review leaves a foreign Secret", FOREIGN, READY, "missing", "ForeignSecret", FOREIGN],
];

t.test("copies", async (t) => {
  for (const [name, before, origin, writes, result, after] of ROWS) {
    const store = createMemorySecretStore();
    if (before !== undefined) store.load("team-a", "harbor-pull", before);
    t.same(await ensureCopy(store, wanted({ origin }), writes), { result }, name);
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
  t.match(await ensureCopy(failing(StoreErrorCode.Unavailable), wanted(), "all"), {
    result: "CopyFailed",
    cause: { message: "no" },
  });
  t.match(await ensureCopy(failing(StoreErrorCode.NamespaceTerminating), wanted(), "all"), {
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
    t.same(await ensureCopy(world.store, wanted(), "all"), { result }, name);
    t.equal(world.calls.join(" "), calls, name);
    t.same(world.memory.peek("team-a", "harbor-pull"), after, name);
  }
});

t.test("who loses twice is told apart as a failure, and nothing is overwritten", async (t) => {
  const { store, memory } = lagging(undefined, OLD_COPY);
  const losing: SecretStore = { ...store, look: async () => undefined };
  t.match(await ensureCopy(losing, wanted(), "all"), { result: "CopyFailed", cause: { code: "Conflict" } });
  t.same(memory.peek("team-a", "harbor-pull"), OLD_COPY);
});

t.test("what cannot be changed is deleted and made anew: another type, an immutable copy", async (t) => {
  const immutable: Secret = { ...OLD_COPY, immutable: true };
  for (const before of [RETYPED, immutable]) {
    const { store, calls, memory } = lagging(before, before);
    t.same(await ensureCopy(store, wanted(), "all"), { result: "CopyWritten" });
    t.same(calls, ["delete", "create"]);
    t.same(memory.peek("team-a", "harbor-pull"), COPY);
  }
  const current = lagging({ ...COPY, immutable: true }, { ...COPY, immutable: true });
  t.same(await ensureCopy(current.store, wanted(), "all"), { result: "CopyCurrent" });
  t.same(current.calls, [], "an immutable copy that is right may stay so");
});

t.test("a review that loses against another replica leaves what that one wrote", async (t) => {
  const { store, calls, memory } = lagging(undefined, OLD_COPY);
  t.same(await ensureCopy(store, wanted(), "missing"), { result: "CopyDelayed" });
  t.same(calls, ["create", "look"]);
  t.same(memory.peek("team-a", "harbor-pull"), OLD_COPY);
});

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
    ["gone: no copy is made that would outlive it", undefined, { kind: "gone" }, "CopyWithdrawn", undefined],
    ["gone: an outdated copy stays as it is", OLD_COPY, { kind: "gone" }, "CopyWithdrawn", OLD_COPY],
    ["gone: a current copy is current", owned, { kind: "gone" }, "CopyCurrent", owned],
    ["gone: a foreign Secret is foreign", FOREIGN, { kind: "gone" }, "ForeignSecret", FOREIGN],
  ];
  for (const [name, before, owner, result, after] of rows) {
    const store = createMemorySecretStore();
    if (before !== undefined) store.load("team-a", "harbor-pull", before);
    t.same(await ensureCopy(store, wanted({ owner }), "all"), { result }, name);
    t.same(await store.get("team-a", "harbor-pull"), after, name);
  }
});

t.test("where the owner is gone, nothing is asked for, not even in a dry run", async (t) => {
  const { store, calls } = lagging(undefined, undefined);
  const asking = { ...store, get: () => Promise.reject(new StoreError(StoreErrorCode.Forbidden, "no")) };
  for (const writes of ["none", "missing", "all"] as const) {
    t.same(await ensureCopy(asking, wanted({ owner: { kind: "gone" } }), writes), {
      result: "CopyWithdrawn",
    });
  }
  t.same(calls, []);
});

t.test("what an origin says of its credential is written with it, and kept right", async (t) => {
  const annotations = { "pullcred.dev/expires": "2030-01-01T00:00:00.000Z" };
  const marked = buildCopy(HARBOR, "team-a", NEW, undefined, annotations);
  const others = { ...marked, metadata: { ...marked.metadata, annotations: { ...annotations, note: "n" } } };
  const rows: readonly (readonly [string, Secret | undefined, string, Secret | undefined])[] = [
    ["nothing stands", undefined, "CopyWritten", marked],
    ["it says nothing", COPY, "CopyWritten", marked],
    ["it says something else, too", others, "CopyCurrent", others],
    ["it says so", marked, "CopyCurrent", marked],
  ];
  for (const [name, before, result, after] of rows) {
    const store = createMemorySecretStore();
    if (before !== undefined) store.load("team-a", "harbor-pull", before);
    t.same(await ensureCopy(store, wanted({ annotations }), "all"), { result }, name);
    t.same(await store.get("team-a", "harbor-pull"), after, name);
  }
});
