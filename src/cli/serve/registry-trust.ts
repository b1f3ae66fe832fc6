import type { Logger } from "pino";
import { type RegistryTrust, trustAlso } from "../../adapters/registry/registry-trust.ts";
import { readCaFile } from "../ca-file.ts";

/** Tells whom connections to registries trust now; undefined where it is whom Node trusts. */
export type CurrentTrust = () => Promise<RegistryTrust | undefined>;

const OPTION = "--verify-ca-file";

/**
 * Reads the file anew each time, so that nobody has to restart anything for a new CA. It must be usable at first; if it is
 * not later on, the last good one stays in force.
 */
export async function openTrust(file: string | undefined, log: Logger): Promise<CurrentTrust> {
  if (file === undefined) return async () => undefined;
  let text = await readCaFile(file, OPTION);
  let trust = trustAlso(text);
  return async () => {
    try {
      const next = await readCaFile(file, OPTION);
      if (next !== text) trust = trustAlso(next);
      text = next;
    } catch (err) {
      log.warn({ err }, "the last good CA of registries stays in force");
    }
    return trust;
  };
}
