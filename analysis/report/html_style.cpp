#include "analysis/report/html_style.h"

namespace spillway::report {

// The variants' colours can be told apart with any colour vision (after M. Okabe and K. Ito, Color
// Universal Design, 2008), and each has a dash of its own.
const Literal kPageStyle = R"css(
:root {
  --paper: #fff; --ink: #1b2028; --soft: #57606c; --rule: #d9dde3; --wash: #f4f5f7;
  --good: #14683f; --bad: #b3261e; --doubtful: #865600; --shade: #e6e9ee; --quiet: #f2f3f5;
  --c0: #0069a8; --c1: #c74f00; --c2: #00805c; --c3: #a8418a; --c4: #7a5c00; --c5: #2b8fc4;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15181d; --ink: #e4e7ec; --soft: #a2abb8; --rule: #343b46; --wash: #1d2128;
    --good: #6fd09a; --bad: #ff9186; --doubtful: #efb95e; --shade: #2a303a; --quiet: #20252c;
    --c0: #5ab4ec; --c1: #ff8d4d; --c2: #35c79c; --c3: #e59bcb; --c4: #e5cc4f; --c5: #a9c4ff;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
}
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1, h2, h3, p, dd, dt, th, td, li, summary, figcaption, pre { overflow-wrap: break-word; }
h1 { margin: 0 0 1.25rem; max-width: 44rem; font-size: 1.85rem; line-height: 1.22; font-weight: 650; letter-spacing: -.012em; text-wrap: balance; }
h2 { margin: 0 0 .5rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { margin: 1.75rem 0 .35rem; font-size: 1rem; line-height: 1.4; font-weight: 650; }
h3 small { margin-left: .6em; font-size: .875rem; font-weight: 400; color: var(--soft); }
section { margin-top: 2.75rem; }
p { margin: 0 0 .75rem; max-width: 44rem; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .8125rem; }
.scenario { margin-bottom: .4rem; color: var(--soft); font-size: .875rem; }
.extent, .reading, .beside, .faint, figcaption { color: var(--soft); }
.extent, .reading, figcaption { font-size: .875rem; max-width: 52rem; }
.answer { margin: 1.25rem 0; padding: .1rem 0 .1rem 1rem; border-left: 4px solid var(--soft); font-size: 1.25rem; line-height: 1.4; font-weight: 500; text-wrap: pretty; }
.answer.good { border-color: var(--good); } .answer.bad { border-color: var(--bad); } .answer.doubtful { border-color: var(--doubtful); }
.note { padding: .6rem .9rem; background: var(--wash); border-left: 4px solid var(--doubtful); font-size: .9375rem; }
.note.bad { border-color: var(--bad); }
.note.bad strong { color: var(--bad); } .note.doubtful strong { color: var(--doubtful); }

.scroll { overflow-x: auto; margin: .75rem 0 0; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9375rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem 1.5rem .45rem 0; text-align: left; vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr { border-top: 1px solid var(--rule); }
thead th { font-weight: 600; vertical-align: bottom; }
.objectives, .figures, .ledger { width: 100%; }
.objectives tbody th, .figures tbody th { min-width: 9rem; max-width: 19rem; }
.objectives thead th:first-child, .figures thead th:first-child { width: 32%; }
.objectives tbody th { font-weight: 600; }
.objectives code { display: block; color: var(--soft); font-weight: 400; }
.figure, .beside, .verdict { display: block; }
.figure { white-space: nowrap; }
.beside { font-size: .8125rem; line-height: 1.35; }
.verdict { font-weight: 600; white-space: nowrap; }
.verdict.good { color: var(--good); } .verdict.bad { color: var(--bad); }
.verdict.doubtful { color: var(--doubtful); } .verdict.faint { color: var(--soft); }
.mark { display: inline-block; width: 1.05em; }
.step { display: inline-block; width: 1.25em; color: var(--soft); }
.component { padding-top: 1.1rem; font-weight: 650; } .component .beside { font-weight: 400; }
.figures tbody:nth-of-type(1) .component { padding-top: .6rem; }
.ledger th, .ledger td { padding-right: 1rem; } .ledger td { white-space: nowrap; }
.ledger td, .ledger .place, .ledger thead .faint { text-align: right; } .ledger thead .faint { font-weight: 400; }
.ledger tbody th { white-space: nowrap; }
.numbers { font-size: .8125rem; } .numbers th, .numbers td { padding: .2rem 1.25rem .2rem 0; white-space: nowrap; }
.numbers thead th { white-space: normal; }
caption { padding-bottom: .4rem; text-align: left; color: var(--soft); }
details { margin: .6rem 0 0; }
summary { display: inline-block; cursor: pointer; font-size: .875rem; color: var(--soft); }
summary::before { content: "▸ "; } details[open] > summary::before { content: "▾ "; }
summary::-webkit-details-marker { display: none; }
summary:hover { color: var(--ink); }

figure { margin: 0 0 2rem; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; margin: 0 0 .25rem; padding: 0; list-style: none; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .45rem; }
.swatch { flex: none; color: var(--soft); }
.plot { position: relative; margin: 0 1.75rem 0 4.25rem; touch-action: pan-y; }
.plot svg { display: block; overflow: visible; }
.plot .lines { overflow: hidden; }
.plot text { font-size: 12px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.plot .level, .plot .end, .plot text.bound { text-anchor: end; }
.plot .time { text-anchor: middle; }
.plot .name { font-weight: 600; }
.edge { stroke: var(--soft); stroke-opacity: .55; } .grid, .tick { stroke: var(--rule); } .base { stroke: var(--soft); }
line.bound { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 2 3; }
.plot text.bound { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.window { fill: var(--shade); } .warmup { fill: var(--quiet); }
path { vector-effect: non-scaling-stroke; fill: none; stroke-linejoin: round; }
.line { stroke: currentColor; stroke-width: 2; }
.band { fill: currentColor; fill-opacity: .34; } .range { fill: currentColor; fill-opacity: .14; }
.v0, .v6 { color: var(--c0); } .v1, .v7 { color: var(--c1); } .v2, .v8 { color: var(--c2); }
.v3, .v9 { color: var(--c3); } .v4, .v10 { color: var(--c4); } .v5, .v11 { color: var(--c5); }
.line.v1, .line.v6 { stroke-dasharray: 9 4; } .line.v2, .line.v7 { stroke-dasharray: 2.5 3; }
.line.v3, .line.v8 { stroke-dasharray: 11 3 2.5 3; } .line.v4, .line.v9 { stroke-dasharray: 5 2.5; }
.line.v5, .line.v10 { stroke-dasharray: 14 3 2.5 3 2.5 3; } .line.v11 { stroke-dasharray: 18 5; }
.rule { position: absolute; width: 0; border-left: 1px solid var(--soft); pointer-events: none; }
.readout { position: absolute; padding: .35rem .6rem; background: var(--paper); border: 1px solid var(--rule); border-radius: 3px; font-size: .8125rem; line-height: 1.45; white-space: nowrap; pointer-events: none; box-shadow: 0 1px 6px rgb(0 0 0 / .12); font-variant-numeric: tabular-nums; }
.readout div:first-child { color: var(--soft); }
figcaption { margin-top: .5rem; max-width: 50rem; }

dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 1rem 0; font-size: .9375rem; }
dt { color: var(--soft); } dd { margin: 0; min-width: 0; }
.runs td { white-space: nowrap; }
pre { margin: .5rem 0 1rem; padding: .8rem 1rem; background: var(--wash); line-height: 1.5; white-space: pre-wrap; }

@media screen and (min-width: 40.01rem) {
  .scroll tr > th:first-child:not([colspan]) { position: sticky; left: 0; background: var(--paper); }
}
@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 3rem; }
  h1 { font-size: 1.45rem; } .answer { font-size: 1.125rem; }
  h3 small { display: block; margin-left: 0; }
  .plot { margin: 0 1.25rem 0 3.4rem; } .plot text { font-size: 11px; } .plot .dense { display: none; }
  th, td { padding-right: 1rem; }
  .objectives, .figures, :is(.objectives, .figures) :is(tbody, tr, th) { display: block; }
  .objectives tbody th, .figures tbody th { max-width: none; padding: .5rem 0 .1rem; }
  :is(.objectives, .figures) thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  :is(.objectives, .figures) td { display: grid; grid-template-columns: minmax(0, 1fr); padding: .1rem 0; }
  :is(.objectives, .figures) td[data-variant] { grid-template-columns: 8rem minmax(0, 1fr); }
  :is(.objectives, .figures) td[data-variant]::before { content: attr(data-variant); padding-right: .5rem; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
  .objectives td :is(.verdict, .figure) { display: inline-block; margin-right: .75rem; }
  .objectives td .verdict { min-width: 5.2rem; } .objectives td .beside { margin-bottom: .3rem; }
  :is(.objectives, .figures) td:empty { display: none; }
  :is(.objectives, .figures) tr { padding-bottom: .4rem; }
  tr:has(> .component) { border-top: 0; } .component { font-size: 1.0625rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; }
}
@page {
  size: A4; margin: 17mm 16mm 18mm;
  @bottom-right { content: counter(page) " / " counter(pages); color: #57606c; font: 8pt system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
}
@media print {
  html { font-size: 10pt; }
  body, main { max-width: none; margin: 0; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1 { font-size: 19pt; } .answer { font-size: 13pt; }
  section { margin-top: 9mm; }
  h2, h3, .reading, .legend, thead { break-after: avoid; } pre { orphans: 8; widows: 8; } tr, figure, .plot, .note, .answer { break-inside: avoid; }
  .scroll { overflow: visible; } .figure { white-space: normal; }
  table { font-size: 9pt; } code, pre { font-size: 8pt; } pre { padding: 3mm; }
  th, td { padding-right: 4mm; }
  details:not([open]), .readout, .rule { display: none; }
  #metrics:not(:has(details[open])) { display: none; }
}
)css";

}  // namespace spillway::report
