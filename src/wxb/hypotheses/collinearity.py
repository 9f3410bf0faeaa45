"""How much collinearity costs: variance inflation by piece, and the condition of all terms together.

    GVIF(A) = det C_AA · det (C⁻¹)_AA          C : exactly centred Σ w x xᵀ (about 0 without an intercept), A : the terms of a piece
    condition = √(λ_max(S) · λ_max(S⁻¹))       S : Σ w x xᵀ with the intercept, uncentred, each column scaled to length 1

Of a single term it is the common VIF, 1/(1 − R²) of the term on all others. GVIF^(1/(2 df)) compares pieces with different
numbers of terms, as the root of a VIF: by so much are the errors larger than they would be with nothing collinear (Fox and
Monette 1992). The condition is that of Belsley, Kuh and Welsch (1980): above 30 something is nearly collinear, and entangled in it
are the coefficients that owe more than half of their variance to the weakest direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.hypotheses.parts import Part, parts_of
from wxb.hypotheses.spread import Spread
from wxb.hypotheses.tables import named_table, remarks, statistics
from wxb.hypotheses.words import named
from wxb.i18n import _
from wxb.normal_equations import invert_normal
from wxb.normal_equations.forms import determinant, exact_determinant
from wxb.normal_equations.perturbation import scaled_float
from wxb.numbers import number
from wxb.printable import show
from wxb.values import Shown, Value, short

if TYPE_CHECKING:
    import pyarrow

LARGE, HALF = 30.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflation:
    """name : of the piece        df : its terms        gvif : of their variances together, the VIF of a single one

    root : gvif^(1/(2 df)), by how much standard errors are larger
    """

    name: str
    df: int
    gvif: float

    @property
    def root(self) -> float:
        return self.gvif ** (1 / (2 * self.df))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Vif(Value, Shown):
    """inflations : one of each piece        condition : of all coefficients, scaled

    names : (k,) of the coefficients that were estimated        shares : (k,) of their variances that the weakest direction makes
    """

    inflations: tuple[Inflation, ...]
    condition: float
    names: tuple[str, ...]
    shares: Vector
    notes: tuple[str, ...] = ()

    @property
    def entangled(self) -> tuple[str, ...]:
        """Coefficients that owe more than half of their variance to the weakest direction."""
        return tuple(name for name, share in zip(self.names, self.shares.tolist()) if share > HALF)

    def __getitem__(self, name: str) -> float:
        """The VIF of a term, the generalised one of a piece of several."""
        return named(name, {one.name: one.gvif for one in self.inflations}, _("piece"))

    def __len__(self) -> int:
        return len(self.inflations)

    def __repr__(self) -> str:
        shown = ", ".join(f"{short(one.name)} {number(one.gvif)}" for one in self.inflations[:3])
        return f"Vif({shown}{', …' if len(self) > 3 else ''}; condition {number(self.condition)})"

    def __str__(self) -> str:
        general = any(one.df > 1 for one in self.inflations)
        columns = [
            ["", *(one.name for one in self.inflations)],
            [_("df"), *(str(one.df) for one in self.inflations)],
            ["GVIF" if general else "VIF", *statistics([one.gvif for one in self.inflations])],
            ["GVIF^(1/2df)" if general else "√VIF", *statistics([one.root for one in self.inflations])],
        ]
        columns = columns if general else [columns[0], *columns[2:]]
        return "\n".join([*named_table(columns), "", *self._said(), *remarks(self.notes)])

    def _said(self) -> list[str]:
        condition = number(self.condition)
        if self.condition < LARGE:
            return remarks([_("condition {condition}: nothing is nearly collinear", condition=condition)])
        if not self.entangled:
            return remarks([_("condition {condition}: nearly collinear", condition=condition)])
        who = ", ".join(map(show, self.entangled[:6])) + (", …" if len(self.entangled) > 6 else "")
        return remarks(
            [_("condition {condition}: nearly collinear, above all {names}", condition=condition, names=who)]
        )

    def to_arrow(self) -> pyarrow.Table:
        """A row for each piece: term, df, gvif, root."""
        import pyarrow

        fields = ("df", "gvif", "root")
        return pyarrow.table(
            {"term": [one.name for one in self.inflations]}
            | {field: [getattr(one, field) for one in self.inflations] for field in fields}
        )


def vif(fitted: Fitted) -> Vif:
    """Of the terms that were estimated, from the exact sums."""
    fitted.estimate.refuse_unless_least_squares(_("variance inflation"))
    eliminated = fitted.solution.eliminated
    if eliminated is not None:
        raise UsageError(
            _(
                "the levels of {column} are too many for the products of all terms, which inflation is made of",
                column=show(eliminated.column),
            ),
            _("fit the same line without it: variance inflation within its levels is not known"),
        )
    spread, layout = Spread(fitted), fitted.layout
    if not any(place >= layout.offset for place in spread.solution.kept):
        raise UsageError(_("a line without terms has nothing to inflate"), _("fit one with terms"))
    inverse = invert_normal(spread.gram)
    condition, shares = _condition(spread, inverse)
    notes = []
    if fitted.dropped:
        notes.append(
            _("gave way to terms before them, and are left out: {dropped}", dropped=", ".join(fitted.dropped[:12]))
        )
    if not layout.intercept:
        notes.append(_("without an intercept the factors are about 0, not about the means"))
    inflations = (_inflation(part, spread, inverse) for part in parts_of(fitted))
    return Vif(
        inflations=tuple(one for one in inflations if one is not None),
        condition=condition,
        names=tuple(spread.solution.names[place] for place in spread.solution.kept),
        shares=shares,
        notes=tuple(notes),
    )


def _inflation(part: Part, spread: Spread, inverse: Sequence[Sequence[tuple[int, int]]]) -> Inflation | None:
    """None where all of its terms gave way."""
    offset = spread.solution.layout.offset
    own = [i for i, place in enumerate(spread.solution.kept) if place - offset in part.terms]
    if not own:
        return None
    block, total = _centred(spread.gram, own, spread.solution.kept[:1] == (0,) and offset == 1)
    if len(own) == 1:
        mantissa, exponent = inverse[own[0]][own[0]]
        varied = Fraction(mantissa) * Fraction(2) ** exponent
    else:
        unit = [[Fraction(int(i == j)) for j in range(len(spread.gram))] for i in own]
        varied = determinant(spread.gram, unit)
    gvif = Fraction(exact_determinant(block), total ** len(own)) * varied
    return Inflation(name=part.text, df=len(own), gvif=float(gvif))


def _centred(gram: Sequence[Sequence[int]], own: Sequence[int], intercept: bool) -> tuple[list[list[int]], int]:
    """C_AA times a number, and that number."""
    if not intercept:
        return [[gram[i][j] for j in own] for i in own], 1
    total, ones = gram[0][0], gram[0]
    return [[gram[i][j] * total - ones[i] * ones[j] for j in own] for i in own], total


def _condition(spread: Spread, inverse: Sequence[Sequence[tuple[int, int]]]) -> tuple[float, Vector]:
    """Of S and S⁻¹, each of which has its largest eigenvalue to the last digits; and the shares of the weakest direction."""
    gram = spread.gram
    scales = [row[i].bit_length() // 2 for i, row in enumerate(gram)]
    matrix = _floats([[(v, 0) for v in row[: i + 1]] for i, row in enumerate(gram)], [-s for s in scales])
    other = _floats(inverse, scales)
    lengths = np.sqrt(matrix.diagonal())
    scaled, inverted = matrix / np.outer(lengths, lengths), other * np.outer(lengths, lengths)
    values, vectors = np.linalg.eigh(inverted)
    shares = vectors[:, -1] ** 2 * values[-1] / inverted.diagonal()
    return sqrt(np.linalg.eigvalsh(scaled)[-1] * values[-1]), shares


def _floats(triangle: Sequence[Sequence[tuple[int, int]]], scales: Sequence[int]) -> Matrix:
    """mantissa · 2^(exponent + scales) of a symmetric matrix."""
    out = np.empty((len(triangle), len(triangle)))
    for a, row in enumerate(triangle):
        for b, (mantissa, exponent) in enumerate(row[: a + 1]):
            out[a, b] = out[b, a] = scaled_float(mantissa, exponent + scales[a] + scales[b])
    return out
