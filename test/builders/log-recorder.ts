import { Writable } from "node:stream";
import { type Logger, pino } from "pino";

/** A logger whose lines a test can read. */
export type LogRecorder = {
  readonly log: Logger;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
};

/** Records every level, unless it says otherwise. */
export function logRecorder(level = "trace"): LogRecorder {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split("\n").filter(Boolean)) lines.push(JSON.parse(line));
      done();
    },
  });
  return { log: pino({ level }, sink), lines };
}
