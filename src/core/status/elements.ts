import type { BoundedList } from "./bounded-list.ts";
import { formatDistance, formatMoment } from "./format-time.ts";
import { type Html, type HtmlValue, html } from "./html.ts";

/** How something is, from well to not: `none` is neither. */
export type Tone = "good" | "warn" | "bad" | "none";

/** Each has a sign of its own, so that no color has to be told from another. */
const SIGNS: Readonly<Record<Tone, string>> = { good: "✓", warn: "!", bad: "✕", none: "–" };

/** The sign of a tone. What it means must stand beside it in words. */
export function mark(tone: Tone): Html {
  return html`<span class="mark ${tone}" aria-hidden="true">${SIGNS[tone]}</span>`;
}

/** A state in a word or two, with its sign. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${SIGNS[tone]}</span> ${text}</span>`;
}

/** A moment as people ask for it, how far from now, with the moment itself beside it. */
export function distance(ms: number, now: number): Html {
  return html`<time datetime="${new Date(ms).toISOString()}">${formatDistance(ms, now)}</time> <span class="moment">${formatMoment(ms)}</span>`;
}

/** What a cell without content shows; where a table is a list, its line is left out. */
export const NOTHING: Html = html`<span class="soft void">–</span>`;

/** What was left out of a list, as its last word; null where nothing was. */
export function more({ items, more }: BoundedList<unknown>, what: string): string | null {
  if (more === 0) return null;
  const count = more.toLocaleString("en");
  return items.length === 0 ? `${count} ${what}` : `and ${count} more ${what}`;
}

/** A column of a table. The first one names its row. */
export type Column = { readonly title: string; readonly className?: string };

/**
 * A table that becomes a list of its rows where the window is narrow. Its roles are written out, because a browser forgets
 * them with the layout.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly HtmlValue[])[],
): Html {
  const heads = columns.map(
    ({ title, className }) =>
      html`<th role="columnheader" scope="col" class="${className ?? ""}">${title}</th>`,
  );
  return html`<table class="rows" role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => row(columns, cells))}</tbody></table>`;
}

function row(columns: readonly Column[], cells: readonly HtmlValue[]): Html {
  const filled = columns.map(({ title, className = "" }, index) => {
    const content = html`<span>${cells[index] ?? null}</span>`;
    return index === 0
      ? html`<th role="rowheader" scope="row" class="${className}" data-label="${title}">${content}</th>`
      : html`<td role="cell" class="${className}" data-label="${title}">${content}</td>`;
  });
  return html`<tr role="row">${filled}</tr>\n`;
}
