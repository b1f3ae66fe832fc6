import { kubeconfigError, quoteName } from "./kubeconfig-error.ts";
import type { Kubeconfig, KubeconfigEntry } from "./parse-kubeconfig.ts";

/** Where the current context leads, and as whom; the user is anonymous where it names none. */
export type SelectedContext = {
  readonly cluster: KubeconfigEntry;
  readonly user: KubeconfigEntry | undefined;
};

/** So many contexts are worth reading in one line. */
const MOST_TO_LIST = 5;
const REMEDY = "choose one by kubectl config use-context";

/**
 * Finds the current context of the files together. Of what several say, the first counts.
 * (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files)
 */
export function selectContext(files: readonly Kubeconfig[]): SelectedContext {
  const all = files.map(({ file }) => file).join(" with ");
  const contexts = files.flatMap((file) => file.contexts);
  if (files.every(({ isEmpty }) => isEmpty))
    throw kubeconfigError(all, "it is empty: name another one by KUBECONFIG");
  if (contexts.length === 0) throw kubeconfigError(all, "it has no contexts: name another one by KUBECONFIG");

  const current = files.find(({ currentContext }) => currentContext !== undefined)?.currentContext;
  if (current === undefined)
    throw kubeconfigError(all, `it has no current-context: ${REMEDY}, of ${listNames(contexts)}`);
  const context = find(contexts, current);
  if (context === undefined) {
    const problem = `its current-context ${quoteName(current)} is none of its contexts`;
    throw kubeconfigError(all, `${problem}: ${REMEDY}, of ${listNames(contexts)}`);
  }
  return {
    cluster: follow(context, "cluster", files),
    user: context.fields.user ? follow(context, "user", files) : undefined,
  };
}

function follow(
  context: KubeconfigEntry,
  kind: "cluster" | "user",
  files: readonly Kubeconfig[],
): KubeconfigEntry {
  const place = `context ${quoteName(context.name)}`;
  const name = context.fields[kind];
  if (typeof name !== "string" || name === "")
    throw kubeconfigError(context.file, `${place} names no ${kind}`);
  const entry = find(
    files.flatMap((file) => file[`${kind}s`]),
    name,
  );
  if (entry === undefined)
    throw kubeconfigError(context.file, `${place} names ${kind} ${quoteName(name)}, which is not there`);
  return entry;
}

function find(entries: readonly KubeconfigEntry[], name: string): KubeconfigEntry | undefined {
  return entries.find((entry) => entry.name === name);
}

function listNames(entries: readonly KubeconfigEntry[]): string {
  const names = entries.slice(0, MOST_TO_LIST).map(({ name }) => quoteName(name));
  return names.join(", ") + (entries.length > MOST_TO_LIST ? ", …" : "");
}
