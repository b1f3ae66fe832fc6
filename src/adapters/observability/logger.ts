import { type DestinationStream, destination, type Level, type Logger, levels, pino } from "pino";
import { isJsonObject } from "../../core/json/json-object.ts";
import type { Clock } from "../../core/time/clock.ts";
import { createLogLimiter } from "./log-limiter.ts";

/**
 * Fields that could carry a credential. Nothing logs them; should something do so one day, they come out masked. This is
 * the second belt: the first is that credentials travel as `Redacted`.
 */
const MASKED_FIELDS = ["body", "object", "patch", "data", "stringData", "password", "auth", "auths", "token"];
/** A request of another than the API server may hold a name of any length. */
const LONGEST_TEXT = 4_096;
/** What waits for a reader of the log that has fallen behind; what comes beyond is lost, and not this process. */
const MOST_PENDING_BYTES = 8 * 1024 * 1024;
/** Who asks for less important lines than these wants every line. */
const LIMITED_FROM = levels.values.info ?? 0;

type LoggerOptions = {
  readonly level: Level;
  readonly clock: Pick<Clock, "after">;
  /** Default: stderr. */
  readonly sink?: DestinationStream;
};

/** The log, and what is to be called before the process ends. */
export type Log = { readonly log: Logger; flush(): void };

/** Writes one JSON object a line to stderr. A flood of lines with the same message ends in one that counts them. */
export function createLogger({ level, clock, sink = stderr() }: LoggerOptions): Log {
  const isLimited = (levels.values[level] ?? 0) >= LIMITED_FROM;
  const limiter = createLogLimiter({
    clock,
    onLeftOut(number, message, lines) {
      const label = levels.labels[number] as Level;
      log[label]({ of: message, lines }, "more lines like this were left out");
    },
  });
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: cutLongTexts },
      serializers: { err: describeError },
      redact: { paths: MASKED_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
      hooks: {
        logMethod(args, method, number) {
          const [first, second] = args as unknown[];
          const message = typeof first === "string" ? first : String(second);
          if (!isLimited || limiter.admits(number, message)) method.apply(this, args);
        },
      },
    },
    sink,
  );
  return { log, flush: limiter.flush };
}

/**
 * Lines are gathered for up to a tenth of a second, because a write a line would cost the webhook a tenth of its
 * throughput; what is pending is written at exit.
 */
function stderr(): DestinationStream {
  const gathering = { minLength: 4_096, maxLength: MOST_PENDING_BYTES, periodicFlush: 100 };
  return destination({ fd: 2, sync: false, ...gathering });
}

function cutLongTexts(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, cut(value)]));
}

/** Errors have a serializer of their own. */
function cut(value: unknown): unknown {
  if (typeof value === "string") return cutText(value);
  if (Array.isArray(value)) return value.map(cut);
  return isJsonObject(value) && !(value instanceof Error) ? cutLongTexts(value) : value;
}

function cutText(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

/** The errors that tell of the world and not of a mistake in pullcred: where they came from in the code says nothing. */
const EXPECTED: ReadonlySet<string> = new Set(["ApiError", "StoreError", "PullcredError", "ManifestError"]);

/** Type, message and code only: other properties of an error may hold requests or responses. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: "not an error" };
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  const isExpected = EXPECTED.has(name) || typeof (error as NodeJS.ErrnoException).errno === "number";
  return {
    type: name,
    message: cutText(message),
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && cause.message !== message && { cause: cutText(cause.message) }),
    ...(!isExpected && stack !== undefined && { stack: cutText(stack) }),
  };
}
