/**
 * The look of the status page: two palettes that meet WCAG AA, no font, image or script from anywhere. It is allowed by its
 * digest, so it must stand in the page as it is here.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #e1e4ea; --ink: #14181f; --soft: #5a6372; --link: #1d55c4;
  --good: #17753f; --good-bg: #e4f4ea; --warn: #8a5300; --warn-bg: #fdf1d8; --bad: #b3261e; --bad-bg: #fce8e6;
  --none: #5a6372; --none-bg: #eceef2; --bar: #2f9e62; --bar-stale: #d99a1c; --bar-missing: #c9453c; --bar-foreign: #7a6fd0;
  --bar-none: #e1e4ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #161a21; --line: #282e38; --ink: #e7eaf0; --soft: #9aa4b3; --link: #8db4ff;
    --good: #6fd79c; --good-bg: #12301f; --warn: #f0bd5f; --warn-bg: #352710; --bad: #ff9a91; --bad-bg: #3b1815;
    --none: #9aa4b3; --none-bg: #222833; --bar: #3fae72; --bar-stale: #d99a1c; --bar-missing: #e0625a; --bar-foreign: #9186e6;
    --bar-none: #282e38;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
.top, main, .end { max-width: 70rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2rem); }
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 1.5rem; padding-block: 1.25rem; }
.brand { margin: 0; font-weight: 650; letter-spacing: -0.01em; }
.brand span { color: var(--soft); font-weight: 400; }
nav { margin-inline-start: auto; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.5rem; padding-block: 0.5rem 3rem; }
h1 { margin: 0; font-size: clamp(1.5rem, 1.2rem + 1.5vw, 2rem); line-height: 1.2; letter-spacing: -0.02em; font-weight: 650; }
h2 { margin: 0; font-size: 1.125rem; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; }
h3 { margin: 0; font-size: 1rem; font-weight: 650; }
p { margin: 0; }
a { color: var(--link); text-underline-offset: 0.2em; text-decoration-thickness: 0.06em; }
nav a { text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.9em; }
.soft { color: var(--soft); }
.small { font-size: 0.8125rem; }
section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.875rem; }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.125rem 0.75rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.overall { display: flex; gap: 0.875rem; align-items: flex-start; }
.overall .mark { width: 2rem; height: 2rem; margin-top: 0.125rem; font-size: 1.125rem; }
.mark {
  flex: none; display: inline-grid; place-items: center; width: 1.125rem; height: 1.125rem; border-radius: 50%;
  font-size: 0.75rem; line-height: 1; font-weight: 700;
}
.good { color: var(--good); background: var(--good-bg); }
.warn { color: var(--warn); background: var(--warn-bg); }
.bad { color: var(--bad); background: var(--bad-bg); }
.none { color: var(--none); background: var(--none-bg); }
.attention { margin: 0; padding: 0; list-style: none; }
.attention li { display: flex; gap: 0.625rem; align-items: baseline; padding: 0.5rem 1rem; }
.attention li + li { border-top: 1px solid var(--line); }
.attention .mark { align-self: flex-start; margin-top: 0.1875rem; }
.badge {
  display: inline-flex; align-items: center; gap: 0.375rem; padding: 0.0625rem 0.5625rem; border-radius: 99px;
  font-size: 0.8125rem; font-weight: 550; white-space: nowrap;
}
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); margin: 0; overflow: hidden; }
.facts > div { padding: 0.875rem 1rem; box-shadow: 0 -1px var(--line), -1px 0 var(--line); min-width: 0; }
dt { color: var(--soft); font-size: 0.8125rem; }
dd { margin: 0; }
.mappings { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.875rem; }
.mapping > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 0.75rem; padding: 0.875rem 1rem 0; }
.mapping > header .badges { display: flex; flex-wrap: wrap; gap: 0.375rem; margin-inline-start: auto; }
.mapping > dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 0.875rem 2rem; margin: 0; padding: 0.75rem 1rem 1rem; }
.mapping ul { margin: 0; padding: 0; list-style: none; }
.mapping dd > * + * { margin-top: 0.125rem; }
.patterns code { display: inline-block; }
.bar { display: block; width: 100%; height: 0.375rem; margin: 0.4375rem 0 0.375rem; border-radius: 99px; overflow: hidden; fill: var(--bar-none); }
.bar .current { fill: var(--bar); } .bar .stale { fill: var(--bar-stale); }
.bar .missing { fill: var(--bar-missing); } .bar .foreign { fill: var(--bar-foreign); }
.legend { display: flex; flex-wrap: wrap; gap: 0 0.875rem; font-size: 0.8125rem; color: var(--soft); }
.legend li { display: inline-flex; align-items: center; gap: 0.375rem; }
.legend li::before { content: ""; width: 0.5rem; height: 0.5rem; border-radius: 2px; background: var(--bar-none); }
.legend .current::before { background: var(--bar); } .legend .stale::before { background: var(--bar-stale); }
.legend .missing::before { background: var(--bar-missing); } .legend .foreign::before { background: var(--bar-foreign); }
details { border-top: 1px solid var(--line); padding: 0.625rem 1rem; }
summary { cursor: pointer; font-weight: 550; font-size: 0.875rem; }
details[open] > summary { margin-bottom: 0.5rem; }
.problems { margin: 0; padding: 0; list-style: none; color: var(--bad); font-size: 0.8125rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; text-align: start; }
.unseen, caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th { font-weight: 400; text-align: start; }
th[scope="col"] { color: var(--soft); font-size: 0.8125rem; white-space: nowrap; }
th[scope="row"] { min-width: 5.5rem; }
th, td { padding: 0.4375rem 1rem; vertical-align: baseline; }
tbody tr { border-top: 1px solid var(--line); }
details th, details td { padding-inline: 0 1.5rem; }
details th[scope="row"] { min-width: 12rem; }
.rest { padding-top: 0.5rem; }
.number { text-align: end; white-space: nowrap; }
.nowrap, .moment { white-space: nowrap; }
.moment { display: block; color: var(--soft); font-size: 0.8125rem; }
.empty { padding: 1rem; color: var(--soft); }
.end { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; padding-block: 0 2rem; color: var(--soft); font-size: 0.8125rem; }
@media (max-width: 46rem) {
  nav { margin-inline-start: 0; }
  table.rows, .rows tbody, .rows tr, .rows td, .rows th[scope="row"] { display: block; }
  .rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .rows tr { padding: 0.625rem 1rem; }
  .rows tbody tr:first-child { border-top: 0; }
  .rows td, .rows th[scope="row"] {
    display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.75rem; padding: 0.125rem 0; text-align: start; white-space: normal;
  }
  .rows td:has(.void) { display: none; }
  .rows td::before, .rows th[scope="row"]::before { content: attr(data-label); color: var(--soft); font-weight: 400; font-size: 0.8125rem; }
  details .rows tr { padding: 0.5rem 0; }
}
@media print {
  :root { --page: #ffffff; --link: var(--ink); }
  nav { display: none; }
  .mapping, tr { break-inside: avoid; }
}
@media (forced-colors: active) { .mark, .badge { border: 1px solid; } .bar, .legend li::before { forced-color-adjust: none; } }
`;
