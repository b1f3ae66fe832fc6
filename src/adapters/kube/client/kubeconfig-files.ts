import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Whether the environment names a kubeconfig; an empty variable counts as none, as in kubectl. */
export function namesKubeconfig({ KUBECONFIG }: NodeJS.ProcessEnv): boolean {
  return listFiles(KUBECONFIG).length > 0;
}

/**
 * The files that make up the kubeconfig: those of KUBECONFIG, else the one in the home folder. Of several, some may be
 * missing. (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files)
 */
export function findKubeconfigFiles({ KUBECONFIG }: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const named = listFiles(KUBECONFIG);
  const files = named.length > 0 ? named : [join(homedir(), ".kube", "config")];
  const [first, ...others] = files.filter((file) => existsSync(file));
  if (first === undefined) throw new Error(`there is no kubeconfig ${files.join(" or ")}`);
  return [first, ...others];
}

function listFiles(variable = ""): readonly string[] {
  return variable.split(delimiter).filter(Boolean);
}
