import { readFile } from "node:fs/promises";
import { PullcredError } from "../../core/error.ts";
import { oneAtATime } from "../files/one-at-a-time.ts";
import { watchFile } from "../files/watch-file.ts";
import { checkKeyPair, type KeyPair } from "./key-pair.ts";

export type CertificateFilesOptions = {
  readonly certificate: string;
  readonly key: string;
  /** Called with each new pair that TLS can serve with, also with the old one when it comes back after a bad one. */
  readonly onPair: (pair: KeyPair) => void;
  /** Called when the files changed to something that TLS cannot serve with: the last good pair stays. */
  readonly onError: (error: unknown) => void;
};

/** A pair of files in force. */
export type CertificateFiles = { readonly pair: KeyPair; stop(): void };

/** Reads a serving certificate and its key from files, and again whenever one of them changes. */
export async function openCertificateFiles(options: CertificateFilesOptions): Promise<CertificateFiles> {
  const first = await readPair(options.certificate, options.key);
  let current = first;
  let isGood = true;
  let isStopped = false;

  const reload = oneAtATime(async () => {
    try {
      const pair = await readPair(options.certificate, options.key);
      // Both files change at once as a rule, and are told one after the other.
      const isKnown = pair.certificate === current.certificate && pair.key === current.key;
      if (isStopped || (isKnown && isGood)) return;
      options.onPair(pair);
      current = pair;
      isGood = true;
    } catch (error) {
      if (isStopped) return;
      isGood = false;
      options.onError(error);
    }
  });

  const unwatch = [
    watchFile(options.certificate, reload, first.certificate),
    watchFile(options.key, reload, first.key),
  ];
  return {
    pair: first,
    stop() {
      isStopped = true;
      for (const stop of unwatch) stop();
    },
  };
}

async function readPair(certificateFile: string, keyFile: string): Promise<KeyPair> {
  const pair = { certificate: await readText(certificateFile), key: await readText(keyFile) };
  try {
    checkKeyPair(pair);
  } catch (cause) {
    // OpenSSL's own words never quote the key.
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new PullcredError(
      "CertificateUnusable",
      `could not use certificate ${certificateFile} with key ${keyFile}: ${problem}`,
      { cause },
    );
  }
  return pair;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    throw new PullcredError("FileUnreadable", `could not read ${file}: ${code}`, { cause });
  }
}
