"""Rows taken out of sums: what is left must be the moments of some rows, or the rows were never all in them.

    M' = M − Σ w z zᵀ           refused unless  n' ≥ 0,  M' ⪰ 0,  rank M' ≤ n',  and M' = 0 when n' = 0

and, where the model knows between which bounds its rows lie, unless the forgotten lie there too and the rest can:
Σ w (x − low)(high − x) ≥ 0. Of columns of whole numbers the sums left must be whole, of yes and no Σwx² = Σwx.
These are all that sums can show. Rows that were never in the model and leave sums that *some* rows could have (a row close to those
that were in it, most often) are taken away without a sign: moments hold no rows, so nobody can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from wxb.definite import is_semidefinite, negative_variance, rank
from wxb.design.pieces import level_text
from wxb.errors import DataError, NumericalError
from wxb.i18n import N_, _, _n, both
from wxb.moments import Moments
from wxb.moments.gathered import Gathered
from wxb.numbers import counted, shortest
from wxb.printable import show

Ranges = Sequence[tuple[float, float]]

NEVER = N_("these rows were never all in the model")
DO = N_("give rows that the model was fitted to, each as often as it was")


def remainder(whole: Moments, part: Moments, sorts: Sequence[str | None] = ()) -> Moments:
    """whole − part. `sorts`: of the columns (terms, then target), "whole", "truth" or what else, where they are known.

    Raises DataError when no rows have the sums that remain, NumericalError when none remain.
    """
    refuse_more(whole, part)
    left = whole.rows - part.rows
    ledger, names = _difference(whole, part), (_("the sum of the weights"), *whole.terms, whole.target)
    integers = ledger.ledger.integers
    if left == 0:
        if any(value for row in integers for value in row):
            raise DataError(
                _("as many rows as the model has, and their sums are others: {never}", never=_(NEVER)), _(DO)
            )
        raise NumericalError(_("no rows are left"), _("keep at least as many rows as there are coefficients"))
    if integers[0][0] <= 0:
        raise DataError(_("the weights that remain would be negative: {never}", never=_(NEVER)), _(DO))
    place = negative_variance(integers)
    if place is not None:
        raise DataError(
            _("{names} would be left with less than no variance: {never}", names=names[place], never=_(NEVER)), _(DO)
        )
    if (left < len(integers) and rank(integers) > left) or not is_semidefinite(integers):
        what = _n(
            "no row has the sums that would remain: {never}",
            "no {n} rows have the sums that would remain: {never}",
            left,
            never=_(NEVER),
        )
        raise DataError(what, _(DO))
    _check_sorts(ledger, sorts)
    return ledger


def refuse_more(whole: Moments, part: Moments) -> None:
    """DataError when there are more rows to take away than there are."""
    if part.rows > whole.rows:
        raise DataError(
            _(
                "{rows} cannot be taken from {all_rows}: {never}",
                rows=counted(part.rows, "row"),
                all_rows=whole.rows,
                never=_(NEVER),
            ),
            _(DO),
        )


def check_cells(whole: Gathered, part: Gathered) -> None:
    """DataError when a level (or levels together) would be left with less than no rows, or without rows and with sums."""
    for joint, tally in whole.tallies.items():
        held, known = dict(zip(tally.labels, tally.rows.tolist())), part.tallies[joint]
        cells = {label: cell for cell, label in enumerate(tally.labels)}
        for cell, (label, rows) in enumerate(zip(known.labels, known.rows.tolist())):
            left = held.get(label, 0) - rows
            if left > 0:
                continue
            every = range(tally.width)
            if left < 0 or any(tally.exact(cells[label], j) != known.exact(cell, j) for j in every):
                text = both(*(f"{show(name)} {show(level_text(level))}" for name, level in zip(joint, label)))
                raise DataError(_("other rows are of {text}: {never}", text=text, never=_(NEVER)), _(DO))


def check_inside(ranges: Ranges, part: Ranges, terms: Sequence[str]) -> None:
    """DataError when a row to be forgotten lies outside all rows of the model."""
    for (low, high), (least, most), term in zip(ranges, part, terms, strict=True):
        if least < low or most > high:
            far = least if least < low else most
            raise DataError(
                _(
                    "{term} = {far} lies outside the rows of the model ({low} … {high}): {never}",
                    term=term,
                    far=shortest(far),
                    low=shortest(low),
                    high=shortest(high),
                    never=_(NEVER),
                ),
                _(DO),
            )


def check_spread(left: Moments, ranges: Ranges) -> None:
    """DataError when rows between the bounds cannot have these sums: Σ w (x − low)(high − x) ≥ 0 for each term."""
    weight = left.exact(0, 0)
    for i, ((low, high), term) in enumerate(zip(ranges, left.terms, strict=True), 1):
        slack = Fraction(2) ** -52 * max(abs(Fraction(low)), abs(Fraction(high)))  # bounds are of rounded pairs
        least, most = Fraction(low) - slack, Fraction(high) + slack
        if (least + most) * left.exact(0, i) - left.exact(i, i) - least * most * weight < 0:
            raise DataError(
                _(
                    "no rows with {term} between {low:g} and {high:g} have the sums left: {never}",
                    term=term,
                    low=shortest(low),
                    high=shortest(high),
                    never=_(NEVER),
                ),
                _(DO),
            )


def _difference(whole: Moments, part: Moments) -> Moments:
    """The sums as they are, whether or not rows have them."""
    return replace(whole.difference(part), rounding=whole.rounding)


def _check_sorts(left: Moments, sorts: Sequence[str | None]) -> None:
    """Whole numbers have whole sums, squares of the same parity; yes and no are their own squares."""
    for i, (sort, name) in enumerate(zip(sorts, (*left.terms, left.target)), 1):
        total, square = left.exact(0, i), left.exact(i, i)
        if sort == "truth" and total != square:
            raise DataError(
                _("{name} would be left with values that are neither yes nor no: {never}", name=name, never=_(NEVER)),
                _(DO),
            )
        if (
            sort == "whole"
            and not left.weighted
            and (total.denominator * square.denominator != 1 or (total - square) % 2)
        ):
            raise DataError(
                _("{name} would be left with values that are no whole numbers: {never}", name=name, never=_(NEVER)),
                _(DO),
            )
