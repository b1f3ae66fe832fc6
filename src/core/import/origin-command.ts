import { shellQuote } from "./shell-quote.ts";

const TYPES = {
  ".dockerconfigjson": "kubernetes.io/dockerconfigjson",
  ".dockercfg": "kubernetes.io/dockercfg",
} as const;

/** The key under which a Secret holds pull credentials, which says of which type it is. */
export type PullSecretKey = keyof typeof TYPES;

/** The command that makes an origin of a file. */
export function originFromFile(
  ownNamespace: string,
  name: string,
  file: string,
  key: PullSecretKey = ".dockerconfigjson",
): string {
  return (
    `kubectl --namespace ${ownNamespace} create secret generic ${name} --type=${TYPES[key]} ` +
    shellQuote(`--from-file=${key}=${file}`)
  );
}

/** The command that makes an origin of a Secret that stands in some namespace, without showing what is in it. */
export function originFromSecret(
  ownNamespace: string,
  name: string,
  secret: { readonly namespace: string; readonly name: string },
  key: PullSecretKey = ".dockerconfigjson",
): string {
  const get = `kubectl --namespace ${shellQuote(secret.namespace)} get secret ${shellQuote(secret.name)}`;
  const read = `--output=jsonpath='{.data.\\${key}}'`;
  return `${get} ${read} | base64 --decode | ${originFromFile(ownNamespace, name, "/dev/stdin", key)}`;
}

/** The command that makes a Secret of files that hold one value each. */
export function secretFromFiles(ownNamespace: string, name: string, keys: readonly string[]): string {
  const files = keys.map((key) => `--from-file=${key}=FILE`).join(" ");
  return `kubectl --namespace ${ownNamespace} create secret generic ${name} ${files}`;
}
