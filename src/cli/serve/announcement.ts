import type { OutputFormat } from "../options.ts";

/** Where the standalone server can be reached. */
export type Announcement = {
  readonly url: string;
  readonly metricsUrl: string;
  /** The CA certificate that clients have to trust; null where the certificate came from files. */
  readonly ca: string | null;
};

/** Tells on standard output that the server is ready, and where. */
export function announce(format: OutputFormat, { url, metricsUrl, ca }: Announcement): void {
  if (format === "json") {
    process.stdout.write(`${JSON.stringify({ url, metricsUrl, ca })}\n`);
    return;
  }
  process.stdout.write(`reviews  ${url}\nmetrics  ${metricsUrl}/metrics\n`);
  if (ca !== null) process.stdout.write(`CA       ${ca}\n`);
}
