import { hasStatus } from "../adapters/kube/client/api-error.ts";
import { chooseAccess } from "../adapters/kube/client/choose-access.ts";
import { createKubeClient, type KubeClient } from "../adapters/kube/client/kube-client.ts";
import { createConnection } from "../adapters/kube/client/kube-connection.ts";
import { monotonicClock } from "../adapters/time/system-clock.ts";
import { PullcredError } from "../core/error.ts";

/** A page of 500 objects may take a while. */
const REQUEST_TIMEOUT_MS = 30_000;

/** A client with the rights of whoever runs the command. */
export type ClusterClient = { readonly client: KubeClient; close(): void };

/** Finds the cluster that KUBECONFIG names, or the one that this is a Pod of. `instead` is what the command can do without one. */
export async function openClusterClient(
  environment: NodeJS.ProcessEnv,
  instead: string,
): Promise<ClusterClient> {
  const connection = createConnection(chooseAccess(environment, instead), monotonicClock);
  await connection.route(); // where there is no way at all, that comes first
  const client = createKubeClient({ connection, timeout: REQUEST_TIMEOUT_MS, userAgent: "pullcred" });
  return { client, close: connection.close };
}

/** Does something in the cluster without which the command makes no sense. */
export async function inCluster<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (cause) {
    throw unreachable(what, cause);
  }
}

/** The error of a command that cannot go on without the cluster. */
export function unreachable(what: string, cause: unknown): PullcredError {
  const problem = cause instanceof Error ? cause.message : String(cause);
  // The error of a store has that of the API server as its cause.
  const isUnanswered = hasStatus(cause, 0) || (cause instanceof Error && hasStatus(cause.cause, 0));
  const remedy = isUnanswered ? ": see whether kubectl reaches it from here" : "";
  return new PullcredError("ClusterUnreachable", `could not ${what}: ${problem}${remedy}`, { cause });
}

/** Reads something without which the command makes no sense. */
export function mustRead<Value>(what: string, read: () => Promise<Value>): Promise<Value> {
  return inCluster(`read ${what}`, read);
}

/** Reads something that a user may have no right to; null says so, and any other failure is one of the command. */
export async function mayRead<Value>(what: string, read: () => Promise<Value>): Promise<Value | null> {
  return mustRead(what, () =>
    read().catch((error: unknown) => {
      if (hasStatus(error, 403)) return null;
      throw error;
    }),
  );
}
