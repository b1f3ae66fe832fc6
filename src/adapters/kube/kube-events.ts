import type { Logger } from "pino";
import type { EventSink, Notice } from "../../core/event/event-sink.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { toMicroTime } from "./micro-time.ts";

export type KubeEventsOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Names this process in its Events. */
  readonly instance: string;
  /** The name of a mapping's origin; undefined where the mapping is gone. */
  readonly originOf: (mapping: string) => string | undefined;
  /** Only the leader tells: every replica sees the same. */
  readonly mayAct: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
};

type Told = { readonly name: string; count: number };

/** The API server forgets an Event after an hour; a series that goes on is one Event until then. */
const MAX_REMEMBERED = 1_000;
const MAX_NOTE = 1_024;

/**
 * Tells notices as Events on the mapping's origin, the Secret that its owner looks at. The same notice again is counted up
 * in a series. (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/)
 */
export function createKubeEvents(options: KubeEventsOptions): EventSink {
  const { client, namespace, instance, originOf, mayAct, now, log } = options;
  const told = new Map<string, Told>();
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;

  async function send(notice: Notice, origin: string): Promise<void> {
    const key = JSON.stringify([notice.mapping, notice.reason, notice.note]);
    const known = told.get(key);
    const time = toMicroTime(now());
    if (known !== undefined) {
      known.count += 1;
      const body = { series: { count: known.count, lastObservedTime: time } };
      await client.send({
        method: "PATCH",
        path: `${path}/${known.name}`,
        contentType: "application/merge-patch+json",
        body,
      });
      return;
    }
    const name = `${origin.slice(0, 200)}.${now().toString(16)}${told.size.toString(16)}`;
    if (told.size >= MAX_REMEMBERED) told.clear();
    told.set(key, { name, count: 1 });
    const body = {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name, namespace },
      eventTime: time,
      type: notice.type,
      reason: notice.reason,
      action: "KeepPullSecrets",
      note: notice.note.slice(0, MAX_NOTE),
      reportingController: "pullcred.dev/controller",
      reportingInstance: instance.slice(0, 128),
      regarding: { apiVersion: "v1", kind: "Secret", name: origin, namespace },
    };
    await client.send({ method: "POST", path, body });
  }

  return {
    tell(notice) {
      const { mapping, reason, note } = notice;
      log.info({ registry: mapping, reason, note }, "notice");
      const origin = originOf(mapping);
      if (origin === undefined || !mayAct()) return;
      send(notice, origin).catch((err: unknown) => {
        told.delete(JSON.stringify([mapping, reason, note]));
        log.warn({ err, reason }, "could not tell an Event");
      });
    },
  };
}
