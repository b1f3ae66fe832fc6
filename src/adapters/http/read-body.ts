import { ErrorCode, PullcredError } from "../../core/error.ts";

export type BodyLimit = {
  /** Names the server in the error. */
  readonly server: string;
  readonly maxBody: number;
};

/** Reads an answer as text, and no further than to the limit. */
export async function readBody(response: Response, { server, maxBody }: BodyLimit): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBody) {
      throw new PullcredError(ErrorCode.SourceFailed, `${server} answered with more than ${maxBody} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
