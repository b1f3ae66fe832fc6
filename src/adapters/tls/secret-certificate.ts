import type { TrustedBundle } from "../../core/pki/trusted-bundle.ts";
import type { SecretStore } from "../../core/secret/secret-store.ts";
import { joinBundle, readCertificateSecret } from "./certificate-secret.ts";
import type { KeyPair } from "./key-pair.ts";

export type SecretCertificateOptions = {
  readonly secrets: SecretStore;
  readonly bundle: TrustedBundle;
  readonly namespace: string;
  readonly name: string;
  /** Called with each new pair. */
  readonly onPair: (pair: KeyPair) => void;
  /** Called when the Secret changed to something that TLS cannot serve with: the last good pair stays. */
  readonly onUnusable: () => void;
};

/** The serving certificate that the leader keeps in a Secret. */
export type SecretCertificate = {
  /** Resolves once there is a pair and API servers are told to trust it. */
  readonly ready: Promise<void>;
  stop(): void;
};

/** Follows the Secret: every replica serves with what the leader wrote. */
export function followSecretCertificate(options: SecretCertificateOptions): SecretCertificate {
  const { secrets, bundle, namespace, name, onPair, onUnusable } = options;
  let current: string | undefined;
  let trust: string | undefined;
  let isGood = true;
  let resolveReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    resolveReady = resolve;
  });

  function read(): void {
    const secret = secrets.peek(namespace, name);
    // One that was deleted is made anew, as any other that the leader finds missing.
    if (secret === undefined) return;
    const { serving, authorities } = readCertificateSecret(secret);
    if (serving === null) {
      if (isGood) onUnusable();
      isGood = false;
      return;
    }
    trust = serving.issuer === null ? undefined : joinBundle(authorities);
    if (serving.certificate !== current || !isGood) onPair(serving);
    current = serving.certificate;
    isGood = true;
    check();
  }

  function check(): void {
    if (trust !== undefined && bundle.current() === trust) resolveReady();
  }

  const unwatch = [
    secrets.watch((changedNamespace, changedName) => {
      if (changedNamespace === namespace && changedName === name) read();
    }),
    bundle.watch(check),
  ];
  read();
  return {
    ready,
    stop() {
      for (const stop of unwatch) stop();
    },
  };
}
