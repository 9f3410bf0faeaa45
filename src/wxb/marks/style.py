"""How a role looks: colour on light and on dark ground, and never by colour alone: shape of dots, dash of lines, hatch of areas.

Colours are Okabe and Ito's, made darker (on light ground) or lighter (on dark) where they would be too faint: every mark
stands at least 3:1 against its ground, every text at least 4.5:1 (`legible`), computed after WCAG 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from wxb.marks.mark import Role

Theme: TypeAlias = Literal["light", "dark"]
Shape: TypeAlias = Literal["disc", "ring", "square", "diamond", "up", "down", "plus", "saltire", "point"]
Hatch: TypeAlias = Literal["", "/", "\\", "dots", "-", "x"]

FONTS = "'Helvetica Neue',Arial,'Liberation Sans','DejaVu Sans','Noto Sans',sans-serif"
# resvg takes the first family that is there, and for letters that it lacks any font at all: Korean texts name Korean fonts first
WIDE_FONTS = (
    "'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic','NanumBarunGothic','NanumGothic',"
    "'Nanum Gothic','UnDotum','Baekmuk Dotum',sans-serif"
)
GROUND = {"light": "#ffffff", "dark": "#16191e"}
INK = {"light": "#1f2328", "dark": "#e6edf3"}  # what is read first
SOFT = {"light": "#59636e", "dark": "#9aa4af"}  # ticks, notes
FRAME = {"light": "#c9d1da", "dark": "#454c56"}  # a frame is no mark: its ticks and numbers are
DEEPEST = 0.14  # how much of the contour's colour its lowest ring is filled with


@dataclass(frozen=True, slots=True)
class Look:
    """terminal : the number of its colour among 256, None for that of text
    dash : of lines, as SVG writes it        width : of lines, pixels        fill : how opaque areas are
    """

    light: str
    dark: str
    terminal: int | None
    dot: Shape = "disc"
    dash: str = ""
    hatch: Hatch = ""
    width: float = 1.8
    fill: float = 0.18

    def colour(self, theme: Theme) -> str:
        return self.light if theme == "light" else self.dark


# on light ground, on dark, and the number of a colour that stands out of both on a terminal of 256
_BLUE, _ORANGE = ("#0072B2", "#56B4E9", 32), ("#D55E00", "#F28644", 166)
_GREEN, _PURPLE = ("#008F68", "#2CC796", 29), ("#C05F94", "#E79CC4", 169)
_GOLD, _VIOLET = ("#946C00", "#E3B341", 136), ("#6A51A3", "#B7A3E3", 98)
_SKY, _GREY = ("#3A83B8", "#7CC4EE", 67), ("#6E7781", "#8B949E", 243)

LOOKS: dict[Role, Look] = {
    "data": Look(*_BLUE),
    "test": Look(*_GOLD, dot="ring", dash="6 4"),
    "fit": Look(*_ORANGE, dot="diamond", width=2.2),
    "other": Look(*_VIOLET, dot="square", dash="8 4"),
    "mean": Look(*_GREY, dot="square", dash="5 3", fill=0.3),
    "value": Look(*_BLUE, dot="square", fill=0.5),
    "band": Look(*_ORANGE, dot="diamond", dash="2 3", width=1, fill=0.2),
    "row-band": Look(*_ORANGE, dot="diamond", dash="7 4", width=1, fill=0.08),
    "outside": Look(*_GREY, dash="1 3", width=1, fill=0.12),
    "above": Look(*_GOLD, dot="up", hatch="/", width=1.1, fill=0.1),
    "below": Look(*_VIOLET, dot="down", hatch="dots", dash="3 2", width=1.1, fill=0.1),
    "minimum": Look(*_GREEN, dot="plus", dash="5 4"),
    "start": Look(*_ORANGE, dot="ring", width=2),
    "end": Look(*_ORANGE, dot="diamond", width=2),
    "path": Look(*_ORANGE, dot="point", width=1.6),
    "gradient": Look(*_PURPLE, dot="down", width=2.2),
    "tangent": Look(*_PURPLE, dash="9 4", width=2),
    "triangle": Look(*_PURPLE, dash="3 2", hatch="-", width=1.2, fill=0.12),
    "contour": Look(*_SKY, width=0.8),
    "limit": Look(INK["light"], INK["dark"], None, dot="saltire", dash="2 3", width=1.6),
    "own": Look(*_BLUE, dot="diamond", width=2.2),
    "crawl": Look(*_GREY, dot="point", dash="1 3", hatch="dots"),
    "slow": Look(*_SKY, dot="down", dash="6 3", hatch="-"),
    "good": Look(*_GREEN, dot="disc"),
    "zigzag": Look(*_GOLD, dot="diamond", dash="8 3 2 3", hatch="\\"),
    "diverge": Look(*_ORANGE, dot="saltire", dash="3 3", hatch="x"),
    "faded": Look("#7D8691", "#78828D", 243, dot="square", dash="4 2 1 2", width=1.2, fill=0.1),
    "quiet": Look(*_GREY, dot="point", dash="3 3", width=1, fill=0.08),
    "first": Look(*_BLUE, dash="14 3"),
    "second": Look(*_ORANGE, dot="square", dash="8 4", hatch="/"),
    "third": Look(*_GREEN, dot="up", dash="2 3", hatch="dots"),
    "fourth": Look(*_PURPLE, dot="diamond", dash="9 3 2 3", hatch="\\"),
    "fifth": Look(*_GOLD, dot="down", dash="4 2", hatch="-"),
    "leaf": Look(*_BLUE, fill=0.12),
    "result": Look(*_GREEN, dot="square", fill=0.12),
}


def legible(colour: str, theme: Theme, ratio: float = 4.5) -> str:
    """A colour for text on the ground of a theme: the same, with as much ink as it takes."""
    for share in range(0, 101, 5):
        mixed = mix(INK[theme], colour, share / 100)
        if contrast(mixed, GROUND[theme]) >= ratio:
            return mixed
    return INK[theme]


def mix(over: str, under: str, share: float) -> str:
    """The colour that is seen where so much of one lies over another."""
    pairs = zip(_channels(over), _channels(under))
    return "#" + "".join(f"{round(share * above + (1 - share) * below):02x}" for above, below in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        share / 12.92 if (share := channel / 255) <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
