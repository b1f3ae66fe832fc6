import { X509Certificate } from "node:crypto";
import { PullcredError } from "../core/error.ts";
import { readInput } from "./read-input.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Reads the certificates of CAs from the file that an option names, whatever else is in it. */
export async function readCaFile(file: string, option: string): Promise<string> {
  const blocks = (await readInput(file)).match(CERTIFICATE) ?? [];
  try {
    if (blocks.length === 0) throw new Error("no certificate");
    return blocks.map((block) => new X509Certificate(block).toString()).join("");
  } catch (cause) {
    const problem = "it does not hold certificates in PEM";
    throw new PullcredError("CertificateUnusable", `could not use ${option} ${file}: ${problem}`, { cause });
  }
}
