import type { Test } from "tap";
import {
  createMemoryNamespaceStore,
  type MemoryNamespaceStore,
} from "../../src/adapters/standalone/memory-namespace-store.ts";
import {
  createMemorySecretStore,
  type MemorySecretStore,
} from "../../src/adapters/standalone/memory-secret-store.ts";
import { type CopyEnsurer, createCopyEnsurer } from "../../src/controllers/copy-ensurer.ts";
import { type CopyKeeper, createCopyKeeper } from "../../src/controllers/copy-keeper.ts";
import { createCopyWriter } from "../../src/controllers/copy-writer.ts";
import type { CompiledConfig, Mapping } from "../../src/core/config/compile.ts";
import type { CopyResult } from "../../src/core/copy/copy-result.ts";
import type { Origin } from "../../src/core/copy/origin.ts";
import type { Owner } from "../../src/core/copy/owner.ts";
import { createUnfinishedCopies, type UnfinishedCopies } from "../../src/core/copy/unfinished-copies.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import type { Notice } from "../../src/core/event/event-sink.ts";
import type { Secret } from "../../src/core/secret/secret.ts";
import { config } from "./config.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";
import { type LogRecorder, logRecorder } from "./log-recorder.ts";

export const HARBOR = {
  name: "harbor",
  matchImages: ["harbor.example.com"],
  secretName: "harbor-pull",
  namespaces: { include: ["team-*"] },
};

/** How long a key of the keeper rests after each work. */
export const SETTLE_MS = 1_000;

/** The origin of a mapping whose credential is this text. */
export function ready(text: string): Origin {
  return { kind: "ready", dockerConfigJson: new Redacted(Buffer.from(text).toString("base64")) };
}

export const MISSING: Origin = { kind: "missing", message: "none yet" };

/** A Secret of the mapping's name that somebody else made. */
export function foreign(namespace: string): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "harbor-pull", namespace },
    data: { ".dockerconfigjson": "Zm9yZWlnbg==" },
  };
}

/** The keeper and the ensurer over a store whose writes a test can hold back or make fail. */
export type CopyWorld = {
  readonly clock: FakeClock;
  readonly namespaces: MemoryNamespaceStore;
  readonly secrets: MemorySecretStore;
  readonly unfinished: UnfinishedCopies;
  readonly keeper: CopyKeeper;
  readonly ensurer: CopyEnsurer;
  readonly lines: LogRecorder["lines"];
  /** What was tried to be written and deleted, for example `team-a/harbor-pull` and `-team-a/harbor-pull`. */
  readonly writes: string[];
  readonly results: CopyResult[];
  readonly notices: Notice[];
  mapping(): Mapping;
  onWrite(next: (secret: Secret) => Promise<void>): void;
  /** Has every deletion rejected with this error. */
  refuseDeleting(error: Error): void;
  allowActing(isAllowed: boolean): void;
  own(owner: Owner): void;
  /** Gives every mapping another origin and tells the keeper. */
  rotate(next: Origin): void;
  configure(next: CompiledConfig): void;
  /** Lets all that can happen now happen; no time passes. */
  flush(): Promise<void>;
  /** Lets everything happen that follows from what has happened, rests included. */
  settle(): Promise<void>;
  credential(namespace: string, name?: string): string | undefined;
};

/** Starts with a leading keeper, one mapping, its credential "one" and no namespace known. */
export function copyWorld(t: Test, parts: { provisioning?: string; isLeader?: boolean } = {}): CopyWorld {
  let compiled = config([HARBOR], parts.provisioning);
  let origin = ready("one");
  let owner: Owner = { kind: "none" };
  let mayAct = true;
  let refusal: Error | undefined;
  let write: (secret: Secret) => Promise<void> = async () => undefined;
  const writes: string[] = [];
  const results: CopyResult[] = [];
  const notices: Notice[] = [];
  const clock = fakeClock();
  const namespaces = createMemoryNamespaceStore();
  const memory = createMemorySecretStore();
  const { log, lines } = logRecorder();
  const secrets: MemorySecretStore = {
    ...memory,
    async apply(secret, seen) {
      writes.push(`${secret.metadata.namespace}/${secret.metadata.name}`);
      await write(secret);
      await memory.apply(secret, seen);
    },
    async delete(seen) {
      writes.push(`-${seen.metadata.namespace}/${seen.metadata.name}`);
      if (refusal !== undefined) throw refusal;
      await memory.delete(seen);
    },
  };
  const unfinished = createUnfinishedCopies();
  const writer = createCopyWriter({
    secrets,
    origins: { of: () => origin },
    owners: { of: () => owner },
    observe: (result) => results.push(result),
    log,
  });
  const keeper = createCopyKeeper({
    writer,
    secrets,
    namespaces,
    unfinished,
    config: () => compiled,
    ownNamespace: "pullcred",
    events: { tell: (notice) => notices.push(notice) },
    mayAct: () => mayAct,
    clock,
    random: () => 1,
    log,
  });
  const ensurer = createCopyEnsurer({ writer, unfinished, clock });
  if (parts.isLeader !== false) keeper.lead();
  t.teardown(keeper.stop);

  async function flush(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }

  return {
    clock,
    namespaces,
    secrets,
    unfinished,
    keeper,
    ensurer,
    lines,
    writes,
    results,
    notices,
    mapping: () => compiled.mappings[0] as Mapping,
    onWrite(next) {
      write = next;
    },
    refuseDeleting(error) {
      refusal = error;
    },
    allowActing(isAllowed) {
      mayAct = isAllowed;
    },
    own(next) {
      owner = next;
      for (const { secretName } of compiled.mappings) keeper.ownerChanged(secretName);
    },
    rotate(next) {
      origin = next;
      for (const { name } of compiled.mappings) keeper.originChanged(name);
    },
    configure(next) {
      compiled = next;
      keeper.configChanged();
    },
    flush,
    async settle() {
      for (let round = 0; round < 3; round++) {
        await flush();
        clock.advance(SETTLE_MS);
      }
      await flush();
    },
    credential(namespace, name = "harbor-pull") {
      const data = secrets.peek(namespace, name)?.data?.[".dockerconfigjson"];
      return data && Buffer.from(data, "base64").toString();
    },
  };
}
