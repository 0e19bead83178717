/**
 * How the page looks: on a screen, light and dark, wide and narrow, and on paper. Without it the page reads from the top to the bottom; no
 * meaning is in a colour alone. Neither `<` nor `&` may stand here.
 */
export const style = `
:root {
  --ink: #1b2330; --soft: #5a6575; --paper: #faf9f6; --card: #fff; --rule: #d9dce2;
  --parent: #2357c0; --parent-bg: #edf2fc; --init: #0f6e46; --init-bg: #e8f5ee;
  --asked: #835300; --asked-bg: #fcf5e4; --box: rgb(35 87 192 / .045); --edge: #9fb3d9;
  --parts: 29% 38% 33%;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e8ee; --soft: #9ba6b5; --paper: #13161b; --card: #1e222a; --rule: #363d49;
    --parent: #92b6ff; --parent-bg: #182034; --init: #72d6a4; --init-bg: #14261d;
    --asked: #e8bd66; --asked-bg: #262119; --box: rgb(146 182 255 / .055); --edge: #465a85;
  }
}
* { box-sizing: border-box; margin: 0; padding: 0 }
html { scroll-padding-top: 4rem; -webkit-text-size-adjust: 100% }
body { background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
header, main, footer { max-width: 78rem; margin: auto; padding: 0 1.5rem }
ul, ol { list-style: none }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .18em }
a:focus-visible { outline: 2px solid var(--parent); outline-offset: 2px }
:target { outline: 2px solid var(--asked); outline-offset: 2px; border-radius: 4px }
code, pre, .number, .what, .path, .leaves { font-family: ui-monospace, Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere }
code, pre, .what, .path, .leaves { font-size: .84em }
cite { font-style: normal }
.number { font-size: .78em; font-weight: 400; color: var(--soft); text-decoration: none }
a.number:hover { text-decoration: underline }

header { padding-top: 2.5rem }
.kicker { color: var(--soft) }
h1 { font-size: clamp(2.1rem, 6vw, 3.4rem); line-height: 1.1; letter-spacing: -.02em; overflow-wrap: anywhere }
.about { max-width: 46rem; margin-top: .7rem; font-size: 1.15rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin-top: 1.3rem }
dl > div { display: contents }
dt { color: var(--soft) }
nav ol { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1.6rem }
nav a { display: block; padding: .35rem .7rem .5rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; font-size: .86rem; text-decoration: none }
nav a:hover { border-color: var(--soft) }
.marks { display: flex; flex-wrap: wrap; gap: 2px; margin-top: .25rem }
.marks i { width: 4px; height: 13px; border-radius: 1px }
.marks .parent { background: linear-gradient(var(--parent) 6px, transparent 6px) }
.marks .init { background: linear-gradient(transparent 7px, var(--init) 7px) }

h2 { margin-top: 3.2rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: 1.7rem; line-height: 1.2; letter-spacing: -.01em }
.says { max-width: 46rem; margin: .4rem 0 1.3rem; color: var(--soft) }
.lines { min-width: 0; padding: .35rem .6rem .45rem; background: var(--asked-bg); border-radius: 6px }
.lines figcaption { color: var(--asked); font-size: .88rem; font-weight: 600; line-height: 1.35 }
.lines pre { margin-top: .15rem; font-size: .76rem; line-height: 1.45; white-space: pre-wrap }
.line::before { content: attr(data-n); display: inline-block; min-width: 1.9rem; margin-right: .7rem; color: var(--soft); text-align: right; opacity: .75 }
.lines .line { display: inline-block; padding-left: 2.6rem; text-indent: -2.6rem }
.lines .line::before { text-indent: 0 }
.more { font-size: .8rem; color: var(--soft) }

.box { margin-top: .8rem; padding: .8rem .9rem; background: var(--box); border: 2px solid var(--edge); border-radius: 12px }
.host { background: none; border-style: dashed }
.opens { display: grid; grid-template-columns: 1fr minmax(0, 20rem); gap: .6rem 1.2rem; align-items: start }
.shared { max-width: 50rem; font-size: .92rem; color: var(--soft) }
.rooms { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem; margin-top: .6rem }
.rooms > li { padding: .5rem .7rem; background: var(--card); border: 1px solid var(--edge); border-radius: 8px }
.rooms > li > b { display: block; font-size: 1.05rem }
.holds { color: var(--soft); font-size: .88rem }
.acts { margin-top: .3rem; padding-top: .3rem; border-top: 1px solid var(--rule); font-size: .86rem }
.acts li { padding-left: 1.3rem; text-indent: -1.3rem }
.core { margin-top: .8rem; padding: .6rem .9rem; background: var(--ink); color: var(--paper); border-radius: 8px }
.core .number { color: inherit }

.mount { display: grid; grid-template-columns: 13rem minmax(0, 1fr) 11rem minmax(0, 22rem); gap: 0 1.2rem; border-bottom: 1px solid var(--rule) }
.mount > * { padding: .5rem 0; min-width: 0 }
.mount > .lines { margin: .4rem 0; padding: .35rem .6rem .45rem; align-self: start }
.path { padding-left: calc(var(--depth) * 1.15rem + .2rem); font-size: 1rem }
.tree ul ul .path::before { content: "└ "; color: var(--soft) }
.how { font-size: .92rem }
.track { grid-column: 3; grid-row: 1; background: linear-gradient(var(--soft), var(--soft)) var(--pivot, -9px) 0 / 1px 100% no-repeat }
.mount > .lines { grid-column: 4 }
.bar { display: block; height: 9px; margin: .45rem 0 0 var(--from); background: var(--init); border-radius: 5px 0 0 5px }
.leaves { margin-top: .15rem; color: var(--soft) }
.axis { font-size: .78rem; color: var(--soft) }
.axis .track { display: flex; padding: 0; background: none }
.turns { margin-left: calc(var(--pivot) - 3.4rem) }

.maps { margin-bottom: 1.8rem }
.maps > h3 { margin-bottom: .3rem }
.map { display: grid; grid-template-columns: 5rem 1fr; margin-bottom: .8rem }
.map ol { display: flex; flex-wrap: wrap; gap: 4px }
.map li { flex: var(--size) 1 9rem; text-align: center; font-variant-numeric: tabular-nums }
.in, .out { display: block; padding: .3rem; border: 1px solid currentColor }
.in { color: var(--init); background: var(--init-bg); border-radius: 8px 8px 0 0 }
.out { color: var(--parent); background: var(--parent-bg); border-radius: 0 0 8px 8px }
.to { display: block; height: 1.2rem; margin: 0 1px; overflow: hidden; text-indent: -99rem; background: linear-gradient(var(--init-bg), var(--parent-bg)) }
.maps > .lines { margin-top: .5rem; max-width: 36rem }

.heads { position: sticky; top: 0; z-index: 1; display: grid; grid-template-columns: var(--parts); background: var(--paper); border-bottom: 2px solid var(--rule); font-size: .92rem }
.heads span { padding: .5rem .8rem }
.heads .parent b, .steps .parent .who { color: var(--parent) }
.heads .init b, .steps .init .who { color: var(--init) }
.heads .asked b { color: var(--asked) }
.stage h3 { margin-top: 1.8rem; font-size: 1.2rem }
.why { max-width: 46rem; margin: .1rem 0 .6rem }
.steps > li { display: grid; grid-template-columns: var(--parts); background: linear-gradient(90deg, var(--parent-bg) 28.8%, var(--paper) 28.8% 29.2%, var(--init-bg) 29.2% 66.8%, var(--paper) 66.8%) }
.steps > li > .lines { grid-column: 3; grid-row: 1; margin: .3rem 0 .3rem .8rem; align-self: start }
.step { position: relative; grid-row: 1; margin: .3rem .6rem; padding: .4rem .7rem .5rem; align-self: start; background: var(--card); border: 1px solid var(--rule); border-left: 5px solid var(--init); border-radius: 6px }
.init .step { grid-column: 2 }
.parent .step { grid-column: 1; border-left-color: var(--parent) }
.who { float: right; font-size: .8rem }
.what { line-height: 1.4 }
.call code { margin-right: .35rem; color: var(--ink) }
.call { margin-top: .15rem; color: var(--soft); font-size: .82rem; line-height: 1.35 }
.each { margin: .2rem 0; font-family: ui-monospace, Menlo, "DejaVu Sans Mono", monospace; font-size: .78rem; overflow-wrap: anywhere }
.each li { padding-left: 1.8rem; text-indent: -1.8rem }
.each .number { font-size: 1em }
.turn .step::before { position: absolute; top: .2rem; color: var(--soft); font-size: 1.1rem }
.turn.init .step::before { content: "→"; left: -1.65rem }
.turn.parent .step::before { content: "←"; right: -1.65rem }

.whole { padding: .8rem 0; background: var(--asked-bg); border-radius: 8px; font-size: .78rem; line-height: 1.5; white-space: pre-wrap }
.whole .line::before { min-width: 2.6rem }
.asks { margin-left: .8rem; color: var(--asked) }
footer { padding-top: 2.5rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem }

@media screen and (max-width: 48rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd { margin-bottom: .4rem }
  .box { padding: .6rem }
  .opens, .mount, .map { grid-template-columns: minmax(0, 1fr) }
  .mount > .path { padding-bottom: 0 }
  .mount > .how, .mount > .lines { grid-column: 1; margin-left: calc(var(--depth) * 1.15rem) }
  .mount > .how { padding-top: 0 }
  .mount > .track { grid-column: 1; grid-row: auto; padding: 0 }
  .axis { display: none }
  .heads .asked { display: none }
  .heads { grid-template-columns: 1fr 1fr }
  .steps > li { display: block; margin: .5rem 0; background: none }
  .steps > .init { margin-left: 1.6rem }
  .steps > .parent { margin-right: 1.6rem }
  .step { margin: 0 }
  .steps > li > .lines { margin: 0; border-radius: 0 0 6px 6px }
  .turn .step::before { content: none !important }
}
@media print {
  @page { margin: 14mm }
  :root { --paper: #fff }
  html { font-size: 8pt }
  header, main, footer { max-width: none; padding: 0 }
  nav { display: none }
  h2 { margin-top: 1.6rem; break-after: avoid }
  h3, .why, .says { break-inside: avoid; break-after: avoid }
  .heads { position: static }
  .opens, .rooms > li, .mount, .maps, .steps > li, .lines { break-inside: avoid }
  .mount { grid-template-columns: 12rem minmax(0, 1fr) 8rem 20rem }
  .core { background: none; color: var(--ink); border: 2px solid var(--ink) }
  .bar, .in, .out, .box, .lines, .steps > li { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  #config { break-before: page }
}
`
