"""What a coefficient means beside a logarithm: by how many per cent y changes, or what one per cent more of x brings.

    log y on x      one more unit of x multiplies y by e^b        y on log x    one per cent more of x: b ln 1.01 more y
    log y on log x  one per cent more of x multiplies y by 1.01^b

Of log2 and log10 b is of another base, log1p(y) is the logarithm of y + 1. A mean of logarithms is that of the geometric mean,
and it is this that is multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, log, log1p
from typing import TYPE_CHECKING

from wxb.i18n import _
from wxb.report.certain import told

if TYPE_CHECKING:
    from wxb.design.made import Made

BASES = {"log": 1.0, "log1p": 1.0, "log2": log(2), "log10": log(10)}
PER_CENT = log1p(0.01)
LEAST, MOST = 1e-12, 700.0  # exponents of which a factor says something


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """of : what stands under the logarithm, as written        base : the natural logarithm of its base"""

    of: str
    base: float

    @classmethod
    def seen(cls, made: Made) -> Logged | None:
        """None of a column that is no logarithm."""
        from wxb.expression import Call

        if not isinstance(made.tree, Call) or made.tree.function not in BASES:
            return None
        function = made.tree.function
        if not made.name.startswith(f"{function}(") or not made.name.endswith(")"):
            return None
        inner = made.name[len(function) + 1 : -1]
        return cls(of=f"{inner} + 1" if function == "log1p" else inner, base=BASES[function])


def sentence(
    name: str, target: str, slope: float, others: str, *, x: Logged | None, y: Logged | None, day: bool
) -> str:
    """Of a number; "" where neither side is a logarithm, or the factor is beyond what can be said.

    name, target : as the line has them        others : what is said of the other terms        day : whether a unit is a day
    """
    if x is None and y is None:
        return ""
    step = 1.0 if x is None else PER_CENT / x.base
    if y is None:
        assert x is not None
        way = _("more") if slope > 0 else _("less")
        size = told(abs(slope) * step)
        return _("1 % more of {name} goes with {size} {way} {target}{others}.",
                 name=x.of, size=size, way=way, target=target, others=others)  # fmt: skip
    said = _factor(slope * step * y.base)
    if said is None:
        return ""
    factor, percent = said
    if x is not None:
        return _("1 % more of {name} multiplies {target} by {factor} in the geometric mean: {percent}{others}.",
                 name=x.of, target=y.of, factor=factor, percent=percent, others=others)  # fmt: skip
    if day:
        return _("One more day of {name} multiplies {target} by {factor} in the geometric mean: {percent}{others}.",
                 name=name, target=y.of, factor=factor, percent=percent, others=others)  # fmt: skip
    return _("One more unit of {name} multiplies {target} by {factor} in the geometric mean: {percent}{others}.",
             name=name, target=y.of, factor=factor, percent=percent, others=others)  # fmt: skip


def of_level(where: str, bases: str, slope: float, others: str, y: Logged) -> str:
    """Of rows of one kind beside those of another; bases : "" where these are simply all others."""
    said = _factor(slope * y.base)
    if said is None:
        return ""
    factor, percent = said
    if not bases:
        return _("Where {where}, {target} is {factor} times what it is elsewhere, in the geometric mean: {percent}{others}.",
                 where=where, target=y.of, factor=factor, percent=percent, others=others)  # fmt: skip
    return _("Where {where}, {target} is {factor} times what it is where it is {bases}, in the geometric mean: {percent}{others}.",
             where=where, target=y.of, factor=factor, bases=bases, percent=percent, others=others)  # fmt: skip


def _factor(power: float) -> tuple[str, str] | None:
    """e^power, and by how many per cent that is more or less."""
    if not LEAST < abs(power) < MOST:
        return None
    change = 100 * expm1(power)
    percent = _("{change} % more", change=told(change)) if change > 0 else _("{change} % less", change=told(-change))
    return told(exp(power)), percent
