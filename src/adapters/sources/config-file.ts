import { readFile } from "node:fs/promises";
import { readAuthEntries } from "../../core/credential/auth-entries.ts";
import type {
  CredentialFinding,
  DecodedCredentials,
  RegistryCredential,
} from "../../core/credential/credentials.ts";
import {
  conclude,
  decodeDockercfg,
  parseDockerConfig,
  readFields,
} from "../../core/credential/docker-config.ts";
import { type HelperQuestion, planHelpers } from "../../core/credential/helper-plan.ts";
import { describeServer } from "../../core/credential/server-name.ts";
import type { CredentialSource, SourceResult } from "../../core/credential/source.ts";
import { PullcredError } from "../../core/error.ts";
import { isJsonObject, type JsonObject } from "../../core/json/json-object.ts";
import type { Clock } from "../../core/time/clock.ts";
import { explainReadError } from "../files/explain-read-error.ts";
import { watchFile } from "../files/watch-file.ts";
import { askHelpers, type HelperOptions } from "./ask-helpers.ts";
import { type HelperResult, isHelperSuffix } from "./credential-helper.ts";
import { toSourceResult } from "./to-source-result.ts";

export type ConfigFileOptions = {
  readonly path: string;
  readonly matchImages: readonly string[];
  readonly helper: HelperOptions;
  readonly clock: Clock;
};

/** As long as kubelet itself keeps what it read from a node's config.json; helpers' credentials may expire. */
const HELPER_INTERVAL_MS = 5 * 60_000;

/** A docker `config.json` as a source of credentials, with the credential helpers that it names. */
export function configFileSource({ path, matchImages, helper, clock }: ConfigFileOptions): CredentialSource {
  let usesHelpers = false;
  /** What helpers answered last: one that fails for a moment takes nothing away. */
  const answered = new Map<string, RegistryCredential>();

  async function read(signal?: AbortSignal): Promise<SourceResult> {
    const text = await readText(path, signal);
    if (text === null) return { kind: "missing", message: `there is no file ${path}: mount it, or log in` };
    const parsed = parseDockerConfig(text);
    if (!parsed.ok) return toResult({ ok: false, problems: [parsed.problem] });
    if (isLegacy(parsed.value)) return toResult(decodeDockercfg(text));
    return readConfig(parsed.value, signal);
  }

  async function readConfig(config: JsonObject, signal?: AbortSignal): Promise<SourceResult> {
    const plan = planHelpers(config, matchImages);
    usesHelpers = plan.questions.length > 0;
    const { auths } = readFields(config);
    const entries = readAuthEntries(isJsonObject(auths) ? auths : {}, "auths");
    const problems = [...plan.problems, ...entries.problems];
    if (auths !== null && !isJsonObject(auths))
      problems.push({ path: "auths", message: "must be an object" });
    const credentials = new Map(entries.credentials);
    const empty = new Map(entries.empty);
    const findings: CredentialFinding[] = [];
    const questions = problems.length === 0 ? plan.questions : [];
    const results = await askHelpers(questions, helper, signal);
    for (const [index, question] of questions.entries()) {
      const result = results[index];
      const finding = result === undefined ? null : take(question, result);
      const credential = answered.get(question.server);
      if (credential !== undefined) credentials.set(question.server, credential);
      if (credential !== undefined || finding !== null) empty.delete(question.server);
      if (finding !== null) findings.push(finding);
    }
    return toResult(conclude({ credentials, empty, problems }, "auths", findings));
  }

  /** What is wrong in the file is told with its path: it is no field of the mapping. */
  function toResult(decoded: DecodedCredentials): SourceResult {
    const place = (found: readonly CredentialFinding[]): readonly CredentialFinding[] =>
      found.map((one) => ({ ...one, path: one.path === "" ? path : `${path}: ${one.path}` }));
    const placed: DecodedCredentials = decoded.ok
      ? { ...decoded, findings: place(decoded.findings) }
      : { ok: false, problems: place(decoded.problems) };
    return toSourceResult(placed, matchImages);
  }

  /** Keeps a helper's answer, and says what a person should know. */
  function take(question: HelperQuestion, result: HelperResult): CredentialFinding | null {
    const { server, suffix, path: place, isExpected } = question;
    const shown = describeServer(server);
    // Whatever cannot be a name may be a credential that was put in the wrong place.
    const name = isHelperSuffix(suffix) ? `docker-credential-${suffix}` : "the helper";
    if (result.kind === "failed") {
      return { path: place, message: `${name} ${result.problem}, asked for ${shown}` };
    }
    answered.delete(server);
    if (result.kind === "credential") {
      answered.set(server, { username: result.username, password: result.password });
      return null;
    }
    if (result.kind === "identityToken") {
      return {
        path: place,
        message: `${name} has only a token for ${shown}, which kubelet ignores`,
      };
    }
    return isExpected ? { path: place, message: `${name} has no credential for ${shown}` } : null;
  }

  function watch(onChange: () => void): () => void {
    const unwatch = watchFile(path, onChange);
    const refresh = (): void => {
      cancel = clock.after(HELPER_INTERVAL_MS, refresh);
      if (usesHelpers) onChange();
    };
    let cancel = clock.after(HELPER_INTERVAL_MS, refresh);
    return () => {
      unwatch();
      cancel();
    };
  }

  return { read, watch };
}

/** The text of a file; null where there is none. */
async function readText(path: string, signal?: AbortSignal): Promise<string | null> {
  try {
    return await readFile(path, { encoding: "utf8", ...(signal && { signal }) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    signal?.throwIfAborted();
    const problem = explainReadError(error);
    throw new PullcredError("FileUnreadable", `could not read ${path}: ${problem}`, { cause: error });
  }
}

/** A `.dockercfg`: the map of servers by itself. */
function isLegacy(config: JsonObject): boolean {
  const { auths, credsStore, credHelpers } = readFields(config);
  const hasNewFields = [auths, credsStore, credHelpers].some((field) => field !== null);
  const values = Object.values(config);
  return !hasNewFields && values.length > 0 && values.every(isJsonObject);
}
