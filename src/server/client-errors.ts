import { maxHeaderSize, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "pino";
import { failure } from "../core/admission/failure.ts";

type Refusal = { readonly status: number; readonly reason: string; readonly message: string };

const NO_HTTP: Refusal = { status: 400, reason: "BadRequest", message: "the request is not valid HTTP/1.1" };
/** By the code of Node's HTTP parser. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: "RequestTimeout",
    message: "the request did not come to its end in time",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    reason: "RequestEntityTooLarge",
    message: "the extensions of the body's chunks are too large",
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: "RequestHeaderFieldsTooLarge",
    message: `the headers must not be larger than ${maxHeaderSize / 1024} KiB`,
  },
};

/** Answers what never becomes a request, because it is no HTTP; where there is nobody to answer, it hangs up. */
export function answerClientErrors(
  log: Logger,
  onFailure: (status: number) => void,
): (error: Error & { readonly code?: string }, socket: Socket) => void {
  return ({ code = "" }, socket) => {
    const refusal = REFUSALS[code] ?? (code.startsWith("HPE_") ? NO_HTTP : undefined);
    if (refusal === undefined || !socket.writable) {
      // Also every handshake that fails: a client that does not trust the certificate, or that went away.
      log.debug({ code }, "connection ended early");
      socket.destroy();
      return;
    }
    const { status, reason, message } = refusal;
    onFailure(status);
    log.warn({ status, code }, "request refused");
    const body = JSON.stringify(failure(status, reason, message, null));
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
        "Content-Type: application/json; charset=utf-8\r\n" +
        `Content-Length: ${Buffer.byteLength(body)}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
    socket.destroySoon();
  };
}
