"""Of the page around the scenes: bars, dialogs, keys, what is spoken."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "app.title": N_("wxb lab: {x} and {y}"),
    "app.noscript": N_("This page draws and computes with JavaScript, which is switched off here."),
    "app.point": N_("point {row}"),
    "app.bias": N_("bias b"),
    "app.bias_value": N_("bias b {value}, cost {cost}"),
    "app.weight": N_("weight W"),
    "app.weight_value": N_("weight W {value}, cost {cost}"),
}
