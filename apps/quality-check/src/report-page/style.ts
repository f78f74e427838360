/** The page's style sheet for light and dark screens and for print. Every pair of colours has a contrast of at least 4.5. */
export const style = `
:root{color-scheme:light dark;--text:#1b1f24;--dim:#57606a;--back:#fff;--line:#d0d7de;--pass:#116329;--fail:#a40e26;--score:#0550ae}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#9ea7b3;--back:#0d1117;--line:#3d444d;--pass:#56d364;--fail:#ff8a80;--score:#79c0ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:70rem;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back)}
h1,h2,h3{line-height:1.25;margin:1.5em 0 .5em}h1{margin-top:0}h3{font-size:1rem;margin:0}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
caption{text-align:left;color:var(--dim);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
code{font:.9em ui-monospace,monospace}
.pass{color:var(--pass);font-weight:600}.fail{color:var(--fail);font-weight:600}.not_evaluated,footer,.dim{color:var(--dim)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem;padding:0;list-style:none}
.scroll{overflow-x:auto}
svg{width:100%;height:auto;display:block}
svg text{font:10px system-ui,sans-serif;fill:var(--dim)}svg text.last{font-weight:600;fill:var(--text)}
.frame{stroke:var(--line);fill:none}.needs{stroke:var(--dim);stroke-dasharray:3 3;fill:none}
polyline.score{stroke:var(--score);stroke-width:2;fill:none}circle.score{fill:var(--score)}
@media print{:root{--text:#000;--dim:#444;--back:#fff;--line:#999;--pass:#064;--fail:#900;--score:#036}body{padding:0;max-width:none;font-size:11pt}h2{break-after:avoid}tr,.charts li{break-inside:avoid}thead{display:table-header-group}.scroll{overflow:visible}}
`.trim()
