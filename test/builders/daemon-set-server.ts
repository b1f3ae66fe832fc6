import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Test } from "tap";
import { createKubeClient, type KubeClient } from "../../src/adapters/kube/client/kube-client.ts";
import { createConnection } from "../../src/adapters/kube/client/kube-connection.ts";
import { systemClock } from "../../src/adapters/time/system-clock.ts";

/** What becomes of a request: the right answer, this status instead, no answer, or an end of the connection. */
export type Fate = "answer" | "hang" | "cut" | number;

/** An API server without nodes for the one DaemonSet of a command. */
export type DaemonSetServer = {
  readonly client: KubeClient;
  /** The text of a kubeconfig for it. */
  readonly kubeconfig: string;
  /** How many requests of this kind have come; what they asked for is done by then. */
  count(kind: string): number;
  /** What stands there. */
  standing(): Stored | undefined;
};

export type Stored = {
  readonly metadata: {
    readonly name?: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
};

export type Behaviour = {
  /** Whether a creation is done, whatever is answered. Default: yes. */
  readonly isCreated?: boolean;
  /** By kind: a method, or what is read. What comes later has the fate of the last one. Default: an answer. */
  readonly fates?: Readonly<Record<string, readonly Fate[]>>;
  /** Stands there from the beginning. */
  readonly before?: Stored | undefined;
  /** Stands there once a creation has come: another one was faster. */
  readonly rival?: Stored;
};

/** Starts it on a free port; it ends with the test. */
export async function startDaemonSetServer(t: Test, behaviour: Behaviour = {}): Promise<DaemonSetServer> {
  const counts = new Map<string, number>();
  let stored: Stored | undefined = behaviour.before;

  /** Does what is asked for, and returns the right answer. */
  function act(kind: string, body: string): readonly [number, unknown] {
    if (kind === "POST") {
      stored ??= behaviour.rival;
      if (stored !== undefined) return [409, { kind: "Status", reason: "AlreadyExists" }];
      const { metadata, ...rest } = JSON.parse(body);
      const created = { ...rest, metadata: { ...metadata, uid: "1", resourceVersion: "1", generation: 1 } };
      if (behaviour.isCreated ?? true) stored = created;
      return [201, created];
    }
    if (kind === "DELETE") {
      if (JSON.parse(body).preconditions.uid !== stored?.metadata.uid) return [409, { kind: "Status" }];
      stored = undefined;
      return [200, { kind: "Status" }];
    }
    if (kind === "FIND") return stored === undefined ? [404, { kind: "Status" }] : [200, stored];
    if (kind === "NAMESPACE") return [200, { metadata: { name: "team-a", uid: "n", resourceVersion: "1" } }];
    const status = { observedGeneration: 1, desiredNumberScheduled: 0 };
    const items = kind === "DAEMONSETS" && stored !== undefined ? [{ ...stored, status }] : [];
    return [200, { metadata: { resourceVersion: "1" }, items }];
  }

  const server = createServer(async (incoming, response) => {
    const { method = "", url = "" } = incoming;
    const kind = method === "GET" ? kindOf(url) : method;
    const [status, answer] = act(kind, await text(incoming));
    const fates = behaviour.fates?.[kind] ?? [];
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    respond(response, fates[Math.min(count, fates.length - 1)] ?? "answer", status, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const access = { server: new URL(`http://127.0.0.1:${port}`), tls: {}, headers: {} };
  const connection = createConnection(async () => access, systemClock);
  t.teardown(() => {
    connection.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    client: createKubeClient({ connection, timeout: 600_000, userAgent: "pullcred-test" }),
    kubeconfig: kubeconfigFor(port),
    count: (kind) => counts.get(kind) ?? 0,
    standing: () => stored,
  };
}

function kindOf(url: string): string {
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  if (searchParams.has("watch")) return "WATCH";
  if (/\/daemonsets\/[^/]+$/.test(pathname)) return "FIND";
  if (pathname.endsWith("/daemonsets")) return "DAEMONSETS";
  return /\/namespaces\/[^/]+$/.test(pathname) ? "NAMESPACE" : "LIST";
}

function respond(response: ServerResponse, fate: Fate, status: number, answer: unknown): void {
  if (fate === "hang") return;
  if (fate === "cut") response.socket?.destroy();
  else {
    const isUnusual = typeof fate === "number";
    response.writeHead(isUnusual ? fate : status, { "content-type": "application/json" });
    response.end(JSON.stringify(isUnusual ? { kind: "Status" } : answer));
  }
}

/** client-node takes plain HTTP only where TLS would not be verified either. */
function kubeconfigFor(port: number): string {
  return JSON.stringify({
    ...{ apiVersion: "v1", kind: "Config", "current-context": "test" },
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [
      { name: "test", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "test", user: {} }],
  });
}
