import type { CompiledConfig, Mapping } from "../config/compile.ts";
import { type ImageReference, parseImageReference } from "../image/reference.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { bareNamespace } from "../namespace/namespace.ts";
import type { Pod } from "../pod/pod.ts";
import { visitImages } from "../pod/pod-images.ts";
import { decide } from "../policy/decide.ts";

/** An image to be tried, with the pull secrets that the Pod which has it gets from pullcred. */
export type Target = {
  readonly image: string;
  readonly reference: ImageReference | null;
  /** The mappings whose Secrets the Pod names, in the order in which it does: that in which kubelet reads them. */
  readonly mappings: readonly Mapping[];
  /** Those of them that match the image itself. */
  readonly matching: ReadonlySet<string>;
  /** The pull secrets of other hand that the Pod names, too. */
  readonly others: readonly string[];
};

/** Collects targets: many Pods have the same image and the same pull secrets, and are one. */
export type TargetCollector = {
  /** Takes the images of a Pod. Without a namespace, those of every mapping count that match. */
  add(pod: Pod, namespace: Namespace | null): void;
  targets(): readonly Target[];
};

/** Decides by the webhook's own rules which pull secrets a Pod has. */
export function createTargetCollector(config: CompiledConfig, ownNamespace: string): TargetCollector {
  const targets = new Map<string, Target>();
  const anywhere = withoutNamespaceRules(config);

  return {
    add(pod, namespace) {
      const { needed, missing } =
        namespace === null
          ? decide(pod, bareNamespace("anywhere"), "", anywhere)
          : decide(pod, namespace, ownNamespace, config);
      const bySecretName = new Map(needed.map((mapping) => [mapping.secretName, mapping]));
      const present = (pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));
      const names = [...new Set([...present, ...missing])];
      const mappings = names.flatMap((name) => bySecretName.get(name) ?? []);
      const others = names.filter((name) => !bySecretName.has(name));
      visitImages(pod.spec, (image) => {
        const key = JSON.stringify([image, mappings.map(({ name }) => name), others.length > 0]);
        if (targets.has(key)) return;
        const parsed = parseImageReference(image);
        const indexes = config.matchImage(image) ?? [];
        targets.set(key, {
          image,
          reference: parsed.ok ? parsed.reference : null,
          mappings,
          matching: new Set(indexes.flatMap((index) => config.mappings[index]?.name ?? [])),
          others,
        });
      });
    },
    targets: () => [...targets.values()],
  };
}

function withoutNamespaceRules(config: CompiledConfig): CompiledConfig {
  const namespaces = { allows: () => true, needsLabels: () => false, scope: "all" as const };
  return { ...config, mappings: config.mappings.map((mapping) => ({ ...mapping, namespaces })) };
}
