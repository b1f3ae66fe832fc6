import { CopyResult } from "../copy/copy-result.ts";
import { Verdict } from "../verify/verdict.ts";
import { judgeMapping } from "./attention.ts";
import { badge, distance, more, table } from "./elements.ts";
import { type Html, html } from "./html.ts";
import type {
  CopyState,
  MappingStatus,
  OriginStatus,
  TroubledCopy,
  VerificationStatus,
} from "./status-report.ts";

const STATES: readonly CopyState[] = ["current", "stale", "missing", "foreign"];

/** Where on the page a mapping is. */
export function mappingAnchor(name: string): string {
  return `mapping-${name}`;
}

/** One mapping: what it matches, where its credential comes from, and how its copies are. */
export function renderMapping(mapping: MappingStatus, now: number): Html {
  const { name, secretName, inject, matchImages, source, origin, copies, troubled } = mapping;
  const rest = more(matchImages, "patterns");
  const anchor = mappingAnchor(name);
  return html`<article class="mapping card" id="${anchor}" aria-labelledby="${anchor}-name">
<header><h3 id="${anchor}-name">${name}</h3><span class="badges">${renderState(mapping, now)}</span></header>
<dl>
<div><dt>${inject === "always" ? "Every Pod, and images of" : "Images of"}</dt><dd><ul class="patterns">${matchImages.items.map(
    (pattern) => html`<li><code>${pattern}</code></li>`,
  )}${rest === null ? null : html`<li class="soft small">${rest}</li>`}</ul></dd></div>
<div><dt>Credential</dt><dd>${renderOrigin(source, origin, now)}</dd></div>
<div><dt>Copies named <code>${secretName}</code></dt><dd>${renderCopies(copies)}</dd></div>
</dl>${renderTroubled(troubled)}</article>\n`;
}

function renderState(mapping: MappingStatus, now: number): Html {
  const attention = judgeMapping(mapping, now);
  if (attention.some(({ level }) => level === "problem")) return badge("bad", "has a problem");
  return attention.length > 0 ? badge("warn", "needs a look") : badge("good", "well");
}

const ORIGIN_WORDS: Readonly<Record<OriginStatus["state"], string>> = {
  current: "usable",
  kept: "the last good one, a new one is refused",
  missing: "none yet",
  broken: "refused",
  foreign: "a Secret that is not pullcred's, used as it is",
};

function renderOrigin(source: string, origin: OriginStatus, now: number): Html {
  const { secret, state, problems, expiresAt, refreshProblem, verification } = origin;
  const rest = more(problems, "problems");
  const listed = [...problems.items, ...(rest === null ? [] : [rest])];
  const told = refreshProblem === null ? listed : [...listed, `not refreshed: ${refreshProblem}`];
  return html`<div>${ORIGIN_WORDS[state]}${describeEnd(expiresAt, now)}</div>
<div class="soft small">from <code>${source}</code>, in Secret <code>${secret.namespace}/${secret.name}</code></div>${renderVerification(verification, now)}${
    told.length === 0 ? null : html`<ul class="problems">${told.map((text) => html`<li>${text}</li>`)}</ul>`
  }`;
}

const VERDICT_WORDS: Readonly<Partial<Record<Verdict, string>>> = {
  [Verdict.Works]: "its registries accept it",
  [Verdict.WrongCredentials]: "a registry refuses it, the log says which",
  [Verdict.Inconclusive]: "no registry could be asked yet",
};

/** Where there is no credential to try, the state says so. */
function renderVerification(verification: VerificationStatus | null, now: number): Html | null {
  const words = verification === null ? undefined : VERDICT_WORDS[verification.verdict];
  if (verification === null || words === undefined) return null;
  const { concludedAt } = verification;
  return html`<div class="small">${words}${concludedAt === null ? null : html`, tried ${distance(concludedAt, now)}`}</div>`;
}

function describeEnd(expiresAt: number | null, now: number): Html | null {
  if (expiresAt === null) return null;
  return expiresAt > now
    ? html`, expires ${distance(expiresAt, now)}`
    : html`, but expired ${distance(expiresAt, now)}`;
}

function renderCopies(copies: MappingStatus["copies"]): Html {
  const total = STATES.reduce((sum, state) => sum + copies[state], 0);
  const present = STATES.filter((state) => state === "current" || copies[state] > 0);
  if (total === 0)
    return html`<div>none yet</div><div class="soft small">one comes with the first Pod that needs it</div>`;
  return html`<div>${renderBar(copies, total)}</div><ul class="legend">${present.map(
    (state) => html`<li class="${state}">${copies[state].toLocaleString("en")} ${state}</li>`,
  )}</ul>`;
}

/** Says nothing that the words below it don't say. A part that is there is never too thin to be seen. */
function renderBar(copies: MappingStatus["copies"], total: number): Html {
  const widths = STATES.map((state) =>
    copies[state] === 0 ? 0 : Math.max(10, (copies[state] / total) * 1_000),
  );
  const sum = widths.reduce((a, b) => a + b, 0);
  let x = 0;
  const parts = STATES.map((state, index) => {
    const width = Math.round(((widths[index] ?? 0) / sum) * 1_000);
    const part = width === 0 ? null : html`<rect class="${state}" x="${x}" width="${width}" height="6"/>`;
    x += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true"><rect width="1000" height="6"/>${parts}</svg>`;
}

const REASON_WORDS: Readonly<Partial<Record<CopyResult, string>>> = {
  [CopyResult.Foreign]: "another one's Secret stands there and is used as it is",
  [CopyResult.NoCredential]: "it waits for the credential",
  [CopyResult.Withdrawn]: "the role that owns it is gone",
  [CopyResult.NamespaceTerminating]: "the namespace is on its way out",
  [CopyResult.Failed]: "it could not be written, and is tried again",
  [CopyResult.Delayed]: "the leader has not come to it yet",
};

function renderTroubled(troubled: MappingStatus["troubled"]): Html | null {
  const count = troubled.items.length + troubled.more;
  if (count === 0) return null;
  const rest = more(troubled, "namespaces");
  const columns = [{ title: "Namespace" }, { title: "Copy", className: "nowrap" }, { title: "Why" }];
  const rows = troubled.items.map((copy) => [
    html`<code>${copy.namespace}</code>`,
    copy.state,
    explain(copy),
  ]);
  return html`<details open><summary>${count.toLocaleString("en")} ${count === 1 ? "namespace" : "namespaces"} without the current copy</summary>
${table("Namespaces without the current copy", columns, rows)}${rest === null ? null : html`<p class="soft small rest">${rest}</p>`}</details>`;
}

function explain({ reason, message }: TroubledCopy): Html {
  const words = message ?? REASON_WORDS[reason] ?? null;
  return html`<span class="nowrap">${reason}</span>${words === null ? null : html` <span class="soft">${words}</span>`}`;
}
