import { readFile } from "node:fs/promises";
import { PullcredError } from "../../core/error.ts";
import { watchFile } from "../files/watch-file.ts";
import { checkKeyPair, type KeyPair } from "./key-pair.ts";

export type CertificateFilesOptions = {
  readonly certificate: string;
  readonly key: string;
  /** Called with each new pair that TLS can serve with. */
  readonly onPair: (pair: KeyPair) => void;
  /** Called when the files changed to something that TLS cannot serve with: the last good pair stays. */
  readonly onError: (error: unknown) => void;
};

/** A pair of files in force. */
export type CertificateFiles = { readonly pair: KeyPair; stop(): void };

/** Reads a serving certificate and its key from files, and again whenever one of them changes. */
export async function openCertificateFiles(options: CertificateFilesOptions): Promise<CertificateFiles> {
  let current = await readPair(options.certificate, options.key);

  async function reload(): Promise<void> {
    try {
      const pair = await readPair(options.certificate, options.key);
      if (pair.certificate === current.certificate && pair.key === current.key) return;
      current = pair;
      options.onPair(pair);
    } catch (error) {
      options.onError(error);
    }
  }

  const unwatch = [options.certificate, options.key].map((file) => watchFile(file, () => void reload()));
  return {
    pair: current,
    stop() {
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
