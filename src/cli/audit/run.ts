import { createAudit } from "../../core/audit/audit.ts";
import type { Finding } from "../../core/audit/finding.ts";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { EXIT_FINDINGS } from "../failure.ts";
import { loadConfig } from "../load-config.ts";
import { createProgressLine } from "../progress-line.ts";
import type { AuditOptions } from "./command.ts";
import type { AuditInput } from "./input.ts";
import { createJsonReport, createTextReport } from "./report.ts";

/** Audits, prints the findings, and sets the exit code. */
export async function audit(options: AuditOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const input = await openInput(options, config);
  const progress = createProgressLine(process.stderr);
  try {
    const report =
      options.output === "json" ? createJsonReport(process.stdout) : createTextReport(process.stdout);
    const audit = createAudit(input.world);
    const add = async (findings: readonly Finding[]): Promise<void> => {
      for (const finding of findings) await report.add(finding);
    };
    const addFirst = async (): Promise<void> => {
      await add(input.findings);
      for (const { namespace, name, account } of input.serviceAccounts) {
        await add(audit.serviceAccount(namespace, name, account));
      }
    };
    let pods = 0;
    let hasBegun = false;
    for await (const batch of input.pods()) {
      // Nothing is printed before there is something to read: half a JSON document helps nobody.
      if (!hasBegun) await addFirst();
      hasBegun = true;
      for (const pod of batch) await add(audit.pod(pod));
      pods += batch.length;
      progress.show(`${pods} Pods`);
    }
    await add(audit.end());
    progress.clear();
    const { error, warning } = await report.end(pods);
    if (error + warning > 0) process.exitCode = EXIT_FINDINGS;
  } finally {
    progress.clear();
    input.close();
  }
}

/** Only an audit of a cluster pays for a client of it. */
async function openInput(options: AuditOptions, config: CompiledConfig): Promise<AuditInput> {
  if (options.filename.length > 0) {
    const { readManifests } = await import("./manifests.ts");
    return readManifests(options, config);
  }
  const { readCluster } = await import("./cluster.ts");
  return readCluster(options, config, process.env);
}
