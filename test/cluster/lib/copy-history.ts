import { once } from "node:events";
import { request } from "node:https";
import { createInterface } from "node:readline";
import type { ControlPlane } from "./control-plane.ts";

/** A version of a copy that once stood. */
export type CopyVersion = { readonly namespace: string; readonly data: string };

/** Everything that the copies of one name have ever held. */
export type CopyHistory = {
  /** Every version so far, in the order of the API server. */
  versions(): readonly CopyVersion[];
  stop(): void;
};

/** Begins to follow the Secrets of this name as admin, in all namespaces but pullcred's own. */
export async function followCopies(
  { port, adminToken }: Pick<ControlPlane, "port" | "adminToken">,
  secretName: string,
): Promise<CopyHistory> {
  const versions: CopyVersion[] = [];
  const outgoing = request({
    host: "127.0.0.1",
    port,
    path: `/api/v1/secrets?watch=true&fieldSelector=metadata.name=${secretName}`,
    headers: { authorization: `Bearer ${adminToken}` },
    rejectUnauthorized: false,
    agent: false,
  });
  outgoing.end();
  const [response] = await once(outgoing, "response");
  outgoing.on("error", () => undefined); // the end of the watch, by `stop`
  const lines = createInterface({ input: response });
  lines.on("line", (line) => {
    const { type, object } = JSON.parse(line);
    if (type !== "ADDED" && type !== "MODIFIED") return;
    versions.push({ namespace: object.metadata.namespace, data: object.data[".dockerconfigjson"] });
  });
  response.on("error", () => undefined);
  lines.on("error", () => undefined);
  return { versions: () => versions, stop: () => outgoing.destroy() };
}
