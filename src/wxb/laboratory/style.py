"""How the page looks: colours of both themes as variables of CSS, a class for each role, then its own rules (web/lab.css).

--ground --ink --soft --frame        --wxb-ROLE, and --wxb-ROLE-text, which is legible
"""

from __future__ import annotations

from functools import cache

from wxb.laboratory.joined import WEB
from wxb.marks.style import FONTS, FRAME, GROUND, INK, LOOKS, SOFT, WIDE_FONTS, Theme, legible
from wxb.marks.svg import FONT_RULES, RULES, plain_colours


@cache
def style_sheet() -> str:
    """The colours of both themes as variables, a class for each role, and what the page adds."""
    light, dark = _colours("light"), _colours("dark")
    roles = "\n".join(
        f".wxb-{role}{{color:var(--wxb-{role})}}"
        f".wxb-{role}-text{{fill:var(--wxb-{role}-text);color:var(--wxb-{role}-text)}}"
        for role in LOOKS
    )
    return (
        f":root{{color-scheme:light;--fonts:{FONTS};--wide-fonts:{WIDE_FONTS};{light}}}\n"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f"{_picture_rules()}\n{roles}\n{(WEB / 'lab.css').read_text('utf-8')}"
    )


def _picture_rules() -> str:
    """Of what is painted, as in any other SVG of wxb; its colours are the page's variables."""
    plain = plain_colours(*(f"var(--{name})" for name in ("ground", "ink", "soft", "frame")))
    return "\n".join([*FONT_RULES, *RULES, *(f"{where}{{{what}}}" for where, what in plain.items())])


def _colours(theme: Theme) -> str:
    """Of a theme, as variables: --ground --ink --soft --frame --wxb-ROLE --wxb-ROLE-text."""
    plain = {"ground": GROUND, "ink": INK, "soft": SOFT, "frame": FRAME}
    said = [f"--{name}:{colours[theme]}" for name, colours in plain.items()]
    for role, look in LOOKS.items():
        colour = look.colour(theme)
        said += [f"--wxb-{role}:{colour}", f"--wxb-{role}-text:{legible(colour, theme)}"]
    return ";".join(said)
