import type { CredentialSource } from "../../core/credential/source.ts";

/** A source whose code is loaded when it is first needed: a config without clouds loads none of theirs. */
export function lazySource(load: () => Promise<CredentialSource>): CredentialSource {
  let loading: Promise<CredentialSource> | undefined;
  const source = (): Promise<CredentialSource> => {
    loading ??= load();
    return loading;
  };
  return {
    read: async (signal) => (await source()).read(signal),
    watch(onChange) {
      let unwatch: (() => void) | undefined;
      let isStopped = false;
      source().then(
        (loaded) => {
          if (!isStopped) unwatch = loaded.watch(onChange);
        },
        () => undefined, // a reading tells
      );
      return () => {
        isStopped = true;
        unwatch?.();
      };
    },
  };
}
