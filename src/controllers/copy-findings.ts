import type { Mapping } from "../core/config/compile.ts";
import { copyKey } from "../core/copy/copy-key.ts";
import { CopyResult } from "../core/copy/copy-result.ts";
import type { CopyOutcome } from "../core/copy/ensure-copy.ts";
import { type EventSink, NoticeReason } from "../core/event/event-sink.ts";

/** Tells people what stands in the way of a copy: once when it begins, not each time it is met. */
export type Findings = {
  note(mapping: Mapping, namespace: string, outcome: CopyOutcome): void;
  forget(key: string): void;
};

/** Starts with nothing told. */
export function createFindings(events: EventSink): Findings {
  const told = new Map<string, CopyResult>();
  return {
    note({ name, secretName }, namespace, { result }) {
      const key = copyKey(namespace, secretName);
      if (told.get(key) === result) return;
      told.delete(key);
      const place = `Secret ${secretName} in namespace ${namespace}`;
      if (result === CopyResult.Foreign) {
        told.set(key, result);
        const note = `${place} is not managed by pullcred: it is used as it is. Delete it to get pullcred's.`;
        events.tell({ type: "Warning", reason: NoticeReason.ForeignSecret, mapping: name, note });
      } else if (result === CopyResult.Failed) {
        told.set(key, result);
        const note = `${place} could not be written: see pullcred's log. It is tried again.`;
        events.tell({ type: "Warning", reason: NoticeReason.CopyFailed, mapping: name, note });
      }
    },
    forget: (key) => void told.delete(key),
  };
}
