"""`wxb explain`: a typed computation, differentiated; in the terminal, and as a file by its ending."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wxb.cli.outputs import check_picture
from wxb.cli.screen import Screen

if TYPE_CHECKING:
    from wxb.marks.saving import Theme


def run(
    screen: Screen,
    *,
    text: str,
    at: dict[str, float] | None = None,
    times: int = 1,
    zero_grad: bool = False,
    output: Path | None = None,
    theme: Theme = "auto",
) -> int:
    """Explain and show."""
    check_picture(output)
    from wxb.cli.flags import in_flags
    from wxb.explaining.expression import explain_expression

    found = explain_expression(text, at or {}, times=times, zero_grad=zero_grad)
    if output is not None:
        found.save(output, theme)
    screen.answer(found.to_dict())
    if screen.quiet:
        screen.show("\n".join(f"{value:.12g}" for value in found.gradients.values()))
    else:
        screen.show(found.text(in_flags))
    if output is not None:
        screen.saved(output, " ")
    return 0
