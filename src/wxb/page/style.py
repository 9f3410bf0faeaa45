"""How pages look: rules of CSS."""

SHOWN = """
.wxb-shown{max-width:60em;line-height:1.45}
.wxb-shown table{border-collapse:collapse;margin:.6em 0;font-variant-numeric:tabular-nums}
.wxb-shown .wxb-wide{overflow-x:auto}
.wxb-shown caption{text-align:left;caption-side:top;padding:.2em 0;color:inherit}
.wxb-shown th,.wxb-shown td{padding:.15em .7em;text-align:right;font-weight:400;white-space:nowrap;border:0;background:none}
.wxb-shown th[scope=row]{text-align:left;white-space:normal;overflow-wrap:anywhere}
.wxb-shown thead th{border-bottom:1px solid currentColor}
.wxb-shown th.wxb-left,.wxb-shown td.wxb-left{text-align:left}
.wxb-shown .wxb-deep{padding-left:2em}
.wxb-shown .wxb-line{font-size:1.15em;font-weight:600;overflow-wrap:anywhere}
.wxb-shown pre{white-space:pre-wrap;overflow-wrap:anywhere}
.wxb-shown svg{display:block;margin:.6em 0}
"""  # within a notebook, whose colours, light or dark, it takes
