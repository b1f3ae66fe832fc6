import { dirname, resolve } from "node:path";
import { isJsonObject, type JsonObject } from "../../../core/json/json-object.ts";
import { quoteName } from "../../../core/kubeconfig/kubeconfig-error.ts";
import type { KubeconfigEntry } from "../../../core/kubeconfig/parse-kubeconfig.ts";
import { runProgram } from "../../process/run-program.ts";
import { entryError } from "./kubeconfig-fields.ts";
import type { Login } from "./kubeconfig-login.ts";

/** Some wait for a browser in which somebody signs in. */
const LONGEST_RUN_MS = 120_000;
const BY_HAND = "run it by hand";

/**
 * Asks the exec plugin of a kubeconfig's user. It has nobody to talk to: a plugin that wants an answer is run by hand once,
 * and remembers. What it writes is not told, because it may be a credential.
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins)
 */
export async function askExecPlugin(
  user: KubeconfigEntry,
  exec: JsonObject,
  environment: NodeJS.ProcessEnv,
  longestRun = LONGEST_RUN_MS,
): Promise<Login> {
  const { command, args, env, apiVersion } = exec;
  const fail = (problem: string): Error => entryError(user, "user", `its exec plugin ${problem}`);
  if (typeof command !== "string" || command === "") throw fail("has no command");
  const plugin = quoteName(command);
  const info = { apiVersion, kind: "ExecCredential", spec: { interactive: false } };
  const run = {
    program: command.includes("/") ? resolve(dirname(user.file), command) : command,
    args: readTexts(args),
    input: "",
    environment: { ...environment, ...readVariables(env), KUBERNETES_EXEC_INFO: JSON.stringify(info) },
  };
  const tooLate = AbortSignal.timeout(longestRun);
  const ended = await runProgram(run, tooLate).catch(() => `did not end in time: ${BY_HAND}`);
  if (typeof ended === "string") throw fail(`${plugin} ${ended}`);
  if (ended.code !== 0) {
    const how = ended.code === null ? "was ended by a signal" : `failed with exit code ${ended.code}`;
    throw fail(`${plugin} ${how}: ${BY_HAND}`);
  }
  const login = readCredential(ended.output);
  if (login === undefined) throw fail(`${plugin} did not answer JSON: ${BY_HAND}`);
  if (login.headers === undefined && login.cert === undefined)
    throw fail(`${plugin} gave no credential: ${BY_HAND}`);
  return login;
}

function readTexts(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function readVariables(list: unknown): NodeJS.ProcessEnv {
  const variables: readonly unknown[] = Array.isArray(list) ? list : [];
  return Object.fromEntries(
    variables.filter(isJsonObject).map(({ name, value }) => [String(name), String(value ?? "")]),
  );
}

/** The credential in an ExecCredential; undefined where it is not even JSON. */
function readCredential(output: string): Login | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return undefined;
  }
  const status = isJsonObject(answer) && isJsonObject(answer.status) ? answer.status : {};
  const { token, clientCertificateData: cert, clientKeyData: key } = status;
  return {
    ...(typeof token === "string" && token !== "" && { headers: { Authorization: `Bearer ${token}` } }),
    ...(typeof cert === "string" && cert !== "" && { cert }),
    ...(typeof key === "string" && key !== "" && { key }),
  };
}
