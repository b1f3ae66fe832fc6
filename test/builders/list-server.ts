import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A collection of the API: how many objects it has, and what each is. */
export type ListedCollection = { readonly count: number; at(index: number): unknown };

/** An API server that has nothing but lists, which it gives page by page. */
export type ListServer = {
  /** The text of a kubeconfig for it. */
  readonly kubeconfig: string;
  /** The requests so far, as path and query. */
  readonly requests: readonly string[];
  stop(): void;
};

/** Starts it on a free port. A path that is no collection is answered with 404, or 403 where it is forbidden. */
export async function startListServer(
  collections: Readonly<Record<string, ListedCollection>>,
  forbidden: ReadonlySet<string> = new Set(),
): Promise<ListServer> {
  const requests: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    requests.push(url);
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    const selector = searchParams.get("fieldSelector");
    const collection = collections[selector === null ? pathname : `${pathname}?${selector}`];
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (forbidden.has(pathname)) return send(403, { kind: "Status", metadata: {}, reason: "Forbidden" });
    if (collection === undefined) return send(404, { kind: "Status", metadata: {}, reason: "NotFound" });
    const start = Number(searchParams.get("continue") ?? 0);
    const end = Math.min(start + Number(searchParams.get("limit")), collection.count);
    const items = Array.from({ length: end - start }, (_, index) => collection.at(start + index));
    const metadata = { resourceVersion: "1", ...(end < collection.count && { continue: String(end) }) };
    return send(200, { kind: "List", metadata, items });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  // Plain HTTP is taken only where TLS would not be verified either.
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [
      { name: "test", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "test", user: {} }],
  };
  return {
    kubeconfig: JSON.stringify(kubeconfig),
    requests,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
