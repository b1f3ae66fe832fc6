import { copyKey } from "./copy-key.ts";
import { CopyResult } from "./copy-result.ts";
import type { CopyOutcome } from "./ensure-copy.ts";

/** Why copies could not be written the last time, for whoever looks. */
export type CopyFailures = {
  note(secretName: string, namespace: string, outcome: CopyOutcome): void;
  /** What stood in the way; undefined where nothing did, or nothing was tried here. */
  of(secretName: string, namespace: string): string | undefined;
};

/** What fails in more namespaces fails for one reason. */
const CAPACITY = 1_000;
/** An API server's message is a sentence; one that is longer is cut. */
const LONGEST_MESSAGE = 300;

/** Starts with none. What fails last is remembered, and forgotten once it succeeds. */
export function createCopyFailures(): CopyFailures {
  const messages = new Map<string, string>();
  return {
    note(secretName, namespace, { result, cause }) {
      const key = copyKey(namespace, secretName);
      messages.delete(key);
      if (result !== CopyResult.Failed) return;
      messages.set(key, describe(cause));
      for (const oldest of messages.keys()) {
        if (messages.size <= CAPACITY) return;
        messages.delete(oldest);
      }
    },
    of: (secretName, namespace) => messages.get(copyKey(namespace, secretName)),
  };
}

function describe(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : "it could not be written";
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`;
}
