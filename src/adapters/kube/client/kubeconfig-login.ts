import type { RequestOptions } from "node:https";
import { isJsonObject } from "../../../core/json/json-object.ts";
import { quoteName } from "../../../core/kubeconfig/kubeconfig-error.ts";
import type { KubeconfigEntry } from "../../../core/kubeconfig/parse-kubeconfig.ts";
import { askExecPlugin } from "./exec-plugin.ts";
import { entryError } from "./kubeconfig-fields.ts";

/** What a program or a service gave a user to be known by. */
export type Login = Pick<RequestOptions, "headers" | "cert" | "key">;

/** Asks the exec plugin or the auth provider of a kubeconfig's user, if it has one. */
export async function logIn(user: KubeconfigEntry, environment: NodeJS.ProcessEnv): Promise<Login> {
  const { exec, "auth-provider": authProvider } = user.fields;
  if (exec) return askExecPlugin(user, isJsonObject(exec) ? exec : {}, environment);
  return authProvider ? askProvider(user, authProvider) : {};
}

/**
 * Asks an auth provider, with client-node. Importing it takes over a second and 90 MB, so that nobody else does. What goes
 * wrong is told in words of our own: client-node's messages may hold what it was given.
 */
async function askProvider(user: KubeconfigEntry, authProvider: unknown): Promise<Login> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const kubeconfig = new KubeConfig();
  const cluster = { name: "", server: "https://localhost", skipTLSVerify: false };
  kubeconfig.loadFromClusterAndUser(cluster, { name: user.name, authProvider });
  const options: RequestOptions = {};
  const failure = await kubeconfig.applyToHTTPSOptions(options).catch((error: unknown) => error);
  // An answer without a credential would be taken for nobody's.
  const isKnown =
    options.cert !== undefined || (isJsonObject(options.headers) && "Authorization" in options.headers);
  if (failure === undefined && isKnown) return options;
  throw entryError(user, "user", explainProvider(authProvider));
}

function explainProvider(authProvider: unknown): string {
  const { name } = isJsonObject(authProvider) ? authProvider : {};
  const which = typeof name === "string" ? ` ${quoteName(name)}` : "";
  return `its auth-provider${which} gave no credential: sign in again, or use an exec plugin`;
}
