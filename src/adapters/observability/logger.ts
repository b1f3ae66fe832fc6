import { destination, type Level, type Logger, pino } from "pino";

/**
 * Fields that could carry a credential. Nothing logs them; should something do so one day, they come out masked. This is
 * the second belt: the first is that credentials travel as `Redacted`.
 */
const MASKED_FIELDS = ["body", "object", "patch", "data", "stringData", "password", "auth", "auths", "token"];

/**
 * Writes one JSON object a line to stderr (or to `fd`). Lines are gathered for up to a tenth of a second, because a write
 * a line would cost the webhook a tenth of its throughput; what is pending is written at exit.
 */
export function createLogger(level: Level, fd = 2): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: MASKED_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
    },
    destination({ fd, sync: false, minLength: 4_096, periodicFlush: 100 }),
  );
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
    message,
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && cause.message !== message && { cause: cause.message }),
    ...(!isExpected && { stack }),
  };
}
