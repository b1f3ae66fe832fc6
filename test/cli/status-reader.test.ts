import t from "tap";
import { createMemoryNamespaceStore } from "../../src/adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import type { Backend } from "../../src/cli/serve/backend.ts";
import { createStatusReader } from "../../src/cli/serve/status/status-reader.ts";
import { createCopyWriter } from "../../src/controllers/copy-writer.ts";
import type { Verification } from "../../src/controllers/credential-verifier.ts";
import type { OriginTrouble } from "../../src/controllers/origin-keeper.ts";
import { buildCopy } from "../../src/core/copy/copy.ts";
import type { Origin } from "../../src/core/copy/origin.ts";
import { noOwners } from "../../src/core/copy/owner.ts";
import { createUnfinishedCopies } from "../../src/core/copy/unfinished-copies.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { toAnnotations } from "../../src/core/refresh/validity-annotations.ts";
import { createStatusBoard } from "../../src/core/status/status-board.ts";
import type { StatusReport } from "../../src/core/status/status-report.ts";
import { config } from "../builders/config.ts";
import { MISSING, ready } from "../builders/copies.ts";
import { logRecorder } from "../builders/log-recorder.ts";

const CLOUD = {
  name: "cloud",
  secretName: "cloud-pull",
  credentials: { exec: { command: "cloud" } },
  matchImages: ["a.example.com"],
};
const OF_SECRET = { ...CLOUD, credentials: { secretRef: { name: "by-hand" } } };
const BROKEN: OriginTrouble = {
  kind: "broken",
  problems: [{ path: 'auths["a"]', message: "holds no password" }],
};

type Parts = {
  readonly registries?: Parameters<typeof config>[0];
  readonly leads?: boolean;
  readonly origin?: Origin;
  readonly trouble?: OriginTrouble;
  readonly refreshProblem?: string;
  readonly verified?: Verification;
  /** Whether the origin says when it ends. */
  readonly hasEnd?: boolean;
};

async function read(parts: Parts): Promise<StatusReport> {
  const compiled = config(parts.registries ?? [CLOUD]);
  const secrets = createMemorySecretStore();
  const { log } = logRecorder();
  const origins = { of: () => parts.origin ?? ready("one"), troubleOf: () => parts.trouble };
  const owners = noOwners;
  const board = createStatusBoard(() => 0);
  board.refreshes.note("cloud", parts.refreshProblem);
  if (parts.hasEnd) {
    const annotations = toAnnotations({ expiresAt: 7_000, renewAt: 5_000 }, "abc");
    await secrets.apply(
      buildCopy(CLOUD, "pullcred", new Redacted("e30="), undefined, annotations),
      undefined,
    );
  }
  const backend = {
    ...{ secrets, owners, namespaces: createMemoryNamespaceStore(), unfinished: createUnfinishedCopies() },
    leadership: {
      isHeld: () => parts.leads ?? true,
      lease: { name: "pullcred", holder: () => "pullcred-1" },
    },
    watches: () => [],
  } as unknown as Backend;
  return createStatusReader({
    ...{ backend, board, instance: "pullcred-0", readiness: { problem: () => null }, pair: () => undefined },
    options: { config: "config.yaml", namespace: "pullcred", release: "pullcred" },
    state: {
      configFile: { current: () => compiled, loadedAt: () => 0, refusal: () => undefined },
      origins,
      writer: createCopyWriter({ secrets, origins, owners, observe: () => undefined, log }),
      verification: { known: () => (parts.verified === undefined ? [] : [parts.verified]) },
    },
    clock: { now: () => 1_000 },
  })();
}

t.test("an origin is told by its state, its problems and its end", async (t) => {
  const rows: readonly (readonly [string, Parts, unknown])[] = [
    ["usable", {}, { state: "current", problems: { items: [] }, expiresAt: null, refreshProblem: null }],
    ["with an end", { hasEnd: true }, { state: "current", expiresAt: 7_000 }],
    ["with an end, where another one leads", { hasEnd: true, leads: false }, { expiresAt: 7_000 }],
    [
      "missing",
      { origin: MISSING, trouble: { kind: "missing", message: "none yet" } },
      { state: "missing", problems: { items: ["none yet"] } },
    ],
    ["not read yet", { origin: MISSING }, { state: "missing", problems: { items: ["none yet"] } }],
    [
      "broken",
      { origin: BROKEN, trouble: BROKEN },
      { state: "broken", problems: { items: ['auths["a"] holds no password'] } },
    ],
    [
      "broken, after a good one",
      { trouble: BROKEN },
      { state: "kept", problems: { items: ['auths["a"] holds no password'] } },
    ],
    ["not verified", {}, { verification: null }],
    [
      "accepted by its registries",
      { verified: { registry: "cloud", verdict: "Works", concludedAt: 500 } },
      { verification: { verdict: "Works", concludedAt: 500 } },
    ],
    [
      "of no registry that could be asked",
      { verified: { registry: "cloud", verdict: "Inconclusive", concludedAt: undefined } },
      { verification: { verdict: "Inconclusive", concludedAt: null } },
    ],
    [
      "of another mapping",
      { verified: { registry: "other", verdict: "WrongCredentials", concludedAt: 500 } },
      { verification: null },
    ],
    ["not refreshed", { refreshProblem: "refused" }, { refreshProblem: "refused" }],
    [
      "not refreshed, before another one led",
      { refreshProblem: "refused", leads: false },
      { refreshProblem: null },
    ],
    [
      "not refreshed, before it was a Secret that somebody else keeps",
      { refreshProblem: "refused", registries: [OF_SECRET] },
      { secret: { namespace: "pullcred", name: "by-hand" }, refreshProblem: null },
    ],
  ];
  for (const [name, parts, expected] of rows) {
    const { mappings } = await read(parts);
    t.match(
      mappings.items[0]?.origin,
      { secret: { namespace: "pullcred", name: "cloud-pull" }, ...(expected as object) },
      name,
    );
  }
});

t.test("who leads is told, and by which Lease", async (t) => {
  const { leadership } = await read({ leads: false });
  t.same(leadership, { leads: false, lease: "pullcred", holder: "pullcred-1" });
});

t.test("of many mappings a hundred are told, those in need first, else in their order", async (t) => {
  const registries = (count: number): NonNullable<Parts["registries"]> =>
    Array.from({ length: count }, (_, index) => ({
      name: `r${index}`,
      matchImages: [`r${index}.example.com`],
    }));
  const few = await read({ registries: registries(100) });
  t.same(
    few.mappings.items.map(({ name }) => name),
    registries(100).map(({ name }) => name),
  );
  t.equal(few.mappings.more, 0);
  const many = await read({ registries: [...registries(119), CLOUD], refreshProblem: "refused" });
  t.equal(many.mappings.items[0]?.name, "cloud");
  t.equal(many.mappings.items[1]?.name, "r0");
  t.equal(many.mappings.items.length, 100);
  t.equal(many.mappings.more, 20);
});
