"""Of pictures: axes, what the legend and labels say; the same words as in the pictures of Python (`wxb.pictures`, `wxb.marks`)."""

from wxb.i18n import N_

TEXTS: dict[str, str] = {
    "axis.log": N_("{name}, log scale"),
}
