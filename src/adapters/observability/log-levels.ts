/** From the most to the least that is logged. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
