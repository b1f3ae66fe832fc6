import type { Verification } from "../../../controllers/credential-verifier.ts";
import type { OriginTrouble } from "../../../controllers/origin-keeper.ts";
import { type OriginSight, originStateOf } from "../../../controllers/origin-states.ts";
import type { Mapping } from "../../../core/config/compile.ts";
import { readExpiry } from "../../../core/refresh/validity-annotations.ts";
import { bound } from "../../../core/status/bounded-list.ts";
import type { OriginStatus } from "../../../core/status/status-report.ts";
import { originName } from "../../scopes.ts";

type Context = OriginSight & {
  readonly refreshProblem: string | undefined;
  readonly verification: Verification | undefined;
};

const MOST_PROBLEMS = 10;

/** How a mapping's credential is, and nothing of the credential itself. */
export function describeOrigin(mapping: Mapping, context: Context): OriginStatus {
  const { origins, secrets, ownNamespace, refreshProblem, verification } = context;
  const name = originName(mapping);
  const present = secrets.peek(ownNamespace, name);
  const origin = origins.of(mapping.name);
  const trouble = origins.troubleOf(mapping.name) ?? (origin.kind === "ready" ? undefined : origin);
  return {
    secret: { namespace: ownNamespace, name },
    state: originStateOf(mapping, context),
    problems: bound(trouble === undefined ? [] : listProblems(trouble), MOST_PROBLEMS),
    expiresAt: (present && readExpiry(present, mapping)) ?? null,
    refreshProblem: refreshProblem ?? null,
    verification:
      verification === undefined
        ? null
        : { verdict: verification.verdict, concludedAt: verification.concludedAt ?? null },
  };
}

function listProblems(trouble: OriginTrouble): readonly string[] {
  if (trouble.kind === "missing") return [trouble.message];
  return trouble.problems.map(({ path, message }) => `${path} ${message}`);
}
