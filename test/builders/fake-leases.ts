import type { Lease, LeaseStore } from "../../src/core/leader/lease.ts";

/** What becomes of one request to the Lease; a test that says nothing lets all of them through. */
export type Fault = {
  /** How long the request is under way before it takes effect, and the answer after that, in milliseconds. */
  readonly there: number;
  readonly back: number;
  /** `refused` has no effect and `lost` has, but the caller hears of an error from both. */
  readonly outcome: "answered" | "refused" | "lost";
};

/** A Lease in memory, with optimistic locking as an API server has it. */
export type FakeLeases = {
  /** The store as one candidate sees it. */
  store(plan?: () => Fault): LeaseStore;
  present(): Lease | undefined;
  /** As somebody with kubectl does. */
  put(lease: Partial<Lease> | undefined): void;
};

type Wait = (ms: number) => Promise<void>;

/** There is none at first. `wait` passes the time that faults cost. */
export function fakeLeases(wait: Wait = async () => undefined): FakeLeases {
  let present: Lease | undefined;
  let version = 0;

  function put(lease: Partial<Lease> | undefined): Lease | undefined {
    version += 1;
    const base = { holder: "", duration: 15_000, renewed: "", transitions: 0, ...present };
    present = lease && { ...base, ...lease, renewed: `${version}`, version: `${version}` };
    return present;
  }

  async function request<T>(plan: (() => Fault) | undefined, act: () => T): Promise<T> {
    const { there, back, outcome } = plan?.() ?? { there: 0, back: 0, outcome: "answered" };
    if (there > 0) await wait(there);
    if (outcome === "refused") throw new Error("the request was refused");
    const result = act();
    if (back > 0) await wait(back);
    if (outcome === "lost") throw new Error("the answer was lost");
    return result;
  }

  return {
    store: (plan) => ({
      read: () => request(plan, () => present),
      write: (claim, seen) =>
        request(plan, () => (seen?.version === present?.version ? put(claim) : undefined)),
    }),
    present: () => present,
    put: (lease) => void put(lease),
  };
}
