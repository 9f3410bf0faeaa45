"""What is found out about a fit from its rows: values that say what they are in a line, and all of it as a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from wxb._typing import Vector
from wxb.i18n import _
from wxb.marks.measure import folded
from wxb.numbers import DASH, counted, fixed, number, p_value
from wxb.numbers import statistic as with_zeros
from wxb.printable import cells, printable
from wxb.values import Shown, Value, short

WIDTH = 80
DOUBT, SURE = 0.05, 0.001  # p below which a test speaks against its hypothesis
FAR = 3.0  # standard errors of an error that is looked at twice


class StandingOut(NamedTuple):
    """row : its number in the source, counted from 0        value : of the measure        label : what it is called, or None"""

    row: int
    value: float
    label: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquared:
    """A test of the errors: under its hypothesis the statistic is χ² of so many degrees of freedom.

    p : P(χ² > statistic); NaN where there is nothing to test
    """

    statistic: float
    freedom: int
    p: float

    def __repr__(self) -> str:
        return f"ChiSquared({number(self.statistic)}, df {self.freedom}, p {p_value(self.p)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Normality(ChiSquared):
    """The test of Jarque and Bera: skewness 0 and kurtosis 3, as normal errors have."""

    skewness: float
    kurtosis: float

    def __repr__(self) -> str:
        shape = f"skewness {number(self.skewness)}, kurtosis {number(self.kurtosis)}"
        return f"Normality({number(self.statistic)}, df {self.freedom}, p {p_value(self.p)}; {shape})"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Quantiles(Value):
    """What a Q–Q plot shows: quantiles of the studentised residuals beside those of the normal distribution.

    share : (m,) (i − ½)/m        normal : (m,) of the normal distribution        residual : (m,) of the residuals, studentised by s
    accuracy : of `residual`, relative; 0 where they are exact, as they are up to a million rows
    """

    share: Vector
    normal: Vector
    residual: Vector
    accuracy: float

    def __repr__(self) -> str:
        within = f", each within {number(self.accuracy)} of itself" if self.accuracy else ""
        return f"Quantiles({len(self.share)} of the residuals{within})"


@dataclass(frozen=True, eq=False, kw_only=True)
class Diagnostics(Value, Shown):
    """What the rows of a fit say about it.

    Attributes
    ----------
    target : what is predicted        n : rows        k : coefficients estimated
    errors : {"classical", "HC0" … "HC3": (k,)} standard errors side by side; HC2, HC3 NaN where a row has leverage 1
    leverage : the rows with the largest h, how much of its own prediction a row makes; on average it is k/n
    cook : those with the largest of Cook's distance, how far the line moves without the row
    studentised : those with the largest error, in standard errors of the error as the line without the row predicts it
    press, predicted_r2 : Σ of squared errors as the line without the row predicts it, and the R² of that
    durbin_watson : 2 where neighbouring rows have nothing to do with each other, towards 0 where they are alike; NaN where rows
        have no order, as those of a query without ORDER BY
    breusch_pagan : whether e² goes with the terms (Koenker's form)        white : with their squares and products too, or None
    jarque_bera : whether the errors are normal        quantiles : for a Q–Q plot, or None
    notes : what should be known of these
    """

    target: str
    n: int
    k: int
    errors: Mapping[str, Vector]
    leverage: tuple[StandingOut, ...]
    cook: tuple[StandingOut, ...]
    studentised: tuple[StandingOut, ...]
    press: float
    predicted_r2: float
    durbin_watson: float
    breusch_pagan: ChiSquared
    jarque_bera: Normality
    white: ChiSquared | None = None
    quantiles: Quantiles | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        tests = f"Breusch–Pagan p {p_value(self.breusch_pagan.p)}, Jarque–Bera p {p_value(self.jarque_bera.p)}"
        return f"Diagnostics({self.n} rows: Durbin–Watson {number(self.durbin_watson)}, {tests})"

    def __str__(self) -> str:
        rows, terms = counted(self.n, "row"), counted(self.k, "coefficient")
        head = _("{target}: {rows}, {terms}, read once more", target=short(self.target), rows=rows, terms=terms)
        lines = [head, "", *_tests(self), "", *_rows(self)]
        for note in self.notes:
            first, *later = folded(f"! {note}", lambda part: cells(part) <= WIDTH - 2, most=40)
            lines += ["", first, *(f"  {line}" for line in later)]
        return printable("\n".join(lines))


def _tests(found: Diagnostics) -> Iterator[str]:
    yield from _test(
        "Breusch–Pagan", found.breusch_pagan, _("errors of one size"), _("the size of errors goes with the terms")
    )
    if found.white is not None:
        yield from _test(
            "White", found.white, _("errors of one size"), _("their size goes with the terms, squares, products")
        )
    yield from _test("Jarque–Bera", found.jarque_bera, _("normal errors"), _("the errors are not normal"))
    shape = found.jarque_bera
    yield _line(
        "",
        _(
            "skewness {skewness}, kurtosis {kurtosis} (normal: 0 and 3)",
            skewness=number(shape.skewness),
            kurtosis=number(shape.kurtosis),
        ),
    )
    if not np.isnan(found.durbin_watson):
        yield _line(
            "Durbin–Watson",
            _("{durbin_watson} (2: rows in their order are unrelated)", durbin_watson=with_zeros(found.durbin_watson)),
        )
    if said := _errors(found):
        yield _line(_("HC3 errors"), said)
    yield _line(
        "PRESS",
        _("{press}, predicted R² {predicted_r2}", press=number(found.press), predicted_r2=fixed(found.predicted_r2, 4)),
    )


def _errors(found: Diagnostics) -> str:
    """How far the errors of rows are from those that assume all alike."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = found.errors["HC3"] / found.errors["classical"]
    ratios = ratios[np.isfinite(ratios)]
    if not len(ratios):
        return ""
    low, high = number(float(ratios.min()), 3), number(float(ratios.max()), 3)
    return _("{ratio} × the classical ones", ratio=low if low == high else f"{low} … {high}")


def _test(name: str, test: ChiSquared, holds: str, fails: str) -> Iterator[str]:
    if test.p != test.p:
        yield _line(name, _("{dash} (nothing to test)", dash=DASH))
        return
    doubt = _("some doubt: {fails}", fails=fails)
    said = _("nothing against {holds}", holds=holds) if test.p >= DOUBT else fails if test.p < SURE else doubt
    yield _line(
        name,
        _(
            "χ² {statistic}, df {freedom}, p {p}",
            statistic=with_zeros(test.statistic),
            freedom=test.freedom,
            p=p_value(test.p),
        ),
    )
    yield _line("", said)


def _line(name: str, text: str) -> str:
    return f"  {name}{' ' * (14 - cells(name))} {text}".rstrip()


def _rows(found: Diagnostics) -> Iterator[str]:
    mean = number(found.k / found.n)
    yield from _largest(_("largest leverage"), found.leverage, _("{mean} on average", mean=mean))
    yield from _largest(_("Cook's distance"), found.cook, _("above 1 a row moves the line"))
    yield from _largest(
        _("studentised error"), found.studentised, _("beyond ±{far:g} a row is looked at twice", far=FAR)
    )


def _largest(name: str, rows: Sequence[StandingOut], beside: str) -> Iterator[str]:
    if not rows:
        return
    yield f"  {name} ({beside})"
    for one in rows:
        label = "" if one.label is None else f"  {short(one.label, 40)}"
        yield _("    row {row:<10} {value:>10}", row=one.row + 1, value=number(one.value)) + label
