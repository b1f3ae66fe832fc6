import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Metrics } from "../../adapters/observability/metrics.ts";
import { openCertificateFiles } from "../../adapters/tls/certificate-files.ts";
import { expiryOf, type KeyPair } from "../../adapters/tls/key-pair.ts";
import { followSecretCertificate } from "../../adapters/tls/secret-certificate.ts";
import { PullcredError } from "../../core/error.ts";
import type { Backend, CertificatePlace } from "./backend.ts";
import type { ServeOptions } from "./command.ts";
import { describeWriteProblem, makeDataDirectory } from "./data-directory.ts";

const LIFETIME_MS = 365 * 24 * 60 * 60 * 1000;

/** What the server serves with. */
export type ServingCertificate = {
  /** The first one; undefined where it is still to come, by `onPair`. Without one no handshake succeeds. */
  readonly pair?: KeyPair;
  /** Resolves when there is a pair that API servers trust, as far as pullcred sees to that. */
  readonly ready: Promise<void>;
  /** The file with the CA certificate, where it was made here. */
  readonly caFile: string | null;
  /** Calls back with each pair that takes the place of the first. */
  onPair(listener: (pair: KeyPair) => void): void;
  stop(): void;
};

type Context = {
  readonly options: ServeOptions;
  readonly hosts: readonly string[];
  readonly backend: Pick<Backend, "secrets" | "certificates">;
  readonly metrics: Metrics;
  readonly log: Logger;
};

/** Opens the certificate that the options name, follows the one that the leader keeps, or makes one on the spot. */
export async function openServingCertificate(context: Context): Promise<ServingCertificate> {
  const { tlsCert, tlsKey } = context.options;
  const { certificates } = context.backend;
  if (certificates !== undefined) return followOwn(certificates, context);
  if (tlsCert === undefined && tlsKey === undefined) return makeOwn(context);
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new PullcredError("WrongUse", "--tls-cert and --tls-key go together: give both or neither");
  }
  return follow(tlsCert, tlsKey, context);
}

async function makeOwn({ options, hosts, metrics }: Context): Promise<ServingCertificate> {
  const { makeSelfSigned } = await import("../../adapters/tls/self-signed.ts");
  const listenHost = options.listen.host === undefined ? [] : [options.listen.host];
  const names = [...new Set([...hosts, "127.0.0.1", "::1", ...listenHost])];
  const { serving, ca } = await makeSelfSigned(names, Date.now(), LIFETIME_MS);
  if (options.dataDir !== undefined) await makeDataDirectory(options.dataDir);
  countPair(serving, metrics);
  const caFile = await writeCa(ca, options.dataDir);
  const ready = Promise.resolve();
  return { pair: serving, ready, caFile, onPair: () => undefined, stop: () => undefined };
}

function followOwn(place: CertificatePlace, context: Context): ServingCertificate {
  const changes = createChanges({ secret: place.name }, context);
  const certificate = followSecretCertificate({
    ...place,
    secrets: context.backend.secrets,
    onPair: (pair) => changes.accept(pair, "certificate loaded"),
    onUnusable: () => changes.refuse(),
  });
  return { ready: certificate.ready, caFile: null, onPair: changes.onPair, stop: certificate.stop };
}

/** What every change of a certificate is told to: metrics, the log, and who serves with it. `place` says where it is. */
function createChanges(place: object, { metrics, log }: Context) {
  let listener: (pair: KeyPair) => void = () => undefined;
  return {
    accept(pair: KeyPair, message: string): void {
      metrics.certificateReloads.inc({ result: "accepted" });
      countPair(pair, metrics);
      log.info(place, message);
      listener(pair);
    },
    refuse(err?: unknown): void {
      metrics.certificateReloads.inc({ result: "refused" });
      metrics.certificateValid.set(0);
      log.error(
        { ...(err !== undefined && { err }), ...place },
        "certificate refused: the last good one stays in use",
      );
    },
    onPair(next: (pair: KeyPair) => void): void {
      listener = next;
    },
  };
}

async function writeCa(ca: string, dataDir: string | undefined): Promise<string> {
  try {
    const file = join(dataDir ?? (await mkdtemp(join(tmpdir(), "pullcred-"))), "ca.crt");
    await writeFile(file, ca);
    return file;
  } catch (cause) {
    const place = dataDir ?? tmpdir();
    throw new PullcredError(
      "WrongUse",
      `could not write the CA's certificate below ${place}: ${describeWriteProblem(cause)}: ` +
        "give another --data-dir, or a certificate by --tls-cert and --tls-key",
      { cause },
    );
  }
}

async function follow(certificate: string, key: string, context: Context): Promise<ServingCertificate> {
  const changes = createChanges({ certificate }, context);
  const files = await openCertificateFiles({
    certificate,
    key,
    onPair: (pair) => changes.accept(pair, "certificate reloaded"),
    onError: changes.refuse,
  });
  countPair(files.pair, context.metrics);
  const ready = Promise.resolve();
  return { pair: files.pair, ready, caFile: null, onPair: changes.onPair, stop: files.stop };
}

function countPair(pair: KeyPair, metrics: Metrics): void {
  metrics.certificateValid.set(1);
  metrics.certificateExpiry.set(expiryOf(pair) / 1_000);
}
