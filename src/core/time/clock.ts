/** Port to time, so that tests decide how it passes. */
export type Clock = {
  /** Milliseconds since the epoch, or, on a clock that nobody can set, since a moment that is the same for its whole life. */
  now(): number;
  /** Calls back once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, callback: () => void): () => void;
};
