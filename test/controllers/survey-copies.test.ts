import t from "tap";
import { createMemoryNamespaceStore } from "../../src/adapters/standalone/memory-namespace-store.ts";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import { createCopyWriter } from "../../src/controllers/copy-writer.ts";
import { createSurvey } from "../../src/controllers/survey-copies.ts";
import type { Mapping } from "../../src/core/config/compile.ts";
import { buildCopy } from "../../src/core/copy/copy.ts";
import { createCopyFailures } from "../../src/core/copy/copy-failures.ts";
import type { Origin } from "../../src/core/copy/origin.ts";
import type { Owner } from "../../src/core/copy/owner.ts";
import { createUnfinishedCopies } from "../../src/core/copy/unfinished-copies.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import { bareNamespace } from "../../src/core/namespace/namespace.ts";
import { config } from "../builders/config.ts";
import { foreign, HARBOR, MISSING, ready } from "../builders/copies.ts";
import { logRecorder } from "../builders/log-recorder.ts";

type Parts = {
  readonly origin?: Origin;
  readonly owner?: Owner;
  readonly provisioning?: string;
  /** Namespaces by what stands there; `promised` where a Pod asked for what does not stand. */
  readonly standing?: Readonly<Record<string, "current" | "stale" | "foreign" | "promised">>;
  readonly failed?: Readonly<Record<string, string>>;
  readonly terminating?: readonly string[];
  readonly optedOut?: readonly string[];
  /** More namespaces that are known. */
  readonly known?: readonly string[];
};

async function survey(parts: Parts) {
  const compiled = config([HARBOR], parts.provisioning);
  const [mapping] = compiled.mappings as readonly [Mapping];
  const origin = parts.origin ?? ready("one");
  const secrets = createMemorySecretStore();
  const namespaces = createMemoryNamespaceStore();
  const unfinished = createUnfinishedCopies();
  const failures = createCopyFailures();
  const origins = { of: () => origin };
  const owners = { of: () => parts.owner ?? ({ kind: "none" } as const) };
  const { log } = logRecorder();
  const writer = createCopyWriter({ secrets, origins, owners, observe: () => undefined, log });
  for (const [namespace, what] of Object.entries(parts.standing ?? {})) {
    const text = new Redacted(Buffer.from(what === "current" ? "one" : "old").toString("base64"));
    if (what === "promised") unfinished.add(`${namespace}/harbor-pull`);
    else
      await secrets.apply(
        what === "foreign" ? foreign(namespace) : buildCopy(mapping, namespace, text),
        undefined,
      );
  }
  for (const name of [...(parts.known ?? []), ...(parts.terminating ?? []), ...(parts.optedOut ?? [])])
    namespaces.load(name, {
      ...bareNamespace(name),
      terminating: parts.terminating?.includes(name) ?? false,
      annotations: parts.optedOut?.includes(name) ? { "pullcred.dev/inject": "false" } : {},
    });
  for (const [namespace, message] of Object.entries(parts.failed ?? {}))
    failures.note("harbor-pull", namespace, { result: "CopyFailed", cause: new Error(message) });
  const options = { config: compiled, secrets, namespaces, unfinished, origins, owners, failures, writer };
  return createSurvey({ ...options, ownNamespace: "pullcred" })(mapping);
}

t.test("the copies are counted, and what is not as it should be is named with the reason", async (t) => {
  const rows: readonly (readonly [string, Parts, string, readonly string[]])[] = [
    ["nothing", {}, "0 0 0 0", []],
    ["current ones", { standing: { "team-a": "current", "team-b": "current" } }, "2 0 0 0", []],
    [
      "one of each, what keeps Pods from pulling first",
      { standing: { d: "foreign", c: "stale", b: "promised", a: "current" } },
      "1 1 1 1",
      ["b missing CopyDelayed", "c stale CopyDelayed", "d foreign ForeignSecret"],
    ],
    ["what is in pullcred's own namespace is no copy", { standing: { pullcred: "foreign" } }, "0 0 0 0", []],
    [
      "one that stands is not missing, whatever was promised",
      { standing: { a: "current" }, provisioning: "eager", known: ["a"] },
      "1 0 0 0",
      [],
    ],
    [
      "without a credential, what stands is behind and what does not waits",
      { origin: MISSING, standing: { a: "stale", b: "promised" } },
      "0 1 1 0",
      ["b missing NoCredential", "a stale NoCredential"],
    ],
    [
      "with the role gone",
      { owner: { kind: "gone" }, standing: { a: "promised" } },
      "0 0 1 0",
      ["a missing CopyWithdrawn"],
    ],
    [
      "in a namespace on its way out",
      { terminating: ["a"], standing: { a: "promised" } },
      "0 0 1 0",
      ["a missing NamespaceTerminating"],
    ],
    [
      "one that could not be written",
      { standing: { a: "promised", b: "promised" }, failed: { a: "exceeded quota" } },
      "0 0 2 0",
      ["a missing CopyFailed exceeded quota", "b missing CopyDelayed"],
    ],
    [
      "eager: every allowed namespace should have one",
      {
        provisioning: "eager",
        known: ["team-a", "team-b", "other", "pullcred"],
        terminating: ["team-c"],
        optedOut: ["team-d"],
        standing: { "team-b": "current" },
      },
      "1 0 1 0",
      ["team-a missing CopyDelayed"],
    ],
    ["on demand: none should", { known: ["team-a"] }, "0 0 0 0", []],
  ];
  for (const [name, parts, counts, troubled] of rows) {
    const found = await survey(parts);
    const { current, stale, missing, foreign } = found.copies;
    t.equal(`${current} ${stale} ${missing} ${foreign}`, counts, name);
    const told = found.troubled.items.map(({ namespace, state, reason, message }) =>
      [namespace, state, reason, message].filter(Boolean).join(" "),
    );
    t.same(told, troubled, name);
  }
});

t.test("of thousands, twenty are named and all are counted", async (t) => {
  const names = Array.from({ length: 3_000 }, (_, index) => `team-${String(index).padStart(4, "0")}`);
  const { copies, troubled } = await survey({
    standing: Object.fromEntries(names.map((name) => [name, "foreign" as const])),
  });
  t.equal(copies.foreign, 3_000);
  t.same(
    troubled.items.map(({ namespace }) => namespace),
    names.slice(0, 20),
  );
  t.equal(troubled.more, 2_980);
});
