"""What every covariance but the classical one gives: the matrix, and what must be known to read a t off it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nan
from typing import TYPE_CHECKING

import numpy as np

from wxb import arguments
from wxb._typing import Matrix, Vector
from wxb.errors import UsageError
from wxb.i18n import _, _n
from wxb.solve import Solution
from wxb.values import Value

if TYPE_CHECKING:
    from wxb.covariance.errors import Errors
    from wxb.elimination.eliminated import Sandwich


@dataclass(frozen=True, eq=False, kw_only=True)
class Covariance(Value):
    """How the coefficients vary.

    Attributes
    ----------
    matrix : (k, k), NaN for terms that gave way        freedom : (k,) degrees of freedom of each t
    whitened : (r, r) M of the r coefficients kept, matrix = F′ M F (`wxb.whitening`): where columns are far from 0 the matrix
        has lost what errors at a row hang on, and M has not; None where it is not known
    beside : the same where levels that have coefficients were eliminated
    joint : those of a test of several coefficients, and of the mean at a row
    errors : which errors these are, None for a matrix of one's own
    factor : the finite-sample factor and the freedom, in words
    clusters : how many there are, by each column of them; () without
    most_tested : coefficients that can be tested together: the rank is no larger
    read : from what it was made: "moments", "moments by school", "the rows once more"
    notes : what should be known of it
    """

    matrix: Matrix
    freedom: Vector
    joint: float
    errors: Errors | None = None
    factor: str = ""
    clusters: tuple[int, ...] = ()
    most_tested: float = inf
    read: str = "moments"
    notes: tuple[str, ...] = ()
    whitened: Matrix | None = None
    beside: Sandwich | None = None

    @classmethod
    def of(
        cls, matrix: Matrix, solution: Solution, *, freedom: float | Vector | None = None, **known: object
    ) -> Covariance:
        """Of the estimated coefficients of a solution. freedom : of all t or of each, n − rank when left out"""
        k = len(solution.layout)
        found = arguments.vector("covariance", matrix)
        if found.shape != (k, k):
            raise UsageError(
                _("the covariance has the shape {shape}, expected ({k}, {k})", shape=found.shape, k=k),
                _("the intercept is first"),
            )
        whole = np.full((k, k), nan)
        kept = np.ix_(solution.kept, solution.kept)
        whole[kept] = found[kept]
        own = np.broadcast_to(np.float64(solution.freedom if freedom is None else freedom), (k,)).copy()
        joint = known.pop("joint", None)
        least = float(own[list(solution.kept)].min()) if solution.kept else nan
        notes = (*known.pop("notes", ()), *untested(solution, **known))  # pyright: ignore
        return cls(matrix=whole, freedom=own, joint=least if joint is None else joint, notes=notes, **known)  # pyright: ignore

    def __repr__(self) -> str:
        return f"Covariance({self.errors or 'given'}: {len(self.matrix)} coefficients, from {self.read})"

    @property
    def se(self) -> Vector:
        """(k,) standard errors; NaN where a variance is below 0."""
        with np.errstate(invalid="ignore"):
            return np.sqrt(self.matrix.diagonal())


def untested(
    solution: Solution,
    *,
    most_tested: float = inf,
    clusters: tuple[int, ...] = (),
    errors: Errors | None = None,
    **__: object,
) -> tuple[str, ...]:
    """That F is left out, where a covariance of so low a rank cannot test all terms together."""
    terms = sum(place >= solution.layout.offset for place in solution.kept)
    if terms <= most_tested:
        return ()
    drawn = errors is not None and 0 < errors.draws < min(clusters)
    most = int(most_tested)
    many = _n("{n} draw", "{n} draws", most + 1)
    if not drawn and errors is not None and errors.kind == "DK":
        many = _n("{n} time", "{n} times", most + 1)
    elif not drawn:
        many = _n("{n} cluster", "{n} clusters", most + 1)
    return (
        _n(
            "F is left out: {many} let only {n} coefficient be tested together, and there are {terms} terms",
            "F is left out: {many} let at most {n} coefficients be tested together, and there are {terms} terms",
            most,
            many=many,
            terms=terms,
        ),
    )
