import type { CompiledConfig } from "../config/compile.ts";
import type { Namespace } from "../namespace/namespace.ts";
import { decide } from "../policy/decide.ts";
import { explainImage, withoutMappings } from "../policy/explain-image.ts";
import { Reason } from "../policy/reason.ts";
import { type PrepullRequest, renderPodSpec } from "./daemon-set.ts";

/** A request with all its pull secrets, and what somebody should know of them. */
export type PrepullPlan = { readonly request: PrepullRequest; readonly notes: readonly string[] };

/**
 * Decides which pull secrets the Pods need, as the webhook would, and names them: the Pods then pull where no webhook runs,
 * too. The secrets of the request come first, as those that a Pod names do.
 */
export function planPrepull(
  request: PrepullRequest,
  namespace: Namespace,
  ownNamespace: string,
  config: CompiledConfig,
): PrepullPlan {
  const { reason, missing, undecided } = decide(
    { spec: renderPodSpec(request) },
    namespace,
    ownNamespace,
    config,
  );
  const pullSecrets = [...request.pullSecrets, ...missing];
  const isLeftAlone = reason === Reason.OwnNamespace || reason === Reason.OptedOut;
  const excluded = request.images.flatMap((image) => {
    const explained = explainImage(image, namespace.name, namespace.labels, config);
    const served = isLeftAlone ? withoutMappings(explained) : explained;
    const unknown = new Set(undecided.map(({ name }) => name));
    return served.excluded
      .filter(({ mapping }) => !unknown.has(mapping))
      .map(
        ({ mapping }) =>
          `${image}: mapping ${mapping} matches, but not for namespace ${namespace.name}${whyNot(reason)}`,
      );
  });
  const unread = undecided.map(
    ({ name }) =>
      `mapping ${name} depends on the labels of namespace ${namespace.name}, which could not be read: ` +
      "give them by --namespace-labels",
  );
  return { request: { ...request, pullSecrets }, notes: [...excluded, ...unread] };
}

function whyNot(reason: Reason): string {
  if (reason === Reason.OwnNamespace) return ", which is pullcred's own";
  return reason === Reason.OptedOut ? ", which has opted out" : "";
}
