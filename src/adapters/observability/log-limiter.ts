import type { Clock } from "../../core/time/clock.ts";

/** Keeps lines that say the same from flooding the log. */
export type LogLimiter = {
  /** Whether one more line of this level with this message may be written. */
  admits(level: number, message: string): boolean;
  /** Tells at once how many lines were left out. */
  flush(): void;
};

type LogLimiterOptions = {
  readonly clock: Pick<Clock, "after">;
  /** Told at the end of each window how many lines of a kind were left out, if any were. */
  readonly onLeftOut: (level: number, message: string, lines: number) => void;
};

/**
 * A hundred lines of a kind in ten seconds are more than anybody reads, and at some 300 bytes a line they are 3 KB a second
 * at most; what comes after them is counted. It is zap's sampling, made stricter, and it tells what it leaves out.
 * (https://github.com/uber-go/zap/blob/master/zapcore/sampler.go)
 */
export const LINES_PER_WINDOW = 100;
export const WINDOW_MS = 10_000;

type Kind = { readonly level: number; readonly message: string; lines: number };

/** Makes a limiter. Messages are constants, what varies being in the fields, so that a message is a kind of line. */
export function createLogLimiter({ clock, onLeftOut }: LogLimiterOptions): LogLimiter {
  let kinds = new Map<string, Kind>();
  let endWindow: (() => void) | undefined;

  function flush(): void {
    endWindow?.();
    endWindow = undefined;
    const ended = kinds;
    kinds = new Map();
    for (const { level, message, lines } of ended.values()) {
      if (lines > LINES_PER_WINDOW) onLeftOut(level, message, lines - LINES_PER_WINDOW);
    }
  }

  return {
    admits(level, message) {
      endWindow ??= clock.after(WINDOW_MS, flush);
      const key = `${level} ${message}`;
      const kind = kinds.get(key) ?? { level, message, lines: 0 };
      kinds.set(key, kind);
      kind.lines++;
      return kind.lines <= LINES_PER_WINDOW;
    },
    flush,
  };
}
