"""The rows of a fit once more → what they say about it: one pass, whatever is asked.

Rows that are not those of the fit are refused: their number and the sum of their squared errors are the fit's, or they are others.
"""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from statistics import NormalDist
from typing import Any

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.advice import Advice
from wxb.arguments import truth, whole
from wxb.data.remarks import NUMBERS
from wxb.data.table import Scan
from wxb.diagnostics.reading import form_of
from wxb.diagnostics.record import ChiSquared, Diagnostics, Quantiles, StandingOut
from wxb.diagnostics.tests_of_errors import Sums, white_test
from wxb.elimination.eliminated import Sandwich
from wxb.errors import DataError, NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.inference import infer
from wxb.numbers import counted, number, thousands
from wxb.passes import each
from wxb.passes.by_share import held_out_of
from wxb.passes.labels import by_label
from wxb.passes.once_more import Found, OnceMore
from wxb.passes.row_measures import ACCURACY, Noted, Scale
from wxb.passes.row_sums import Wanted
from wxb.printable import show
from wxb.values import still
from wxb.whitening import Whitening

MOST_PRODUCTS = 500  # columns of White's regression
MOST_FORMED = 2000  # coefficients, those of levels among them, whose errors by row are put side by side
MOST_NAMED = 10_000  # rows of a measure, and quantiles
SAME = {"exact": 1e-9, "fast": 1e-4}  # how well sums of squared errors agree that are those of the same rows


def diagnose(
    model: Fitted, scan: Scan, *, largest: int, white: bool, quantiles: int, threads: int | None = None
) -> Diagnostics:
    """What the rows of a scan say. labels of the scan : at most one column, by which rows are called"""
    refuse_no_minimum(model)
    model.estimate.refuse_unless_least_squares(_("leverage"))
    _refuse_too_many(model, truth("white", white))
    _refuse_counts(whole("largest", largest, 0, _("0 or more")), whole("qq", quantiles, 0, _("0 or more")))
    scale = scale_of(model)
    noted: Any = {"largest": largest, "quantiles": bool(quantiles), "scale": scale}
    wanted = Wanted(meats=("HC0", "HC2", "HC3"), refused=False, tests=True, white=white, **noted)
    label = by_label(-1) if scan.roles.beside else None
    held_out = held_out_of(model.question.shares)
    whitening = Whitening.of(model.solution)
    wanted = replace(wanted, by_level=bool(whitening.levels), middle=_middle(model, whitening))
    statistic = OnceMore(whitening, wanted, form=form_of(model, whitening), left_out=held_out, label=label)
    found: Found = each(scan, [statistic], threads=threads).results[0]
    sums = Sums(found.sums["tests"])
    refuse_other_rows(model, found.rows, sums.squares * scale.sigma**2, scan.source)
    told = _told(model, found, scale, quantiles, _errors(model, whitening, found))
    return told if scan.ordered else _without_order(told, named=label is not None)


def _middle(model: Fitted, whitening: Whitening) -> tuple[float, ...]:
    """(k,) z̃ at the means of the columns, of a line without an intercept; () of others."""
    if whitening.level is not None or whitening.levels:
        return ()
    sums = model.solution.moments
    weight = sums.exact(0, 0)
    means = np.array([float(sums.exact(0, place + 1) / weight) for place in whitening.places])
    return tuple((whitening.fine[0] @ means).tolist())


def _without_order(told: Diagnostics, *, named: bool) -> Diagnostics:
    """What is left of it where rows have no order.  named : whether rows are called by a column"""
    notes = [*told.notes, _("Durbin–Watson goes by the order of rows, and without ORDER BY those of a query have none")]
    if not named:
        notes.append(
            _(
                "{numbers}: {label} calls them by a column that tells them apart",
                numbers=_(NUMBERS),
                label=Advice("label", "id"),
            )
        )
    return replace(told, durbin_watson=np.nan, notes=tuple(notes))


def refuse_no_minimum(model: Fitted) -> None:
    """Refuse a line that is not the minimum of its rows, or one that leaves nothing to look at."""
    model.estimate.refuse_unless_least_squares(_("leverage"))
    if not model.is_minimum:
        raise UsageError(
            _("leverage and studentised residuals are of the exact minimum; this model is what a descent reached"),
            _("fit without `lr` and `epochs`; `model.residuals` there is of any line"),
        )
    if not model.solution.freedom:
        raise NumericalError(
            _n(
                "the line passes through its only row: no error is left to look at",
                "the line passes through all {n} rows: it has as many coefficients, and no error is left to look at",
                model.n,
            ),
            _("use more rows or fewer terms"),
        )


def scale_of(model: Fitted) -> Scale:
    """The spread of the residuals; that of a perfect fit is 1, for whatever is divided by it is 0."""
    spread = model.inference.residual_sd
    freedom = model.solution.freedom
    return Scale(spread or 1.0, freedom, model.n - freedom)


def _refuse_too_many(model: Fitted, white: bool) -> None:
    gone = model.solution.eliminated
    if white and gone is not None:
        raise UsageError(
            _(
                "the test of White takes squares and products of all terms, and the levels of {column} are "
                "too many for it",
                column=show(gone.column),
            ),
            _("leave `white` out: the test of Breusch and Pagan is there"),
        )
    k = len(model.solution.kept) - model.layout.offset
    if white and k + k * (k + 1) // 2 > MOST_PRODUCTS:
        raise UsageError(
            _(
                "the test of White takes squares and products of {k} terms, {k2} columns; at most "
                "{most_products} are summed",
                k=k,
                k2=k + k * (k + 1) // 2,
                most_products=MOST_PRODUCTS,
            ),
            _("leave `white` out: the test of Breusch and Pagan is there"),
        )


def _refuse_counts(largest: int, quantiles: int) -> None:
    if max(largest, quantiles) > MOST_NAMED:
        name, asked = ("largest", largest) if largest >= quantiles else ("qq", quantiles)
        raise UsageError(
            _(
                "`{name}` is {asked}, and at most {most_named} are kept in memory",
                name=name,
                asked=asked,
                most_named=MOST_NAMED,
            ),
            _("`model.augment` has all rows"),
        )


def refuse_other_rows(model: Fitted, rows: int, squares: float, source: str) -> None:
    """DataError where so many rows with such a sum of squared errors are not those of the fit."""
    under = None if model.penalised is None else model.cost * float(model.moments.exact(0, 0))
    rss, slack = float(model.solution.rss) if under is None else under, 1e-12 * float(model.solution.tss)
    if rows != model.n:
        told = _("{rows}, and the model was fitted to {n}", rows=counted(rows, "row"), n=thousands(model.n))
    elif isclose(squares, rss, rel_tol=SAME[model.moments.precision], abs_tol=slack):
        return
    else:
        told = _(
            "squared errors that sum to {squares}, those of the fit to {rss}",
            squares=number(squares, 10),
            rss=number(rss, 10),
        )
    raise DataError(
        _("{source} has other rows than the fit: {told}", source=source, told=told),
        _("give the data of the fit, read as they were; of other rows there are `model.predict` and `model.residuals`"),
    )


def _errors(model: Fitted, whitening: Whitening, found: Found) -> dict[str, Vector]:
    """Standard errors (k,) of each kind that is made of rows, beside the classical ones."""
    factor = model.n / model.solution.freedom
    errors = {"classical": infer(model.estimate).se}
    for kind, place, more in (("HC0", 0, 1.0), ("HC1", 0, factor), ("HC2", 1, 1.0), ("HC3", 2, 1.0)):
        errors[kind] = still(np.sqrt(_variances(model, whitening, found, place) * more))
    return errors


def _variances(model: Fitted, whitening: Whitening, found: Found, place: int) -> Vector:
    """(k,) by one of the meats; NaN of terms that gave way, and of all where a row makes it undefined."""
    whole, meat = np.full(len(model.layout), np.nan), found.sums["meats"][place]
    gone: Any = model.solution.eliminated
    if not np.isfinite(meat).all():
        return whole
    if gone is None:
        whole[list(model.solution.kept)] = whitening.covariance(meat).diagonal()
    elif gone.hidden or len(whole) > MOST_FORMED:
        whole[list(gone.kept)] = whitening.covariance(meat).diagonal()
    else:
        assert found.levels is not None
        first = place * (whitening.width + 1)
        by_level = found.levels[:, first : first + whitening.width + 1]
        whole[:] = gone.sandwich(Sandwich(meat=meat, spread=by_level[:, 0], scores=by_level[:, 1:])).diagonal()
    return whole


def _told(model: Fitted, found: Found, scale: Scale, quantiles: int, errors: dict[str, Vector]) -> Diagnostics:
    sums, total = Sums(found.sums["tests"]), float(model.solution.tss)
    terms = len(found.sums["meats"][0])
    press = sums.press_in_spreads * scale.sigma**2
    return Diagnostics(
        target=model.target,
        n=model.n,
        k=scale.width,
        errors=errors,
        leverage=_standing_out(found.noted, "leverage"),
        cook=_standing_out(found.noted, "cook"),
        studentised=_standing_out(found.noted, "studentised"),
        press=press,
        predicted_r2=1 - press / total if total else np.nan,
        durbin_watson=sums.durbin_watson,
        breusch_pagan=_breusch_pagan(model, sums, None if found.levels is None else found.levels[:, 3 * (terms + 1) :]),
        jarque_bera=sums.jarque_bera(),
        white=white_test(found.sums["white"]) if "white" in found.sums else None,
        quantiles=_quantiles(found.noted, quantiles) if quantiles else None,
        notes=_notes(found.noted),
    )


def _breusch_pagan(model: Fitted, sums: Sums, levels: Matrix | None) -> ChiSquared:
    """levels : what was summed by the levels of all categories that were eliminated, one after the other"""
    gone = model.solution.eliminated
    if gone is None or levels is None or len(sizes := gone.apart.sizes) == 1:
        return sums.breusch_pagan(levels)
    if model.moments.weighted:  # what several explain is known of the sums with these weights only
        return ChiSquared(statistic=np.nan, freedom=0, p=np.nan)
    explained = gone.apart.explained(np.split(levels[:, 1], np.cumsum(sizes)[:-1]))
    return sums.breusch_pagan(beside=(explained, model.solution.rank - len(gone.kept)))


def _standing_out(noted: Noted, name: str) -> tuple[StandingOut, ...]:
    if name not in noted.largest:
        return ()
    one = noted.largest[name]
    return tuple(
        StandingOut(row, value, noted.labels.get(row)) for row, value in zip(one.numbers.tolist(), one.values.tolist())
    )


def _notes(noted: Noted) -> tuple[str, ...]:
    alone = [one.row + 1 for one in _standing_out(noted, "leverage") if one.value == 1]
    if not alone:
        return ()
    return (
        _n(
            "data row {rows} alone decides a coefficient (leverage 1): without it there is none, and PRESS is not defined",
            "data rows {rows} alone decide a coefficient (leverage 1): without it there is none, and PRESS is not defined",
            len(alone),
            rows=", ".join(map(str, alone)),
        ),
    )


def _quantiles(noted: Noted, count: int) -> Quantiles:
    assert noted.quantiles is not None
    share = (np.arange(count) + 0.5) / count
    normal = np.array([NormalDist().inv_cdf(one) for one in share.tolist()])
    accuracy = 0.0 if noted.quantiles.exactly else ACCURACY
    return Quantiles(share=share, normal=normal, residual=noted.quantiles.at(share), accuracy=accuracy)
