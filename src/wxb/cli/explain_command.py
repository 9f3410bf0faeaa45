"""`wxb explain`: a typed computation, differentiated."""

from __future__ import annotations

from pathlib import Path

from wxb.cli.outputs import check_picture
from wxb.cli.screen import Screen


def run(
    screen: Screen,
    *,
    text: str,
    at: dict[str, float] | None = None,
    times: int = 1,
    zero_grad: bool = False,
    svg: Path | None = None,
) -> int:
    """Explain and show."""
    check_picture(svg, endings=(".svg",))
    from wxb.cli.flags import in_flags
    from wxb.explaining.expression import explain_expression

    found = explain_expression(text, at or {}, times=times, zero_grad=zero_grad)
    drawn = None if svg is None else found.svg()
    screen.answer(found.to_dict())
    if screen.quiet:
        screen.show("\n".join(f"{value:.12g}" for value in found.gradients.values()))
    else:
        screen.show(found.text(in_flags))
    if svg is not None and drawn is not None:
        from wxb.writing import write_atomically

        write_atomically(svg, drawn)
        screen.saved(svg, " ")
    return 0
