import t from "tap";
import { createMemorySecretStore } from "../../../src/adapters/standalone/memory-secret-store.ts";
import { buildCopy } from "../../../src/core/copy/copy.ts";
import { ensureCopy } from "../../../src/core/copy/ensure-copy.ts";
import type { Origin } from "../../../src/core/copy/origin.ts";
import { Redacted } from "../../../src/core/credential/redacted.ts";
import type { Secret } from "../../../src/core/secret/secret.ts";
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
const RETYPED: Secret = { ...COPY, type: "Opaque" };

const READY: Origin = { kind: "ready", dockerConfigJson: NEW };
const MISSING: Origin = { kind: "missing", message: "none" };
const BROKEN: Origin = { kind: "broken", problems: [] };

type Row = readonly [string, Secret | undefined, Origin, boolean, string, Secret | undefined];

const ROWS: readonly Row[] = [
  ["nothing stands: the copy is written", undefined, READY, false, "CopyWritten", COPY],
  ["the copy stands: nothing is written", COPY, READY, false, "CopyCurrent", COPY],
  ["an outdated copy is replaced", OLD_COPY, READY, false, "CopyWritten", COPY],
  ["a copy of the mapping's former name is taken over", RENAMED, READY, false, "CopyWritten", COPY],
  ["a copy whose type was changed is restored", RETYPED, READY, false, "CopyWritten", COPY],
  ["a foreign Secret with identical data stays", FOREIGN, READY, false, "ForeignSecret", FOREIGN],
  [
    "a Secret with half of the labels is foreign",
    HALF_LABELLED,
    READY,
    false,
    "ForeignSecret",
    HALF_LABELLED,
  ],
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
    t.same(await ensureCopy(store, HARBOR, "team-a", origin, dryRun), { result }, name);
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
  t.match(await ensureCopy(failing(StoreErrorCode.Unavailable), HARBOR, "team-a", READY, false), {
    result: "CopyFailed",
    cause: { message: "no" },
  });
  t.match(await ensureCopy(failing(StoreErrorCode.NamespaceTerminating), HARBOR, "team-a", READY, false), {
    result: "NamespaceTerminating",
  });
});
