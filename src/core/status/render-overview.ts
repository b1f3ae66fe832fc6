import { type Attention, findAttention } from "./attention.ts";
import { bound } from "./bounded-list.ts";
import { badge, distance, mark, more } from "./elements.ts";
import { formatDuration, formatMoment } from "./format-time.ts";
import { type Html, type HtmlValue, html } from "./html.ts";
import { mappingAnchor } from "./render-mapping.ts";
import type { StatusReport } from "./status-report.ts";

/** What needs attention is listed up to here: whoever has more begins with these. */
const MOST_ATTENTION = 12;

/** Whether all is well, what is not, and how the replica is. */
export function renderOverview(report: StatusReport): Html {
  return html`<section aria-labelledby="overall">${renderOverall(report)}${renderFacts(report)}</section>`;
}

/** The whole in one sentence: the heading, and the title of the window. */
export function summarize(attention: readonly Attention[]): string {
  if (attention.length === 0) return "All is well";
  return attention.length === 1 ? "One thing needs attention" : `${attention.length} things need attention`;
}

function renderOverall(report: StatusReport): Html {
  const attention = findAttention(report);
  const tone = attention.length === 0 ? "good" : attention.some(isProblem) ? "bad" : "warn";
  const head = html`<div class="overall">${mark(tone)}<div><h1 id="overall">${summarize(attention)}</h1>
<p class="soft">as ${report.replica.instance} sees it at <time datetime="${new Date(report.at).toISOString()}">${formatMoment(report.at)} UTC</time></p></div></div>`;
  if (attention.length === 0) return head;
  const shown = bound(attention, MOST_ATTENTION);
  const rest = more(shown, "below");
  return html`${head}<ul class="attention card">${shown.items.map(renderAttention)}${
    rest === null ? null : html`<li class="soft">${rest}</li>`
  }</ul>`;
}

function isProblem({ level }: Attention): boolean {
  return level === "problem";
}

function renderAttention(attention: Attention): Html {
  const { mapping, text } = attention;
  const name = mapping === null ? null : html`<a href="#${mappingAnchor(mapping)}">${mapping}</a>: `;
  const word = isProblem(attention) ? "Problem" : "Notice";
  return html`<li>${mark(isProblem(attention) ? "bad" : "warn")}<span><span class="unseen">${word}: </span>${name}${text}</span></li>`;
}

function renderFacts({
  at,
  replica,
  leadership,
  certificate,
  config,
  namespaces,
  mappings,
}: StatusReport): Html {
  const count = mappings.items.length + mappings.more;
  const fact = (name: string, ...content: readonly HtmlValue[]): Html =>
    html`<div><dt>${name}</dt><dd>${content}</dd></div>`;
  const note = (text: HtmlValue): Html => html`<div class="soft small">${text}</div>`;
  return html`<dl class="facts card">${[
    fact(
      "Reviews",
      replica.problem === null ? badge("good", "ready") : badge("bad", "not ready"),
      replica.problem === null ? null : note(replica.problem),
    ),
    fact("Leadership", renderLeadership({ leadership, replica }), note(describeLease(leadership))),
    fact(
      "Running",
      html`<time datetime="${new Date(replica.startedAt).toISOString()}">for ${formatDuration(at - replica.startedAt)}</time>`,
      note(`since ${formatMoment(replica.startedAt)}`),
    ),
    fact(
      "Certificate",
      certificate === null
        ? "none yet"
        : html`${certificate.expiresAt > at ? "ends" : "ended"} ${distance(certificate.expiresAt, at)}`,
    ),
    fact(
      "Configuration",
      config.refused === null ? badge("good", "in force") : badge("bad", "a change is refused"),
      note(
        html`<code>${config.path}</code> <span class="moment">read ${formatMoment(config.loadedAt)}</span>`,
      ),
      config.refused === null ? null : renderRefused(config.refused),
    ),
    fact(
      "Provisioning",
      html`<code>${config.provisioning}</code>`,
      note(
        `${count} ${count === 1 ? "mapping" : "mappings"}, ${namespaces.toLocaleString("en")} ${namespaces === 1 ? "namespace" : "namespaces"}`,
      ),
    ),
  ]}</dl>`;
}

function renderLeadership({ leadership, replica }: Pick<StatusReport, "leadership" | "replica">): Html {
  if (leadership.leads) return badge("good", "leads");
  if (leadership.holder !== null) return badge("none", "follows");
  return replica.problem === null ? badge("bad", "nobody leads") : badge("none", "not known yet");
}

function describeLease({ leads, lease, holder }: StatusReport["leadership"]): Html | string {
  if (lease === null) return "standalone: there is nobody else";
  const name = html`Lease <code>${lease}</code>`;
  return leads || holder === null ? name : html`${name} is held by <code>${holder}</code>`;
}

function renderRefused({ at, problems }: NonNullable<StatusReport["config"]["refused"]>): Html {
  const rest = more(problems, "problems");
  return html`<div class="small">Refused at ${formatMoment(at)}:</div><ul class="problems">${problems.items.map(
    (problem) => html`<li>${problem}</li>`,
  )}${rest === null ? null : html`<li>${rest}</li>`}</ul>`;
}
