/** What pullcred reads of a Lease of coordination.k8s.io/v1. */
export type Lease = {
  /** Who leads; empty where it was given back. */
  readonly holder: string;
  /** How long the holder may rest on its last renewal, in milliseconds. */
  readonly duration: number;
  /** When it was renewed last, as the holder wrote it; only compared for equality, because clocks differ. */
  readonly renewed: string;
  readonly transitions: number;
  /** Changes with every write. */
  readonly version: string;
};

/** What a candidate writes. */
export type LeaseClaim = Pick<Lease, "holder" | "duration" | "transitions">;

/** Port to the one Lease. Each write succeeds only if nobody else has written meanwhile. */
export type LeaseStore = {
  /** The Lease, or undefined where there is none. */
  read(): Promise<Lease | undefined>;
  /** Creates it, or replaces the version that was seen; undefined where somebody was faster. */
  write(claim: LeaseClaim, seen: Lease | undefined): Promise<Lease | undefined>;
};
