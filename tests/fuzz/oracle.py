"""What must hold of every input: an answer or a WxbError, within two seconds; and what fits is what rational arithmetic says."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import isfinite, nan, nextafter
from typing import Any

import wxb

SECONDS = 2.0


class Hang(BaseException):
    """An input took longer than it may; no `except Exception` holds it."""


class Fault(Exception):
    """An answer that is not right."""


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Hang when the block takes longer."""

    def ring(_number: int, _frame: Any) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


ANSWERED, REFUSED = "answered", "refused"


def judged(call: Callable[[], Any], seconds: float = SECONDS) -> str:
    """ANSWERED, REFUSED, or what is wrong with a call, as a text that is the same for the same fault."""
    try:
        with bounded(seconds):
            call()
    except wxb.WxbError as error:
        return REFUSED if _told(error) else f"a message that is not safe to print: {str(error)!r}"
    except Hang as hang:
        return f"longer than {seconds:g} s, at {_place(hang)}"
    except Fault as fault:
        return f"wrong: {fault}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:80]!r} at {_place(error)}"
    return ANSWERED


def _told(error: wxb.WxbError) -> bool:
    text = str(error)
    return bool(text.strip()) and "\x1b" not in text and _encodable(text)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _place(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/wxb/" in f.filename]
    return " < ".join(f"{f.filename.rpartition('/wxb/')[2]}:{f.name}" for f in reversed(frames[-3:]))


# What a fit must be ------------------------------------------------------------------------------------------------------------

Rows = Sequence[Sequence[Fraction]]


def rational_fit(
    rows: Rows, target: Sequence[Fraction], weights: Sequence[Fraction] | None = None, intercept: bool = True
) -> tuple[list[Fraction], list[Fraction] | None] | None:
    """(coefficients, squares of their standard errors or None without freedom), the intercept first; None when collinear."""
    design = [[Fraction(1), *row] if intercept else list(row) for row in rows]
    weight = list(weights) if weights is not None else [Fraction(1)] * len(design)
    k = len(design[0]) if design else 0
    used = sum(1 for w in weight if w > 0)
    if k == 0 or used < k:
        return None
    cells = [(x, y, w) for x, y, w in zip(design, target, weight) if w > 0]
    left = [[sum((w * x[i] * x[j] for x, _, w in cells), Fraction(0)) for j in range(k)] for i in range(k)]
    right = [sum((w * x[i] * y for x, y, w in cells), Fraction(0)) for i in range(k)]
    inverse = _inverse(left)
    if inverse is None:
        return None
    theta = [sum((a * b for a, b in zip(row, right)), Fraction(0)) for row in inverse]
    rest = sum((w * (y - sum((a * b for a, b in zip(x, theta)), Fraction(0))) ** 2 for x, y, w in cells), Fraction(0))
    freedom = used - k
    return theta, [rest / freedom * inverse[i][i] for i in range(k)] if freedom else None


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]] | None:
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = next((r for r in range(i, size) if rows[r][i]), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        head = rows[i][i]
        rows[i] = [value / head for value in rows[i]]
        for r in range(size):
            if r != i and rows[r][i]:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[size:] for row in rows]


def check_fit(
    model: Any,
    rows: Rows,
    target: Sequence[Fraction],
    weights: Sequence[Fraction] | None = None,
    intercept: bool = True,
) -> None:
    """Fault when a coefficient is not the exact one rounded once, or a standard error is off by more than an ulp.

    At precision fast: when either differs by more than the digits it promises.
    """
    if model.dropped:  # collinear, or no more than the rounding of the numbers apart: judged by tests/solve
        return
    expected = rational_fit(rows, target, weights, intercept)
    if expected is None:
        raise Fault("fitted what is collinear or has too few rows")
    theta, squares = expected
    certain = model.inference.certainty
    for i, (found, value) in enumerate(zip(model.theta.tolist(), theta)):
        if model.moments.precision == "exact":
            if found != _rounded(value):
                raise Fault(f"a coefficient is not the exact one, rounded: {found!r} for {_rounded(value)!r}")
        elif not _within(found, value, float(certain.coefficients[i])):
            raise Fault(
                f"a coefficient promises {certain.coefficients[i]:.2f} digits: {found!r} for {_rounded(value)!r}"
            )
    for i, found in enumerate(model.inference.se.tolist()):
        if squares is None or (model.moments.precision == "fast" and not isfinite(found)):
            continue
        if model.moments.precision == "exact":
            if not nextafter(found, 0) ** 2 <= 0 and Fraction(nextafter(found, 0)) ** 2 > squares[i]:
                raise Fault(f"a standard error is too large: {found!r}")
            if Fraction(nextafter(found, 1e308)) ** 2 < squares[i]:
                raise Fault(f"a standard error is too small: {found!r}")
        elif not _within_root(found, squares[i], float(certain.errors[i])):
            raise Fault(f"a standard error promises {certain.errors[i]:.2f} digits: {found!r}")


def _rounded(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return nan


def _within(found: float, value: Fraction, digits: float) -> bool:
    room = Fraction(10.0 ** -min(digits, 16.0)) * 2 * abs(value) if digits > 0 else None
    return room is None or abs(Fraction(found) - value) <= room + abs(value) * Fraction(2) ** -52


def _within_root(found: float, square: Fraction, digits: float) -> bool:
    if digits <= 0:
        return True
    room = Fraction(10.0 ** -min(digits, 16.0)) * 2 + Fraction(2) ** -51
    low, high = Fraction(found) / (1 + room), Fraction(found) / max(1 - room, Fraction(1, 10**9))
    return low * low <= square <= high * high
