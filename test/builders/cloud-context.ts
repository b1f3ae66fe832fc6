import { createHttp, type SendHttp } from "../../src/adapters/http/send-http.ts";
import { createMemorySecretStore } from "../../src/adapters/standalone/memory-secret-store.ts";
import type { SecretStore } from "../../src/core/secret/secret-store.ts";
import { type ImpatientClock, impatientClock } from "./impatient-clock.ts";

/** What every source of a cloud is made with. */
export type CloudContext = {
  readonly send: SendHttp;
  readonly clock: ImpatientClock;
  readonly environment: NodeJS.ProcessEnv;
  readonly secrets: SecretStore;
  readonly ownNamespace: string;
};

/** Noon of the day on which these tests play. */
export const NOON = Date.parse("2026-05-01T12:00:00Z");

/** A context in which waiting takes no time. `secrets` are those of pullcred's own namespace. */
export function cloudContext({
  environment = {},
  secrets = {},
}: {
  environment?: NodeJS.ProcessEnv;
  secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
} = {}): CloudContext {
  const clock = impatientClock({ now: NOON });
  const store = createMemorySecretStore();
  for (const [name, texts] of Object.entries(secrets)) store.load("pullcred", name, secretOf(name, texts));
  const send = createHttp({ fetch, clock, random: () => 0, timeout: 60_000, attempts: 3, maxBody: 65_536 });
  return { send, clock, environment, secrets: store, ownNamespace: "pullcred" };
}

function secretOf(name: string, texts: Readonly<Record<string, string>>) {
  const data = Object.entries(texts).map(
    ([key, text]) => [key, Buffer.from(text).toString("base64")] as const,
  );
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "pullcred" },
    type: "Opaque",
    data: Object.fromEntries(data),
  } as const;
}
