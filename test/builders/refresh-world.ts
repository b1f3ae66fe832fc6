import {
  createMemorySecretStore,
  type SecretPersistence,
} from "../../src/adapters/standalone/memory-secret-store.ts";
import type { SourceTemplate } from "../../src/controllers/origin-keeper.ts";
import { createSourceKeeper, type SourceKeeper } from "../../src/controllers/source-keeper.ts";
import { copyKey } from "../../src/core/copy/copy-key.ts";
import { noOwners } from "../../src/core/copy/owner.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import type { SourceResult } from "../../src/core/credential/source.ts";
import type { Notice } from "../../src/core/event/event-sink.ts";
import type { Secret } from "../../src/core/secret/secret.ts";
import { StoreError, StoreErrorCode } from "../../src/core/secret/store-error.ts";
import { createRefreshProblems } from "../../src/core/status/refresh-problems.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import { fakeClock } from "./fake-clock.ts";
import { logRecorder } from "./log-recorder.ts";

/** How a source, or the way to the cluster, can fail. */
export type Trouble = "error" | "hang" | "missing" | "broken" | "expired" | "unwritable" | null;

/** What stands as the origin: the number of the token and when it really expires, on the world's clock. */
export type Standing = { readonly token: number; readonly expiresAt: number };

const CLOUD: SourceTemplate = {
  name: "cloud",
  secretName: "cloud-pull",
  matchImages: ["cloud.example.com"],
  credentials: { exec: { command: "cloud" } },
};
/** The world begins at some day, since nobody takes the first days of 1970 for milliseconds. */
const START = Date.UTC(2026, 0, 1);

/** A disk, with which a store tells of what it replaces before it tells of what replaces it. */
function diskInMemory(): SecretPersistence {
  const files = new Map<string, Secret>();
  return {
    read: async (namespace, name) => files.get(copyKey(namespace, name)),
    write: async (secret) => void files.set(copyKey(secret.metadata.namespace, secret.metadata.name), secret),
    remove: async (namespace, name) => void files.delete(copyKey(namespace, name)),
  };
}

/** A cloud that gives tokens, the origin that they end up in, and leaders that come and go. Time passes by `pass` only. */
export function refreshWorld(lifetime: number, random: () => number = () => 0.5) {
  const time = fakeClock();
  let shift = 0;
  const clock: Clock = { now: () => START + time.now() + shift, after: time.after };
  const memory = createMemorySecretStore(diskInMemory());
  const { log, lines } = logRecorder("info");
  const notices: Notice[] = [];
  const results: string[] = [];
  const problems = createRefreshProblems();
  let trouble: Trouble = null;
  let latency = 0;
  let issued = 0;
  let asked = 0;
  let kept = Number.POSITIVE_INFINITY;
  let lastEnd = 0;
  let template = CLOUD;
  let keeper: SourceKeeper | undefined;
  const secrets: typeof memory = {
    ...memory,
    async apply(secret, seen) {
      if (trouble === "unwritable")
        throw new StoreError(StoreErrorCode.Unavailable, "the API server is away");
      await memory.apply(secret, seen);
    },
  };

  async function read(): Promise<SourceResult> {
    asked++;
    const met = trouble;
    if (met === "hang") return new Promise(() => undefined);
    if (latency > 0) await new Promise<void>((resolve) => time.after(latency, resolve));
    if (met === "error") throw new Error("the cloud is away");
    if (met === "missing") return { kind: "missing", message: "the role is gone" };
    if (met === "broken") return { kind: "broken", problems: [{ path: "", message: "is not JSON" }] };
    const isKept = lastEnd - (START + time.now()) > kept;
    const expiresAt = isKept ? lastEnd : START + time.now() + (met === "expired" ? -1 : lifetime);
    lastEnd = expiresAt;
    if (!isKept) issued++;
    const password = new Redacted(JSON.stringify({ token: issued, expiresAt } satisfies Standing));
    const credentials = new Map([["cloud.example.com", { username: "u", password }]]);
    return { kind: "credentials", credentials, findings: [], expiresAt };
  }

  async function flush(): Promise<void> {
    await new Promise(setImmediate); // until then everything that waits for no timer has happened
  }

  return {
    time,
    secrets: memory,
    lines,
    notices,
    results,
    /** Why the last refresh was none. */
    problem: () => problems.of(template.name),
    now: () => START + time.now(),
    asked: () => asked,
    issued: () => issued,
    expiries: () => keeper?.expiries() ?? new Map(),
    meet(next: Trouble) {
      trouble = next;
    },
    /** From now on it gives the same token until no more than this is left of it. */
    keepTokens(ms: number) {
      kept = ms;
    },
    slowDown(ms: number) {
      latency = ms;
    },
    /** Sets the leader's clock without time passing. */
    setClock(ms: number) {
      shift += ms;
    },
    configure(parts: Partial<SourceTemplate>) {
      template = { ...template, ...parts };
      keeper?.replace([template]);
    },
    lead() {
      keeper = createSourceKeeper({
        createSource: () => ({ read, watch: () => () => undefined }),
        secrets,
        owners: noOwners,
        ownNamespace: "pullcred",
        mayAct: () => true,
        events: { tell: (notice) => notices.push(notice) },
        observe(result, registry, problem) {
          results.push(result);
          problems.note(registry, problem);
        },
        clock,
        random,
        log,
      });
      keeper.replace([template]);
    },
    async follow() {
      await keeper?.stop();
      keeper = undefined;
    },
    /** Lets time pass, and everything happen at its moment; `look` is called after each. */
    async pass(ms: number, look: () => void = () => undefined) {
      await flush();
      look();
      for (let left = ms; left > 0; ) {
        const step = Math.min(left, time.next ?? left);
        time.advance(step);
        left -= step;
        await flush();
        look();
      }
    },
    standing(): Standing | undefined {
      const data = memory.peek("pullcred", template.secretName)?.data?.[".dockerconfigjson"];
      if (data === undefined) return undefined;
      return JSON.parse(
        JSON.parse(Buffer.from(data, "base64").toString()).auths["cloud.example.com"].password,
      );
    },
  };
}
