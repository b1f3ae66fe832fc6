import { isJsonObject } from "../../json/json-object.ts";

/** What of a plugin's environment may stand in a configuration, and what pullcred has to pass on. */
export type PluginEnvironment = {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly passEnv: readonly string[];
};

/** The variables whose values are no secrets. Any other's value may be one, and is left out. */
const OPEN = /^(?:HOME|PATH|TZ|LANG)$|_(?:FILE|PATH|DIR|REGION|PROFILE|ROLE_ARN|LEVEL)$/;

/** Reads the `env` of a provider. */
export function readPluginEnvironment(env: unknown): PluginEnvironment {
  const variables = (Array.isArray(env) ? env : []).filter(isJsonObject).flatMap(({ name, value }) => {
    return typeof name === "string" && name !== ""
      ? [{ name, value: typeof value === "string" ? value : "" }]
      : [];
  });
  return {
    env: variables.filter(({ name }) => OPEN.test(name)),
    passEnv: [...new Set(variables.filter(({ name }) => !OPEN.test(name)).map(({ name }) => name))],
  };
}
