"""The derivative of a computed column by one of those it is made of, at a point: numbers carried beside their derivatives.

(a, a′) + (b, b′) = (a + b, a′ + b′)        (a, a′)(b, b′) = (ab, a′b + ab′)        f(a, a′) = (f(a), f′(a) a′)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, exp, expm1, inf, isfinite, log, log1p, log2, log10, sin, sqrt, tan, tanh
from typing import Any

from wxb.design.arithmetic import Steps
from wxb.design.made import Made
from wxb.errors import UsageError
from wxb.i18n import _, both
from wxb.printable import show

Dual = tuple[float, float]
Slope = tuple[Callable[[float], float], Callable[[float], float]]

FUNCTIONS: dict[str, Slope] = {
    "log": (log, lambda x: 1 / x),
    "log2": (log2, lambda x: 1 / (x * log(2))),
    "log10": (log10, lambda x: 1 / (x * log(10))),
    "log1p": (log1p, lambda x: 1 / (1 + x)),
    "exp": (exp, exp),
    "expm1": (expm1, exp),
    "sqrt": (sqrt, lambda x: 0.5 / sqrt(x)),
    "abs": (abs, lambda x: (x > 0) - (x < 0) if x else inf),
    "sin": (sin, cos),
    "cos": (cos, lambda x: -sin(x)),
    "tan": (tan, lambda x: 1 + tan(x) ** 2),
    "tanh": (tanh, lambda x: 1 - tanh(x) ** 2),
}


def derivative(made: Made, values: Mapping[str, float], by: str) -> float:
    """∂ made / ∂ by where its sources have these values."""
    if made.tree is None:
        return 1.0
    steps = Steps.of([made])
    found: list[Dual] = []
    try:
        for symbol, of, said in steps.done:
            found.append(_step(symbol, [found[place] for place in of], said, values, by))
        slope = found[steps.made[0]][1]
    except (ArithmeticError, ValueError):
        slope = inf
    except KeyError as unknown:
        raise UsageError(
            _("the slope of {name} by {by} is not known", name=show(made.name), by=show(by)),
            _("{args} has no derivative here", args=unknown.args[0]),
        ) from None
    if not isfinite(slope):
        where = both(*(f"{show(name)} = {value:g}" for name, value in values.items()))
        raise UsageError(
            _("{name} has no finite slope where {where}", name=show(made.name), where=where),
            _("set another value: `at=`"),
        )
    return slope


def _step(symbol: str, of: list[Dual], said: Any, values: Mapping[str, float], by: str) -> Dual:
    match symbol:
        case "number":
            return float(said), 0.0
        case "name":
            return values[str(said)], float(said == by)
        case "negative":
            return -of[0][0], -of[0][1]
        case "+" | "-":
            sign = 1 if symbol == "+" else -1
            return of[0][0] + sign * of[1][0], of[0][1] + sign * of[1][1]
        case "*":
            return of[0][0] * of[1][0], of[0][1] * of[1][0] + of[0][0] * of[1][1]
        case "/":
            (a, da), (b, db) = of
            return a / b, (da * b - a * db) / (b * b)
        case "power":
            (a, da), (b, db) = of
            value = a**b
            return value, b * a ** (b - 1) * da + (value * log(a) * db if db else 0.0)
    function, slope = FUNCTIONS[symbol]
    a, da = of[0]
    return function(a), slope(a) * da if da else 0.0
