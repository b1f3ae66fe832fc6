import { LONGEST_SILENCE_SECONDS } from "./attention.ts";
import { badge, NOTHING, table } from "./elements.ts";
import { formatDuration } from "./format-time.ts";
import { type Html, html } from "./html.ts";
import type { WatchHealth } from "./status-report.ts";

/** How well each resource of the cluster is followed. */
export function renderWatches(watches: readonly WatchHealth[]): Html {
  const columns = [
    { title: "Resource" },
    { title: "State" },
    { title: "Watches", className: "number" },
    { title: "Last heard of", className: "number" },
  ];
  return html`<section aria-labelledby="watches"><h2 id="watches">Watches</h2><div class="card">${
    watches.length === 0
      ? html`<p class="empty">Nothing is watched: this pullcred runs standalone, without a cluster.</p>`
      : table("How each resource of the cluster is followed", columns, watches.map(renderWatch))
  }</div></section>`;
}

function renderWatch(watch: WatchHealth): readonly (Html | string | number)[] {
  const { resource, seconds, watches } = watch;
  const heard = watches === 0 ? NOTHING : `${formatDuration(seconds * 1_000)} ago`;
  return [html`<code>${resource}</code>`, renderState(watch), watches, heard];
}

function renderState({ seconds, watches, unsynced }: WatchHealth): Html {
  if (watches === 0) return badge("none", "nothing to follow");
  if (unsynced > 0)
    return badge("bad", unsynced === watches ? "not listed yet" : `${unsynced} not listed yet`);
  return seconds > LONGEST_SILENCE_SECONDS ? badge("bad", "silent") : badge("good", "followed");
}
