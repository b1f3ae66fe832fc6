import type { Logger } from "pino";
import type { EventSink, Notice } from "../../core/event/event-sink.ts";
import { hasStatus } from "./client/api-error.ts";
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

/** What was told of one notice: in which Event, how often, and when all of that has been sent. */
type Series = { name: string; count: number; sent: Promise<void> };

/** As many notices can be counted up. */
const MAX_REMEMBERED = 1_000;
const MAX_NOTE = 1_024;

/**
 * Tells notices as Events on the mapping's origin, the Secret that its owner looks at. The same notice again is counted up
 * in a series, for as long as the API server remembers its Event, which is an hour.
 * (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/)
 */
export function createKubeEvents(options: KubeEventsOptions): EventSink {
  const { client, namespace, instance, originOf, mayAct, now, log } = options;
  const told = new Map<string, Series>();
  let serial = 0;
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;

  function seriesOf({ mapping, reason, note }: Notice): Series {
    const key = JSON.stringify([mapping, reason, note]);
    const known = told.get(key);
    if (known !== undefined) return known;
    if (told.size >= MAX_REMEMBERED) told.clear();
    const series: Series = { name: "", count: 0, sent: Promise.resolve() };
    told.set(key, series);
    return series;
  }

  async function send(notice: Notice, origin: string, series: Series): Promise<void> {
    if (!mayAct()) return; // it may have waited for the one before
    if (series.count > 0 && (await countUp(series))) return;
    series.name = await create(notice, origin);
    series.count = 1;
  }

  /** Whether the Event was still there. */
  async function countUp(series: Series): Promise<boolean> {
    const body = { series: { count: series.count + 1, lastObservedTime: toMicroTime(now()) } };
    const contentType = "application/merge-patch+json";
    try {
      await client.send({ method: "PATCH", path: `${path}/${series.name}`, contentType, body });
    } catch (error) {
      if (hasStatus(error, 404)) return false;
      throw error;
    }
    series.count += 1;
    return true;
  }

  async function create(notice: Notice, origin: string): Promise<string> {
    serial += 1;
    const name = `${origin.slice(0, 200).replace(/[-.]+$/, "")}.${now().toString(16)}${serial.toString(16)}`;
    const body = {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name, namespace },
      eventTime: toMicroTime(now()),
      type: notice.type,
      reason: notice.reason,
      action: "KeepPullSecrets",
      note: notice.note.slice(0, MAX_NOTE),
      reportingController: "pullcred.dev/controller",
      reportingInstance: instance.slice(0, 128),
      regarding: { apiVersion: "v1", kind: "Secret", name: origin, namespace },
    };
    await client.send({ method: "POST", path, body });
    return name;
  }

  return {
    tell(notice) {
      const { mapping, reason, note } = notice;
      log.info({ registry: mapping, reason, note }, "notice");
      const origin = originOf(mapping);
      if (origin === undefined || !mayAct()) return;
      const series = seriesOf(notice);
      // One after another, so that each knows what became of the one before.
      series.sent = series.sent
        .then(() => send(notice, origin, series))
        .catch((err: unknown) => log.warn({ err, reason }, "could not tell an Event"));
    },
  };
}
