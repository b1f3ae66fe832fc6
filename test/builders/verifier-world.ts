import {
  type CredentialVerifier,
  startCredentialVerifier,
  type Verification,
} from "../../src/controllers/credential-verifier.ts";
import type { Mapping } from "../../src/core/config/compile.ts";
import { type Origin, readyOrigin } from "../../src/core/copy/origin.ts";
import type { Credentials } from "../../src/core/credential/credentials.ts";
import { Redacted } from "../../src/core/credential/redacted.ts";
import type { Notice } from "../../src/core/event/event-sink.ts";
import type { noCredential, Verdict, VerifyResult } from "../../src/core/verify/verdict.ts";
import { config } from "./config.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";
import { type LogRecorder, logRecorder } from "./log-recorder.ts";

/** What a registry says of whatever is tried there. */
export type Answer = Verdict | "hang" | "throw";

/** A verifier of mappings that are for one registry each, or for several, over a clock that a test moves. */
export type VerifierWorld = {
  readonly clock: FakeClock;
  readonly verifier: CredentialVerifier;
  readonly notices: readonly Notice[];
  readonly lines: LogRecorder["lines"];
  /** Each verdict that was counted, as `mapping verdict`. */
  readonly counted: readonly string[];
  /** When each mapping was tried, in seconds, as `mapping@seconds`. */
  readonly tried: string[];
  /** The most that was tried at a time. */
  most(): number;
  /** Whether what is being tried was told to give up. */
  isGivenUp(): boolean;
  /** Sets what a registry says from now on. */
  answer(registry: string, answer: Answer): void;
  /** Lets what hangs at a registry end with its answer. */
  finish(): void;
  /** Gives a mapping another credential; without a password it has none. */
  rotate(mapping: string, password: string | undefined): void;
  /** Puts these mappings in force, with the registries that each is for, and the name of their origins. */
  configure(registries: Readonly<Record<string, readonly string[]>>, origin?: string): void;
  known(): readonly Verification[];
  /** Lets time pass, in seconds, and everything happen at its moment. */
  pass(seconds: number): Promise<void>;
};

export const PASSWORD = "open-sesame";
/** Where the clock that tells people the time begins. */
export const EPOCH = Date.UTC(2026, 0, 1);

/** Starts it with an interval in seconds; chance is half. */
export function verifierWorld(
  registries: Readonly<Record<string, readonly string[]>>,
  interval = 3_600,
): VerifierWorld {
  const clock = fakeClock();
  const { log, lines } = logRecorder();
  const notices: Notice[] = [];
  const counted: string[] = [];
  const tried: string[] = [];
  const origins = new Map<string, Origin>();
  const answers = new Map<string, Answer>();
  let mappings: readonly Mapping[] = [];
  let hanging: (() => void)[] = [];
  let [now, most, givenUp] = [0, 0, false];

  function rotate(mapping: string, password: string | undefined): void {
    if (password === undefined) origins.set(mapping, { kind: "missing", message: "create it" });
    else {
      const credential = { username: "robot", password: new Redacted(password) };
      origins.set(mapping, readyOrigin(new Map([["key.example.com", credential]])));
    }
  }

  function putInForce(wanted: Readonly<Record<string, readonly string[]>>, origin = "creds"): void {
    const credentials = { secretRef: { name: origin } };
    const parts = Object.entries(wanted).map(([name, matchImages]) => ({ name, matchImages, credentials }));
    mappings = config(parts).mappings;
    for (const { name } of mappings) if (!origins.has(name)) rotate(name, PASSWORD);
  }

  async function verify(
    mapping: Mapping,
    credentials: Credentials | ReturnType<typeof noCredential>,
    signal: AbortSignal,
  ): Promise<readonly VerifyResult[]> {
    tried.push(`${mapping.name}@${Math.floor(clock.now() / 1_000)}`);
    most = Math.max(most, ++now);
    const about = { image: null, mapping: mapping.name, secretName: mapping.secretName };
    try {
      if ("verdict" in credentials) return [{ ...about, registry: null, key: null, ...credentials }];
      return await Promise.all(
        mapping.matchImages.map(async (registry) => {
          if (answers.get(registry) === "hang") await hang(signal);
          const verdict = answers.get(registry) ?? "Works";
          if (verdict === "throw" || verdict === "hang") throw new Error("a mistake of ours");
          return {
            ...about,
            registry,
            key: "key.example.com",
            verdict,
            detail: `${registry} says ${verdict}`,
          };
        }),
      );
    } finally {
      now -= 1;
    }
  }

  async function hang(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      hanging.push(resolve);
      signal.addEventListener("abort", () => {
        givenUp = true;
        reject(signal.reason);
      });
    });
  }

  async function flush(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }

  putInForce(registries);
  const verifier = startCredentialVerifier({
    verify,
    interval: interval * 1_000,
    mappings: () => mappings,
    origins: { of: (name) => origins.get(name) ?? { kind: "missing", message: "it was never read" } },
    events: { tell: (notice) => notices.push(notice) },
    observe: (verdict, registry) => counted.push(`${registry} ${verdict}`),
    clock,
    now: () => EPOCH + clock.now(),
    random: () => 0.5,
    log,
  });

  return {
    ...{ clock, verifier, notices, lines, counted, tried },
    most: () => most,
    isGivenUp: () => givenUp,
    answer: (registry, answer) => void answers.set(registry, answer),
    finish() {
      for (const resolve of hanging) resolve();
      hanging = [];
    },
    rotate(mapping, password) {
      rotate(mapping, password);
      verifier.credentialsChanged(mapping);
    },
    configure(wanted, origin) {
      putInForce(wanted, origin);
      verifier.mappingsChanged();
    },
    known: () =>
      verifier.known().map(({ registry, verdict, concludedAt }) => ({ registry, verdict, concludedAt })),
    async pass(seconds) {
      await flush();
      for (let left = seconds * 1_000; left > 0; ) {
        const step = Math.min(left, clock.next ?? left);
        clock.advance(step);
        left -= step;
        await flush();
      }
    },
  };
}
