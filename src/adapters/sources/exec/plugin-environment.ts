import type { ExecConfig } from "../../../core/config/sources/exec-schema.ts";

/** What every program may need; all else of pullcred's own environment has to be named. */
const ALWAYS = ["PATH", "HOME"];

/** The environment of a plugin: what is passed on, then what the configuration sets. */
export function pluginEnvironment(
  { env = [], passEnv = [] }: Pick<ExecConfig, "env" | "passEnv">,
  own: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const passed = [...ALWAYS, ...passEnv].flatMap((name) => {
    const value = own[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries([...passed, ...env.map(({ name, value }) => [name, value])]);
}
