import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeSelfSigned } from "../../../src/adapters/tls/self-signed.ts";

/** A webhook that does not do its work. */
export type BrokenWebhook = {
  /** The clientConfig with which API servers trust it. */
  readonly clientConfig: { readonly url: string; readonly caBundle: string };
  /** The CA of somebody else, PEM in base64. */
  readonly otherCa: string;
  stop(): void;
};

/** Answers every review with HTTP 500. */
export async function startBrokenWebhook(): Promise<BrokenWebhook> {
  const [own, other] = await Promise.all(
    [1, 2].map(() => makeSelfSigned(["127.0.0.1"], Date.now(), 60 * 60 * 1_000)),
  );
  if (own === undefined || other === undefined) throw new Error("could not make certificates");
  const server = createServer(
    { cert: own.serving.certificate, key: own.serving.key },
    (_request, response) => {
      response.writeHead(500).end();
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    clientConfig: { url: `https://127.0.0.1:${port}/mutate`, caBundle: toBase64(own.ca) },
    otherCa: toBase64(other.ca),
    stop: () => server.close(),
  };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}
