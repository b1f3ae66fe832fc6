import type { Mapping } from "../../core/config/compile.ts";
import type { Origins } from "../../core/copy/origin.ts";

/** Tells when the credentials that a leader has to ask for are there for the first time. */
export type FirstOrigins = {
  /** Resolves when every one of them is there. */
  ready(mappings: readonly Mapping[]): Promise<void>;
  /** The mapping's origin came to something else. */
  changed(mapping: string): void;
};

/** Of mappings with a `secretRef` nothing has to be asked for: what is not there may never come. */
export function createFirstOrigins(origins: () => Origins): FirstOrigins {
  let pending = new Set<string>();
  let resolveReady: () => void = () => undefined;

  function changed(mapping: string): void {
    if (origins().of(mapping).kind === "ready") pending.delete(mapping);
    if (pending.size === 0) resolveReady();
  }

  return {
    ready(mappings) {
      pending = new Set(
        mappings.filter(({ credentials }) => !("secretRef" in credentials)).map(({ name }) => name),
      );
      const ready = new Promise<void>((resolve) => {
        resolveReady = resolve;
      });
      for (const name of pending) changed(name);
      if (pending.size === 0) resolveReady();
      return ready;
    },
    changed,
  };
}
