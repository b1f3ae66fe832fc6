/** Whether new reviews should be sent here. Shared between the webhook, its probes and the shutdown. */
export type Readiness = {
  /** Null when ready, else what is waited for. */
  problem(): string | null;
  set(problem: string | null): void;
  /** True once the shutdown has begun: answers then ask the client to close its connection. */
  isDraining(): boolean;
  drain(): void;
};

/** Starts as not ready. */
export function createReadiness(): Readiness {
  let problem: string | null = "starting";
  let draining = false;
  return {
    problem: () => (draining ? "shutting down" : problem),
    set: (next) => {
      problem = next;
    },
    isDraining: () => draining,
    drain: () => {
      draining = true;
    },
  };
}
