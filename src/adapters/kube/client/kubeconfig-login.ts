import type { RequestOptions } from "node:https";
import { isJsonObject } from "../../../core/json/json-object.ts";
import { quoteName } from "../../../core/kubeconfig/kubeconfig-error.ts";
import type { KubeconfigEntry } from "../../../core/kubeconfig/parse-kubeconfig.ts";
import { entryError } from "./kubeconfig-fields.ts";

/** What a program or a service gave a user to be known by. */
export type Login = Pick<RequestOptions, "headers" | "cert" | "key">;

/**
 * Asks the exec plugin or the auth provider of a kubeconfig's user, with client-node. Importing it takes over a second and
 * 90 MB, so that nobody else does. What goes wrong is told in words of our own: client-node's messages hold what the plugin
 * has written, also where that was a credential.
 */
export async function logIn(user: KubeconfigEntry): Promise<Login> {
  const { exec, "auth-provider": authProvider } = user.fields;
  if (!exec && !authProvider) return {};
  const { KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  const cluster = { name: "", server: "https://localhost", skipTLSVerify: false };
  kubeconfig.loadFromClusterAndUser(cluster, { name: user.name, exec, authProvider });
  const options: RequestOptions = {};
  const failure = await kubeconfig.applyToHTTPSOptions(options).catch((error: unknown) => error);
  // An answer without a credential would be taken for nobody's.
  const isKnown =
    options.cert !== undefined || (isJsonObject(options.headers) && "Authorization" in options.headers);
  if (failure === undefined && isKnown) return options;
  throw entryError(user, "user", exec ? explainPlugin(exec, failure) : explainProvider(authProvider));
}

function explainPlugin(exec: unknown, error: unknown): string {
  const { command } = isJsonObject(exec) ? exec : {};
  if (typeof command !== "string" || command === "") return "its exec plugin has no command";
  return `its exec plugin ${quoteName(command)} ${explainEnd(command, error)}`;
}

function explainEnd(command: string, failure: unknown): string {
  const { code, syscall } = (failure ?? {}) as NodeJS.ErrnoException;
  if (syscall?.startsWith("spawn")) {
    if (code !== "ENOENT") return `could not be run (${code})`;
    return command.includes("/") ? "is not there: install it" : "is not on the PATH: install it";
  }
  if (failure instanceof SyntaxError) return "did not answer JSON: run it by hand";
  const isEmpty = failure === undefined || failure instanceof TypeError;
  return isEmpty ? "gave no credential: run it by hand" : "failed: run it by hand";
}

function explainProvider(authProvider: unknown): string {
  const { name } = isJsonObject(authProvider) ? authProvider : {};
  const which = typeof name === "string" ? ` ${quoteName(name)}` : "";
  return `its auth-provider${which} gave no credential: sign in again, or use an exec plugin`;
}
