import { stringify } from "yaml";
import type { CompiledConfig } from "../../core/config/compile.ts";
import { bareNamespace } from "../../core/namespace/namespace.ts";
import { loadConfig } from "../load-config.ts";
import type { PrepullOptions } from "./command.ts";
import { collectImages, type PrepullImages } from "./images.ts";
import { planDaemonSet } from "./plan-daemon-set.ts";

/** Prints the DaemonSet, or has it do its work. */
export async function prepull(options: PrepullOptions): Promise<void> {
  const config = await loadConfig(options.config);
  const images = await collectImages(options);
  if (options.wait) {
    const { prepullAndWait } = await import("./wait.ts");
    await prepullAndWait(images, options, config);
  } else render(images, options, config);
}

function render(images: PrepullImages, options: PrepullOptions, config: CompiledConfig): void {
  // Nothing is known of the cluster: as most are.
  const method = options.imageVolumes === "never" ? "containers" : "volumes";
  const bare = bareNamespace(images.namespace);
  const namespace = { ...bare, labels: { ...options.namespaceLabels, ...bare.labels } };
  const daemonSet = planDaemonSet(images, options, method, namespace, config);
  process.stdout.write(
    options.output === "json"
      ? `${JSON.stringify(daemonSet, null, 2)}\n`
      : stringify(daemonSet, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
}
