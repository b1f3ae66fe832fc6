import { once } from "node:events";
import { request } from "node:https";
import { text } from "node:stream/consumers";

/** Sends a review over TLS, as an API server does, and returns the AdmissionReview that comes back. */
export async function postReview(
  url: string,
  ca: string,
  body: unknown,
): Promise<{ readonly response: { readonly patch: string } }> {
  const headers = { "content-type": "application/json" };
  const outgoing = request(url, { method: "POST", ca, headers, servername: "localhost" });
  outgoing.end(JSON.stringify(body));
  const [response] = await once(outgoing, "response");
  return JSON.parse(await text(response));
}
