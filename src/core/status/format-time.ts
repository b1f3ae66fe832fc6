const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A duration as people say it, in its two largest units: `2 d 3 h`. */
export function formatDuration(ms: number): string {
  let rest = Math.floor(Math.max(0, ms) / 1_000);
  const first = UNITS.findIndex(([, size]) => rest >= size);
  if (first === -1) return "0 s";
  const parts = UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count} ${unit}`;
  });
  return parts.filter(Boolean).join(" ");
}

/** How far a moment is from another: `in 2 h`, `3 min ago`. */
export function formatDistance(ms: number, from: number): string {
  return ms > from ? `in ${formatDuration(ms - from)}` : `${formatDuration(from - ms)} ago`;
}

/** A moment, to the second, without a zone: the page says once that it is UTC. */
export function formatMoment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** How long a review took, in milliseconds with three digits. */
export function formatMilliseconds(seconds: number): string {
  const ms = seconds * 1_000;
  return `${ms >= 100 ? Math.round(ms) : ms.toPrecision(2)} ms`;
}
