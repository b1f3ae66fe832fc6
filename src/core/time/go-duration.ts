const MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const WHOLE = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;
/** Of a 64-bit number of nanoseconds, about 292 years. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** The milliseconds of a duration as Go writes it, such as `1h30m`; null where Go's time.ParseDuration refuses the text. */
export function parseGoDuration(text: string): number | null {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!WHOLE.test(text)) return null;
  const sum = [...text.matchAll(PART)].reduce(
    (total, [, amount, unit = ""]) => total + Number(amount) * (MS[unit] ?? 0),
    0,
  );
  if (sum >= LONGEST_MS) return null;
  return text.startsWith("-") ? -sum : sum;
}

/** Whole seconds as Go writes them, such as `1h30m0s`. */
export function formatGoDuration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}
