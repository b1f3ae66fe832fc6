import type { TrustedBundle } from "../../src/core/pki/trusted-bundle.ts";

/** The caBundle of a webhook configuration that a test can set; it starts without one. */
export type FakeBundle = TrustedBundle & { set(bundle: string | null): void; readonly published: string[] };

export function fakeBundle(): FakeBundle {
  let current: string | null = "";
  const listeners = new Set<() => void>();
  const published: string[] = [];
  function set(bundle: string | null): void {
    current = bundle;
    for (const listener of listeners) listener();
  }
  return {
    published,
    set,
    current: () => current,
    async publish(bundle) {
      published.push(bundle);
      set(bundle);
    },
    watch(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}
