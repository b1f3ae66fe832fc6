import type { AddressInfo } from "node:net";
import type { Test } from "tap";
import { createMetrics } from "../../../src/adapters/observability/metrics.ts";
import { systemClock } from "../../../src/adapters/time/system-clock.ts";
import type { StatusReport } from "../../../src/core/status/status-report.ts";
import { buildManagementApp } from "../../../src/server/management-app.ts";
import { createReadiness } from "../../../src/server/readiness.ts";
import { serveStatusPage } from "../../../src/server/status-page.ts";
import { logRecorder } from "../../builders/log-recorder.ts";

/** Serves these reports, each below the name that it has here; returns the URL of a name. */
export async function serveReports<Name extends string>(
  t: Test,
  reports: Readonly<Record<Name, StatusReport>>,
): Promise<(name: Name) => string> {
  const urls = new Map<string, string>();
  for (const [name, report] of Object.entries<StatusReport>(reports)) {
    const app = buildManagementApp(createReadiness(), createMetrics());
    serveStatusPage(app, () => report, systemClock, logRecorder().log);
    await app.listen({ port: 0, host: "127.0.0.1" });
    t.teardown(() => app.close());
    urls.set(name, `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/status`);
  }
  return (name) => urls.get(name) ?? "";
}
