import type { ExecConfig } from "../../../core/config/sources/exec-schema.ts";
import type { CredentialFinding, RegistryCredential } from "../../../core/credential/credentials.ts";
import { conclude } from "../../../core/credential/docker-config.ts";
import type { CredentialSource, SourceResult } from "../../../core/credential/source.ts";
import { representativeImage } from "../../../core/credential-provider/representative-image.ts";
import type { ProviderResponse } from "../../../core/credential-provider/response.ts";
import { ErrorCode, PullcredError } from "../../../core/error.ts";
import { parseImageReference, repositoryName } from "../../../core/image/reference.ts";
import type { Clock } from "../../../core/time/clock.ts";
import { parseGoDuration } from "../../../core/time/go-duration.ts";
import { toSourceResult } from "../to-source-result.ts";
import { askPlugin, nameOfPlugin } from "./ask-plugin.ts";

export type ExecSourceOptions = {
  readonly config: ExecConfig;
  readonly matchImages: readonly string[];
  /** Pullcred's own environment, of which a plugin gets what the configuration names. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** How long the plugin has for all of its answers, in milliseconds. */
  readonly timeout?: number;
};

type Answer = { readonly image: string; readonly response: ProviderResponse };

/** As long as kubelet waits. */
const TIMEOUT_MS = 60_000;
/** What is to be kept for less is no promise that could be kept ahead of: such a plugin is asked every minute. */
const SHORTEST_PROMISE_MS = 60_000;
const DEFAULT_CACHE_DURATION = "10m";

/** A kubelet credential provider as a source of credentials. */
export function execSource(options: ExecSourceOptions): CredentialSource {
  const { config, matchImages, environment, clock, timeout = TIMEOUT_MS } = options;
  const name = nameOfPlugin(config);
  const images = imagesToAsk(config, matchImages);
  let isAskedOften = false;

  async function read(signal?: AbortSignal): Promise<SourceResult> {
    const asked = clock.now();
    const deadline = AbortSignal.timeout(timeout);
    const ending = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const answers: Answer[] = [];
    for (const image of images) {
      if (answers.some((answer) => isGoodFor(answer, image))) continue;
      const decoded = await ask(image, ending, signal);
      if (!decoded.ok)
        return { kind: "broken", problems: [{ path: `the answer of ${name}`, message: decoded.problem }] };
      answers.push({ image, response: decoded.response });
    }
    return toResult(answers, asked);
  }

  async function ask(
    image: string,
    ending: AbortSignal,
    signal: AbortSignal | undefined,
  ): ReturnType<typeof askPlugin> {
    try {
      return await askPlugin(config, image, environment, ending);
    } catch (error) {
      if (signal?.aborted || !ending.aborted) throw error;
      const problem = `could not ask ${name} for ${image}: it did not answer within ${timeout / 1_000} s`;
      throw new PullcredError(ErrorCode.SourceFailed, problem);
    }
  }

  function toResult(answers: readonly Answer[], asked: number): SourceResult {
    const lifetime = Math.min(...answers.map(({ response }) => lifetimeOf(response, config)));
    isAskedOften = lifetime < SHORTEST_PROMISE_MS;
    const credentials = new Map<string, RegistryCredential>();
    const empty = new Map<string, string>();
    for (const { response } of answers) {
      for (const [pattern, credential] of response.auth) {
        const isWhole = credential.username !== "" && !credential.password.isEmpty;
        if (isWhole) credentials.set(pattern, credential);
        else empty.set(pattern, "has no username, or no password");
      }
    }
    if (credentials.size + empty.size === 0) {
      const asking = answers.map(({ image }) => image).join(", ");
      return { kind: "missing", message: `${name} has no credential for ${asking}` };
    }
    const decoded = conclude({ credentials, empty, problems: [] }, "auth", findNarrow(answers));
    const result = toSourceResult(decoded, matchImages);
    if (result.kind !== "credentials" || isAskedOften) return result;
    return { ...result, expiresAt: asked + lifetime };
  }

  return {
    read,
    watch(onChange) {
      const again = (): void => {
        cancel = clock.after(SHORTEST_PROMISE_MS, again);
        if (isAskedOften) onChange();
      };
      let cancel = clock.after(SHORTEST_PROMISE_MS, again);
      return () => cancel();
    },
  };
}

function imagesToAsk({ image }: ExecConfig, matchImages: readonly string[]): readonly string[] {
  if (image === undefined)
    return [...new Set(matchImages.flatMap((text) => representativeImage(text) ?? []))];
  const parsed = parseImageReference(image);
  return [parsed.ok ? repositoryName(parsed.reference) : image];
}

function isGoodFor({ image, response: { cacheKeyType } }: Answer, other: string): boolean {
  const isSameRegistry = image.split("/", 1)[0] === other.split("/", 1)[0];
  return cacheKeyType === "Global" || (cacheKeyType === "Registry" && isSameRegistry);
}

function lifetimeOf({ cacheDuration }: ProviderResponse, { defaultCacheDuration }: ExecConfig): number {
  return cacheDuration ?? parseGoDuration(defaultCacheDuration ?? DEFAULT_CACHE_DURATION) ?? 0;
}

/** A copy serves all images of its patterns, whatever the plugin was asked for. */
function findNarrow(answers: readonly Answer[]): readonly CredentialFinding[] {
  return answers
    .filter(({ response }) => response.cacheKeyType === "Image")
    .map(({ image }) => ({
      path: "cacheKeyType",
      message: `is Image, so that what the plugin answers for ${image} may be good for that image only`,
    }));
}
