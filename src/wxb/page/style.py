"""How pages look: rules of CSS."""

SHOWN = """
.wxb-shown{max-width:60em;line-height:1.45}
.wxb-shown table{border-collapse:collapse;margin:.6em 0;font-variant-numeric:tabular-nums}
.wxb-shown .wxb-wide{overflow-x:auto}
.wxb-shown caption{white-space:pre-wrap;text-align:left;caption-side:top;padding:.2em 0;color:inherit}
.wxb-shown th,.wxb-shown td{padding:.15em .7em;text-align:right;font-weight:400;white-space:pre;border:0;background:none}
.wxb-shown th[scope=row]{text-align:left;white-space:pre-wrap;overflow-wrap:break-word;max-width:24em}
.wxb-shown thead th{border-bottom:1px solid currentColor}
.wxb-shown th.wxb-left,.wxb-shown td.wxb-left{text-align:left}
.wxb-shown .wxb-deep{padding-left:2em}
.wxb-shown .wxb-line{font-size:1.15em;font-weight:600;overflow-wrap:anywhere}
.wxb-shown pre{white-space:pre-wrap;overflow-wrap:anywhere}
.wxb-shown svg{display:block;margin:.6em 0}
"""  # within a notebook, whose colours, light or dark, it takes

PICTURE = 460.0  # width of pictures: they are read on a telephone too
PAGE = """
body{margin:0 auto;max-width:70rem;padding:1rem 1.2rem 3rem;background:#ffffff;color:#1f2328;
font:16px/1.5 'Helvetica Neue',Arial,'Liberation Sans','Noto Sans','Noto Sans KR','Noto Sans CJK KR',
'Apple SD Gothic Neo','Malgun Gothic',sans-serif}
.wxb-shown{max-width:none}
h1{font-size:1.7rem;line-height:1.2;overflow-wrap:anywhere;white-space:pre-wrap;margin:.6em 0}
h2{font-size:1.2rem;margin:1.8em 0 .5em;padding-bottom:.2em;border-bottom:1px solid #c9d1da}
p,ul{max-width:46em;overflow-wrap:anywhere}
figure{margin:1.2em 0}
figcaption{max-width:46em;font-size:.9rem;color:#59636e}
pre{background:#f3f5f7;padding:.6em .8em;font-size:.85rem}
td.wxb-left{white-space:pre-wrap;overflow-wrap:anywhere}
.wxb-grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 1.5rem}
.wxb-control{display:flex;gap:.8em;align-items:center}
.wxb-control[hidden]{display:none}
.wxb-control input{flex:1;min-height:2.75rem;accent-color:#0072B2}
output{display:block;font-variant-numeric:tabular-nums;overflow-wrap:anywhere;min-height:1.5em}
.wxb-moving{fill:none;stroke:#C05F94;stroke-linecap:round}
.wxb-moving-line{stroke-width:3;stroke-dasharray:9 5}
.wxb-moving-dot{stroke-width:13}
:focus-visible{outline:3px solid #0072B2;outline-offset:2px}
@media screen and (prefers-color-scheme:dark){
body{background:#16191e;color:#e6edf3}
h2{border-color:#454c56}
figcaption{color:#9aa4af}
pre{background:#20252c}
.wxb-moving{stroke:#E79CC4}
.wxb-control input{accent-color:#56B4E9}
:focus-visible{outline-color:#56B4E9}
}
@media print{
body{max-width:none;padding:0;font-size:11pt}
.wxb-control{display:none}
h2{break-after:avoid}
figure,tr{break-inside:avoid}
.wxb-grid{display:block}
.wxb-grid figure{display:inline-block;width:48%;margin:.5em 1% .5em 0;vertical-align:top}
.wxb-wide{overflow:visible}
}
"""
