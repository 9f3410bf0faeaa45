"""Lines, conditions and computations of a user's."""

from __future__ import annotations

from pathlib import Path
from random import Random

from drawn import NAMES, NUMBERS, Made

import wxb

TOKENS = (
    "x", "a", "y", "1", "2", "0", "0.5", "1e308", "1e-320", "1e999", "9" * 50, "+", "-", "*", "/", "**", "^", "(", ")", "(",
    ")", ",", ";", "\n", "=", "==",
    "sqrt(", "log(", "exp(", "abs(", "tanh(", "nothing(", "`x`", "`", "²", "⁻¹", "³⁴⁵", "×", "·", "−", "÷", " ", "_",
    "__import__", "lambda", "if",
    "x x", "2x", "¼", "१", "\x00", "\x1b[31m", "\u202e", "1_000", "0x1", "1j", "'", '"', "#", "\\", ".", "..", ">=", "<",
    "and", "or", "not", "!=", "é", "공부",
)  # fmt: skip
LINES = (
    "13*x + 1",
    "y = x**2; z = 2*y + 5",
    "sqrt(abs(x)) + log(a + 1)",
    "2**2**2**2",
    "x/(a-a)",
    "-x**2",
    "(" * 40 + "x" + ")" * 40,
    "+".join("x" * 60),
)
TABLE = {"x": [1.0, 2.0, 3.0, 4.0], "a": [2, 0, 1, 5], "y": [1.0, 3.0, 2.0, 5.0]}


def well_formed(random: Random, depth: int = 0) -> str:
    """Arithmetic that can be read, whatever comes of it."""
    drawn = random.randrange(8) if depth < 4 else 0
    if drawn < 2:
        return random.choice(("x", "a", "x", "a", "1", "0.5", "2", "1e308", "1e-320", "3", "`x`", "x²"))
    if drawn == 2:
        return f"-{well_formed(random, depth + 1)}"
    if drawn == 3:
        return f"{random.choice(('sqrt', 'exp', 'log', 'abs', 'tanh', 'sin'))}({well_formed(random, depth + 1)})"
    sign = random.choice(("+", "-", "*", "/", "**", "·", " − "))
    return f"({well_formed(random, depth + 1)}{sign}{well_formed(random, depth + 1)})"


def line_of(random: Random) -> str:
    if random.random() < 0.4:
        return well_formed(random)
    if random.random() < 0.4:
        return "".join(random.choice(TOKENS) for _ in range(random.randrange(1, 14)))
    parts = list(random.choice(LINES))
    for _ in range(random.randrange(4)):
        at = random.randrange(len(parts) + 1)
        parts[at : at + random.randrange(3)] = random.choice(TOKENS) * random.choice((1, 1, 1, 2, 30))
    return "".join(parts)


def expression(random: Random, _folder: Path) -> Made:
    """A line or a condition of a user's, on four rows."""
    line = line_of(random)
    if random.random() < 0.6:
        return lambda: wxb.cost_of(TABLE, "y", line), f"cost {line!r}"
    where = random.choice(
        (line, f"{line} >= {random.choice(NUMBERS)}", f"x > 1 and {line} < 3", f"{random.choice(NAMES)} == {line}")
    )
    return lambda: wxb.fit(TABLE, "y", where=where), f"where {where!r}"


def explained(random: Random, _folder: Path) -> Made:
    """A computation to be differentiated."""
    from wxb.explaining.expression import explain_expression

    line = line_of(random)
    at = {name: random.choice((2.0, 0.0, -1.0, 1e300, 5e-324)) for name in ("x", "a", "y") if name in line}
    times = random.choice((1, 1, 1, 2, 3, 0, -1, 10**9))

    def call() -> None:
        found = explain_expression(line, at, times=times, zero_grad=random.random() < 0.2)
        found.text()
        if random.random() < 0.2:
            found.svg()

    return call, f"explain {line!r} {at} times={times}"
