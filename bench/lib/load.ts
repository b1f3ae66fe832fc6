import { connect, type TLSSocket } from "node:tls";

/** What one run of load came to. Latencies in milliseconds. */
export type LoadResult = {
  readonly requests: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
};

export type LoadOptions = {
  readonly port: number;
  readonly ca: string;
  readonly connections: number;
  /** Called for the body of the next request. */
  readonly nextBody: () => Buffer;
  /** Ends the run after so many requests or, in milliseconds, after so long. */
  readonly requests?: number;
  readonly duration?: number;
};

/**
 * Sends POST requests over keep-alive TLS connections, one at a time on each, as the API server does. It writes and reads
 * bare sockets, so that the load costs little next to the server that shares the machine.
 */
export async function sendLoad(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + (options.duration ?? Number.POSITIVE_INFINITY);
  let left = options.requests ?? Number.POSITIVE_INFINITY;
  const mayGoOn = (): boolean => left-- > 0 && performance.now() < end;
  await Promise.all(Array.from({ length: options.connections }, () => drive(options, mayGoOn, latencies)));
  const seconds = (performance.now() - start) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { requests: latencies.length, rate: latencies.length / seconds, p50: at(0.5), p99: at(0.99) };
}

function drive(options: LoadOptions, mayGoOn: () => boolean, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let pending = "";
    const socket: TLSSocket = connect({
      host: "127.0.0.1",
      port: options.port,
      ca: options.ca,
      servername: "localhost",
    });
    socket.setNoDelay(true).setEncoding("latin1");
    socket.on("error", reject);
    socket.on("secureConnect", next);
    socket.on("data", (text: string) => {
      pending += text;
      if (!isComplete(pending)) return;
      if (!pending.startsWith("HTTP/1.1 200")) {
        socket.destroy(new Error(`unexpected answer: ${pending.slice(0, 200)}`));
        return;
      }
      pending = "";
      latencies.push(performance.now() - sent);
      next();
    });
    function next(): void {
      if (!mayGoOn()) {
        socket.end();
        resolve();
        return;
      }
      const body = options.nextBody();
      sent = performance.now();
      socket.write(
        `POST /mutate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
          `Content-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body);
    }
  });
}

function isComplete(response: string): boolean {
  const headEnd = response.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const [, length] = /content-length: (\d+)/i.exec(response.slice(0, headEnd)) ?? [];
  return length !== undefined && response.length >= headEnd + 4 + Number(length);
}
