import { CopyResult } from "../copy/copy-result.ts";
import { Reason } from "../policy/reason.ts";
import { badge, NOTHING, type Tone, table } from "./elements.ts";
import { formatMilliseconds, formatMoment } from "./format-time.ts";
import { type Html, html } from "./html.ts";
import type { RecentDecision } from "./recent-decisions.ts";

/** The last reviews of Pods, the newest first. */
export function renderDecisions(decisions: readonly RecentDecision[]): Html {
  const columns = [
    { title: "Time", className: "nowrap" },
    { title: "Namespace" },
    { title: "Pod" },
    { title: "Decision" },
    { title: "Added" },
    { title: "Took", className: "number" },
  ];
  return html`<section aria-labelledby="decisions"><div class="heading"><h2 id="decisions">Last decisions</h2><p class="soft small">${summarize(
    decisions,
  )}</p></div><div class="card">${
    decisions.length === 0
      ? html`<p class="empty">No Pod was reviewed here since this replica started. Other replicas have pages of their own.</p>`
      : table(
          "The last reviews of Pods that this replica answered, the newest first",
          columns,
          decisions.map(renderDecision),
        )
  }</div></section>`;
}

function summarize(decisions: readonly RecentDecision[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of decisions) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
}

function renderDecision(decision: RecentDecision): readonly (Html | string)[] {
  const { at, namespace, pod, added, seconds } = decision;
  return [
    html`<time datetime="${new Date(at).toISOString()}">${formatMoment(at).slice(11)}</time>`,
    html`<code>${namespace}</code>`,
    html`<code>${pod === "" ? "(no name)" : pod}</code>`,
    html`${badge(toneOf(decision), decision.reason)}${renderNotes(decision)}`,
    added.length === 0 ? NOTHING : html`<code>${added.join(", ")}</code>`,
    formatMilliseconds(seconds),
  ];
}

const FINE: readonly CopyResult[] = [CopyResult.Current, CopyResult.Written, CopyResult.DryRun];

/** Whether it was a dry run, and what of the copies was not as it should be. */
function renderNotes({ copies, dryRun }: RecentDecision): Html | null {
  const troubles = [...new Set(copies)].filter((result) => !FINE.includes(result));
  const notes = dryRun ? ["dry run", ...troubles] : troubles;
  return notes.length === 0 ? null : html` <span class="soft small">${notes.join(", ")}</span>`;
}

function toneOf({ reason, copies }: RecentDecision): Tone {
  if (copies.some((result) => !FINE.includes(result))) return "warn";
  if (reason === Reason.Injected || reason === Reason.AlreadyPresent) return "good";
  return reason === Reason.SecretNotMountable ? "warn" : "none";
}
