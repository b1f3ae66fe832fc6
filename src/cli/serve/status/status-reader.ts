import { expiryOf, type KeyPair } from "../../../adapters/tls/key-pair.ts";
import { createSurvey } from "../../../controllers/survey-copies.ts";
import type { Mapping } from "../../../core/config/compile.ts";
import { judgeMapping } from "../../../core/status/attention.ts";
import { bound } from "../../../core/status/bounded-list.ts";
import type { StatusBoard } from "../../../core/status/status-board.ts";
import type { ConfigStatus, MappingStatus, StatusReport } from "../../../core/status/status-report.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type { Readiness } from "../../../server/readiness.ts";
import { readVersion } from "../../version.ts";
import type { Backend } from "../backend.ts";
import type { ServeOptions } from "../command.ts";
import { describeOrigin } from "./describe-origin.ts";
import type { WebhookState } from "./webhook-state.ts";

export type StatusReaderOptions = {
  readonly options: Pick<ServeOptions, "config" | "namespace" | "release">;
  /** Names the process. */
  readonly instance: string;
  readonly backend: Backend;
  readonly board: StatusBoard;
  readonly state: WebhookState;
  readonly readiness: Pick<Readiness, "problem">;
  /** What is served with now. */
  readonly pair: () => KeyPair | undefined;
  readonly clock: Pick<Clock, "now">;
};

/** A page of more would be no page. Of more, those come first that need attention. */
const MOST_MAPPINGS = 100;
const MOST_PATTERNS = 20;
const MOST_PROBLEMS = 10;

/** Gathers what the status page tells, from what is known already: nobody is asked. */
export function createStatusReader(parts: StatusReaderOptions): () => StatusReport {
  const { options, instance, backend, board, readiness, pair, clock } = parts;
  const { namespace, release } = options;
  const { leadership } = backend;
  const startedAt = clock.now();
  const version = readVersion();

  return () => {
    const at = clock.now();
    const current = pair();
    return {
      at,
      replica: { version, instance, namespace, release, startedAt, problem: readiness.problem() },
      leadership: {
        leads: leadership.isHeld(),
        lease: leadership.lease?.name ?? null,
        holder: leadership.lease?.holder() ?? null,
      },
      certificate: current === undefined ? null : { expiresAt: expiryOf(current) },
      config: describeConfig(parts),
      namespaces: backend.namespaces.list().length,
      mappings: bound(byNeed(describeMappings(parts), at), MOST_MAPPINGS),
      watches: backend.watches(),
      decisions: board.decisions.list(),
    };
  };
}

function describeConfig({ options, state: { configFile } }: StatusReaderOptions): ConfigStatus {
  const refusal = configFile.refusal();
  return {
    path: options.config,
    provisioning: configFile.current().provisioning,
    loadedAt: configFile.loadedAt(),
    refused:
      refusal === undefined ? null : { at: refusal.at, problems: bound(refusal.problems, MOST_PROBLEMS) },
  };
}

function describeMappings({ options, backend, board, state }: StatusReaderOptions): readonly MappingStatus[] {
  const config = state.configFile.current();
  const ownNamespace = options.namespace;
  const survey = createSurvey({ ...backend, ...state, config, failures: board.failures, ownNamespace });
  const leads = backend.leadership.isHeld();
  const verifications = new Map(state.verification.known().map((known) => [known.registry, known]));
  return config.mappings.map((mapping: Mapping) => ({
    name: mapping.name,
    secretName: mapping.secretName,
    inject: mapping.inject,
    matchImages: bound(mapping.matchImages, MOST_PATTERNS),
    source: Object.keys(mapping.credentials)[0] ?? "",
    origin: describeOrigin(mapping, {
      ...{ origins: state.origins, secrets: backend.secrets, ownNamespace },
      // What a former source of that name failed on says nothing of a Secret.
      refreshProblem: leads && isRefreshed(mapping) ? board.refreshes.of(mapping.name) : undefined,
      verification: verifications.get(mapping.name),
    }),
    ...survey(mapping),
  }));
}

/** Whether pullcred fetches the credential by itself. */
function isRefreshed({ credentials }: Mapping): boolean {
  return !("secretRef" in credentials);
}

/** In the order of the configuration, as long as there is room for all. */
function byNeed(mappings: readonly MappingStatus[], now: number): readonly MappingStatus[] {
  if (mappings.length <= MOST_MAPPINGS) return mappings;
  const isWell = new Map(mappings.map((mapping) => [mapping, judgeMapping(mapping, now).length === 0]));
  return mappings.toSorted((a, b) => Number(isWell.get(a)) - Number(isWell.get(b)));
}
