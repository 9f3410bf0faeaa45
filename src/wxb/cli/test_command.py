"""`wxb test`: linear hypotheses about the coefficients of a saved model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wxb.cli.screen import Screen

if TYPE_CHECKING:
    from wxb.hypotheses.wald import WaldTest


def run(screen: Screen, *, model: Path, hypotheses: list[str], interval: float = 0.95, se: str | None = None) -> int:
    """Test and show. Exit code 0 whatever p is: the question was answered."""
    from wxb import load
    from wxb.numbers import p_value

    fitted = load(model)
    if se is not None and fitted.penalised is None:  # of a line under a penalty the test itself says why there is none
        fitted = fitted.with_se(se)
    found = fitted.test(hypotheses)
    screen.answer(record(found, interval))
    if screen.quiet:
        screen.show(p_value(found.p if len(found) > 1 else found[0].p))
    else:
        screen.show(found.text(interval), heading=True)
    return 0


def record(found: WaldTest, level: float) -> dict[str, Any]:
    """The answer for a machine."""
    return {
        "hypotheses": [
            {
                "text": one.text,
                "factors": dict(one.factors),
                "value": one.value,
                "estimate": one.estimate,
                "se": one.se,
                "t": one.t,
                "df": one.freedom,
                "p": one.p,
                "interval": list(one.interval(level)),
            }
            for one in found.each
        ],
        "level": level,
        "f": found.f,
        "f_df": list(found.f_freedom),
        "f_p": found.p,
        "chi2": found.chi2,
        "chi2_p": found.chi2_p,
        "redundant": list(found.redundant),
        "errors": found.errors,
        "warnings": list(found.notes),
    }
