"""Of the page around the scenes: bars, dialogs, keys, what is spoken."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "app.title": N_("wxb lab: {x} and {y}"),
}
