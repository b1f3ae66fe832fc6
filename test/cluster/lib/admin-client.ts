import { once } from "node:events";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";

/** What the API server answered. */
export type AdminAnswer = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they expect to be there
  readonly body: any;
  /** The texts of the Warning headers. */
  readonly warnings: readonly string[];
};

/** The tests' own way to the API server, which shares nothing with the product's. */
export type AdminClient = {
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<AdminAnswer>;
  get(path: string): Promise<AdminAnswer>;
  /** Rejects unless it is created. */
  create(path: string, body: unknown): Promise<AdminAnswer>;
  /** A JSON merge patch. */
  merge(path: string, body: unknown): Promise<AdminAnswer>;
  delete(path: string): Promise<AdminAnswer>;
  close(): void;
};

/** Talks to the API server on this port with a bearer token. */
export function createAdminClient(port: number, token: string): AdminClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false });

  async function send(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<AdminAnswer> {
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const outgoing = request({
      host: "127.0.0.1",
      port,
      agent,
      method,
      path,
      // Node says nothing of the length of a DELETE's body, which would then be taken for another request.
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": contentType,
        ...(content && { "content-length": content.length }),
      },
    });
    outgoing.end(content);
    const [response] = await once(outgoing, "response");
    const answer = await text(response);
    const header: string | readonly string[] = response.headers.warning ?? [];
    return {
      status: response.statusCode,
      body: answer.startsWith("{") ? JSON.parse(answer) : answer,
      warnings: [...String(header).matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, warning = ""]) => warning),
    };
  }

  return {
    send,
    get: (path) => send("GET", path),
    async create(path, body) {
      const answer = await send("POST", path, body);
      if (answer.status !== 201)
        throw new Error(`could not create in ${path}: ${JSON.stringify(answer.body)}`);
      return answer;
    },
    merge: (path, body) => send("PATCH", path, body, "application/merge-patch+json"),
    delete: (path) => send("DELETE", path),
    close: () => agent.destroy(),
  };
}
