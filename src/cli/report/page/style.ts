/**
 * The page's style. Colours are pairs of light and dark; text has a contrast of 4.5:1 and more on its ground, marks of 3:1
 * and more. Vermilion against blue is told apart with every common colour blindness, and no meaning rests on colour alone.
 */
export const STYLE = `
:root{color-scheme:light dark;
--paper:light-dark(#fdfcf9,#15161a);--panel:light-dark(#f5f2eb,#1d1f25);--ink:light-dark(#1b1a18,#edebe5);
--soft:light-dark(#5b574f,#aba79d);--line:light-dark(#ddd8cc,#35363d);--track:light-dark(#e8e3d8,#30323a);
--accent:light-dark(#b4400c,#f2884f);--calm:light-dark(#1f5f8b,#82b8e2);--ochre:light-dark(#8a6a00,#d9b64a);
--rest:light-dark(#938d80,#7b7870);
--serif:Charter,"Bitstream Charter","Charis SIL","Iowan Old Style","Sitka Text",Cambria,Georgia,serif;
--sans:Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,monospace}
:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 var(--sans);font-variant-numeric:tabular-nums}
.masthead,main,footer{max-width:1120px;margin-inline:auto;padding-inline:clamp(16px,4vw,40px)}
h1,h2{font-family:var(--serif);font-weight:700;letter-spacing:-.015em;text-wrap:balance;margin:0}
h1{font-size:clamp(2rem,5vw,3.4rem);line-height:1.08}
h2{font-size:clamp(1.5rem,3.2vw,2.15rem);line-height:1.18}
h3{font-size:1rem;line-height:1.35;margin:0 0 2px;font-weight:650}
p{margin:0 0 .6em;text-wrap:pretty}
a{color:inherit;text-decoration-color:var(--accent);text-decoration-thickness:2px;text-underline-offset:3px}
code{font:.88em var(--mono);overflow-wrap:anywhere}
bdi{overflow-wrap:anywhere}
figure{margin:0}
:focus-visible{outline:3px solid var(--calm);outline-offset:2px;border-radius:2px}
main:focus{outline:0}
.skip{position:absolute;left:-999px;padding:8px 14px;background:var(--ink);color:var(--paper);z-index:3}
.skip:focus{left:8px;top:8px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.masthead{display:flex;align-items:center;gap:6px 20px;padding-block:18px;flex-wrap:wrap}
.masthead p{margin:0}
.brand{display:flex;align-items:center;gap:8px;font:700 1.1rem var(--serif);letter-spacing:-.01em}
.edition{color:var(--soft);font-size:.875rem;flex:1}
button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
.theme{border:1px solid var(--line);border-radius:99px;padding:5px 14px;font-size:.8125rem;color:var(--soft)}
.theme:hover{color:var(--ink);border-color:var(--soft)}
.hero{display:grid;grid-template-columns:minmax(0,7fr) minmax(0,4fr);gap:28px 56px;padding-block:36px 8px;align-items:center}
.deck{font:clamp(1.05rem,1.7vw,1.25rem)/1.5 var(--serif);color:var(--soft);margin-top:.9em;max-width:36em}
.field svg{display:block;width:100%}
.field figcaption,.legend,.limit,.release-key{font-size:.8125rem;color:var(--soft)}
.field figcaption{margin-top:10px}
.dot{fill:var(--rest);opacity:.55}.dot-flagged{fill:var(--accent)}.dot-unknown{fill:none;stroke:var(--rest);stroke-width:1}
.keyed{white-space:nowrap;margin-right:8px}
.key{display:inline-block;width:10px;height:10px;border-radius:50%;margin-right:5px}
.key-flagged,.key-harvest{background:var(--accent)}.key-clear{background:var(--rest);opacity:.55}.key-rest{background:var(--rest)}
.key-unknown{border:1px solid var(--rest)}.key-harvest,.key-rest{border-radius:2px}.legend .key-rest{margin-left:12px}
.figures{grid-column:1/-1;display:grid;grid-template-columns:repeat(5,1fr);gap:0 20px;margin:12px 0 0;border-top:1px solid var(--line)}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end;padding-top:14px}
.figures dd{margin:0;font:700 1.65rem/1.2 var(--serif)}
.figures dt{color:var(--soft);font-size:.8125rem;line-height:1.35}
.index{padding-top:56px}.index h2{margin-bottom:14px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;padding:9px 18px 9px 0;vertical-align:top;font-weight:400}
td:last-child,th:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.8125rem;vertical-align:bottom;line-height:1.3}
thead tr{border-bottom:1px solid var(--ink)}
tbody tr{border-bottom:1px solid var(--line)}
tbody th{font-weight:600}
.number{text-align:right}.date{white-space:nowrap}
.rows .meter{margin-top:5px;min-width:64px}
th button{font:inherit;color:inherit;text-align:inherit}
th button:hover{color:var(--ink)}
th[aria-sort] button{color:var(--ink);font-weight:600}
th[aria-sort=descending] button::after{content:" ↓"}th[aria-sort=ascending] button::after{content:" ↑"}
.strip{display:block}.strip path{fill:var(--accent)}.strip{border-bottom:1px solid var(--rest)}
.meter{display:block}.meter-track{fill:var(--track)}
.meter-accent .meter-fill{fill:var(--accent)}.meter-calm .meter-fill{fill:var(--calm)}.meter-ink .meter-fill{fill:var(--ink)}
.campaign,.examined{margin-top:72px;border-top:3px solid var(--ink);padding-top:14px}
.eyebrow{color:var(--accent);font-weight:650;font-size:.875rem;margin-bottom:.5em}
.campaign h2{max-width:26em}
.verdicts{display:grid;grid-template-columns:repeat(4,1fr);gap:20px 28px;margin:26px 0 40px}
.verdicts dt{font-weight:650;font-size:.9375rem}
.verdicts dd{margin:0}
.big{font:700 1.9rem/1.25 var(--serif)}
.word{color:var(--soft);font-size:.875rem;margin-left:4px}
.claim{display:block;color:var(--soft);font-size:.875rem;line-height:1.4;margin-top:8px}
.verdicts .meter{margin-top:6px}
figcaption p,.without p,.examined h3+p{color:var(--soft);font-size:.9375rem;line-height:1.45}
figcaption{margin-bottom:10px}
.chart{display:block;overflow:visible}
.tick{fill:var(--soft);font-size:11.5px;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.grid{stroke:var(--line)}.base{stroke:var(--rest)}
.even{stroke:var(--calm);stroke-dasharray:5 4;stroke-width:1.5}
.bars rect{fill:var(--accent)}.bars-ink rect{fill:var(--rest)}
.bars rect:hover,[data-tip]:hover .load-harvest,[data-tip]:hover .load-rest{fill:var(--ink)}
.release line{stroke:var(--ink);stroke-dasharray:2 3}
.release text{font-size:12.5px;fill:var(--ink);font-weight:650;paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}
.release .release-day{font-weight:400;fill:var(--soft)}
.release-number,.release-key{display:none}
.load-harvest{fill:var(--accent)}.load-rest{fill:var(--rest)}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:32px 56px;margin-top:44px}
.pair-graph{grid-template-columns:minmax(0,7fr) minmax(0,5fr)}
.pair-graph>div{display:grid;gap:32px;align-content:start}
.network{display:block;width:100%;height:auto;background:var(--panel);border-radius:6px}
.network circle{fill:var(--accent);stroke:var(--panel);stroke-width:1.2}
.network .node-mixed{fill:var(--panel);stroke:var(--accent);stroke-width:1.8}
.network circle:hover{stroke:var(--ink);stroke-width:2}
.link{fill:none;stroke:var(--rest)}
.link-0{stroke:var(--calm)}.link-1{stroke:var(--ochre);stroke-dasharray:5 3}.link-2{stroke:var(--ink);stroke-dasharray:1.5 3}
.weight-1{stroke-width:.7;opacity:.4}.weight-2{stroke-width:1;opacity:.55}.weight-3{stroke-width:1.5;opacity:.7}
.key-line .link{stroke-width:2;opacity:1}.link.lit{opacity:1;stroke-width:2.6}
.legend{margin:10px 0 0}.key-line{margin-right:6px;vertical-align:middle}.legend bdi{margin-right:14px}.legend-note{white-space:normal}
.limit{margin:8px 0 0;font-style:italic}
.evidence{list-style:none;margin:14px 0 0;padding:0;display:grid;gap:18px}
.evidence p{margin:0}.evidence li>p:last-child{font-size:.9375rem;line-height:1.5;margin-top:7px;overflow-wrap:anywhere}
.evidence-head{display:flex;justify-content:space-between;gap:12px;margin-bottom:5px!important}
.odds{color:var(--soft);font-size:.875rem;white-space:nowrap}
.ruled{border-top:1px solid var(--ink);padding-top:12px}.stack{display:grid;gap:36px;align-content:start}
.without{margin-top:44px;display:grid;grid-template-columns:minmax(0,1fr) minmax(0,2fr);gap:12px 56px}
.none{color:var(--soft)}
.plain td,.plain th{padding-block:7px}.bar-cell{width:34%;vertical-align:middle}
.lookalike{font:italic 700 1.4rem/1.3 var(--serif);margin:.35em 0;overflow-wrap:anywhere}.lookalike::first-letter{text-transform:uppercase}
.resembles p:last-child{color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}
.members{margin-top:40px;border-block:1px solid var(--line)}
.members summary{cursor:pointer;padding:12px 0;font-weight:650}
.members .limit{margin:0 0 10px}
.filter{display:none;font-size:.875rem;color:var(--soft)}.scripted .filter{display:block}
.filter input{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--rest);border-radius:4px;padding:5px 9px;margin:0 10px 0 6px;max-width:100%}
.members .scroll{max-height:520px;overflow-y:auto;margin-bottom:16px}
.members thead th{position:sticky;top:0;background:var(--paper)}
.examined h2{margin-bottom:22px}
.examined-columns{display:grid;grid-template-columns:minmax(0,4fr) minmax(0,5fr) minmax(0,4fr);gap:32px 48px}
.examined p,.let-go li{font-size:.9375rem}
.let-go{margin-top:36px}
.facts{margin:10px 0 0;font-size:.875rem}
.facts div{display:flex;justify-content:space-between;gap:16px;padding:7px 0;border-bottom:1px solid var(--line)}
.facts dt{color:var(--soft)}.facts dd{margin:0;text-align:right;overflow-wrap:anywhere}
.families{list-style:none;margin:10px 0 0;padding:0}
.families li{padding:7px 0;border-bottom:1px solid var(--line)}
.families p{margin:0;font-size:.875rem;line-height:1.45}.families p+p{color:var(--soft)}
.state{float:right;font-size:.8125rem}
.state-yes{color:var(--soft)}.state-yes::before{content:"✓ "}.state-no{color:var(--accent);font-weight:650}.state-no::before{content:"✕ "}
footer{margin-top:64px;padding-block:22px 40px;color:var(--soft);font-size:.8125rem}
#tip{position:fixed;z-index:2;left:0;top:0;max-width:min(320px,90vw);padding:6px 10px;border-radius:4px;background:var(--ink);color:var(--paper);font-size:.8125rem;line-height:1.4;pointer-events:none;overflow-wrap:anywhere}
#tip[hidden]{display:none}
@media screen and (max-width:820px){.field{max-width:440px}.hero,.pair,.pair-graph,.without,.examined-columns{grid-template-columns:minmax(0,1fr)}.verdicts{grid-template-columns:repeat(2,1fr)}
.figures{grid-template-columns:repeat(2,1fr)}.release-name{display:none}.release-number{display:inline}
.release-key{display:block;margin:8px 0 0;padding-left:1.6em}.tick-odd text{display:none}.campaign,.examined{margin-top:52px}}
@media screen and (max-width:420px){.verdicts{gap:18px 18px}.word{display:block;margin:0}.plain td,.plain th{padding-right:10px}}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{:root{color-scheme:light!important;--paper:#fff}body{font-size:11pt}.theme,.skip,.filter,#tip{display:none!important}.members .scroll{max-height:none;overflow:visible}
.scroll{overflow:visible}.campaign{break-before:page}figure,.evidence li,.verdicts,.without,.resembles,tr{break-inside:avoid}h2,h3,.eyebrow{break-after:avoid}.masthead,main,footer{max-width:none;padding-inline:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media(forced-colors:active){.meter-fill,.bars rect,.load-harvest,.network circle{forced-color-adjust:none}}
`;
