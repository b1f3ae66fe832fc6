import { findAttention } from "./attention.ts";
import { more } from "./elements.ts";
import { Html, html } from "./html.ts";
import { renderDecisions } from "./render-decisions.ts";
import { renderMapping } from "./render-mapping.ts";
import { renderOverview, summarize } from "./render-overview.ts";
import { renderWatches } from "./render-watches.ts";
import type { StatusReport } from "./status-report.ts";
import { STYLE } from "./style.ts";

/** The icon of the window: a key's hole. It stands in the page, as everything else. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%231d55c4'/%3E%3Cpath d='M8 3.5a2.4 2.4 0 0 0-1.2 4.5L6 12.5h4L9.2 8A2.4 2.4 0 0 0 8 3.5z' fill='%23fff'/%3E%3C/svg%3E";

/** The whole status page. It needs nothing but itself: no script, no font, no image from anywhere. */
export function renderPage(report: StatusReport): string {
  const { replica, mappings, watches, decisions, at } = report;
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${summarize(findAttention(report))} · pullcred</title>
<link rel="icon" href="${ICON}">
<style>${new Html(STYLE)}</style>
</head>
<body>
<header class="top"><p class="brand">pullcred <span>${replica.release === "pullcred" ? null : `${replica.release} `}in namespace ${replica.namespace}</span></p>
<nav aria-label="On this page"><ul><li><a href="#mappings">Mappings</a></li><li><a href="#decisions">Decisions</a></li><li><a href="#watches">Watches</a></li><li><a href="status.json">JSON</a></li></ul></nav></header>
<main>
${renderOverview(report)}
${renderMappings(mappings, at)}
${renderDecisions(decisions)}
${renderWatches(watches)}
</main>
<footer class="end"><span>pullcred ${replica.version}</span><span>Times are UTC.</span><span>This page is of one replica, and does not reload itself.</span></footer>
</body>
</html>
`);
}

function renderMappings(mappings: StatusReport["mappings"], now: number): Html {
  const rest = more(mappings, "mappings");
  return html`<section aria-labelledby="mappings"><h2 id="mappings">Mappings</h2>${
    mappings.items.length === 0
      ? html`<p class="card empty">The configuration has no mapping yet: add one below <code>registries</code>.</p>`
      : html`<div class="mappings">${mappings.items.map((mapping) => renderMapping(mapping, now))}</div>`
  }${rest === null ? null : html`<p class="soft">${rest}</p>`}</section>`;
}
