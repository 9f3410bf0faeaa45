"""Analysis of variance by piece, type II: what each adds to all others that do not contain it.

    SS(A) = RSS(all that neither are nor contain A) − RSS(the same and A)
    F = SS/df / s²,   s² = RSS / (n − k) of the whole line

Every RSS is exact and from the same sums, so no row is read and a difference keeps its digits. A category is one piece with all its
levels; df is what it adds to the rank, so terms that gave way count nothing. Interactions do not bias the rows of what they are
made of, nor does the order of the formula matter (type I), nor the coding of categories (type III).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nan
from typing import TYPE_CHECKING

from wxb.covariance.classical import residual_variance
from wxb.fitted import Fitted
from wxb.hypotheses.parts import Fit, Part, added_alone, fit_with, parts_of
from wxb.hypotheses.tables import named_table, numbers, remarks, statistics
from wxb.hypotheses.words import named, remarks_of, with_errors
from wxb.i18n import _
from wxb.normal_equations import FEW
from wxb.numbers import DASH, number, p_value
from wxb.report.errors_text import errors_name
from wxb.tails import f_upper_p
from wxb.values import Shown, short

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A row of the table. name : of the piece        df : what it adds to the rank        sum_of_squares : that it explains

    f : sum_of_squares/df over the residual variance, NaN where df is 0        freedom : residual degrees of freedom
    """

    name: str
    df: int
    sum_of_squares: float
    f: float
    freedom: int

    @property
    def p(self) -> float:
        """P(F > f)."""
        return f_upper_p(self.f, self.df, self.freedom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anova(Shown):
    """effects : one of each piece        freedom, rss, variance : of the residuals        notes : what should be known of it"""

    target: str
    effects: tuple[Effect, ...]
    freedom: int
    rss: float
    variance: float
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Effect:
        return named(name, {one.name: one for one in self.effects}, _("piece"))

    def __len__(self) -> int:
        return len(self.effects)

    def __repr__(self) -> str:
        shown = ", ".join(f"{short(one.name)} F {number(one.f)}" for one in self.effects[:3])
        return f"Anova({short(self.target)}: {shown}{', …' if len(self.effects) > 3 else ''})"

    def __str__(self) -> str:
        columns = [
            ["", *(one.name for one in self.effects), _("residuals")],
            [_("df"), *(str(one.df) for one in self.effects), str(self.freedom)],
            [_("sum of squares"), *numbers([*(one.sum_of_squares for one in self.effects), self.rss], 5)],
            ["F", *statistics([one.f for one in self.effects]), ""],
            ["p", *(p_value(one.p) if one.df else DASH for one in self.effects), ""],
        ]
        head = _("analysis of variance of {target}, type II", target=short(self.target, 40))
        return "\n".join([head, "", *named_table(columns), *remarks(self.notes)])

    def to_arrow(self) -> pyarrow.Table:
        """A row for each piece and one of the residuals: term, df, sum_of_squares, f, p."""
        import pyarrow

        effects = self.effects
        return pyarrow.table(
            {
                "term": [*(one.name for one in effects), "residuals"],
                "df": [*(one.df for one in effects), self.freedom],
                "sum_of_squares": [*(one.sum_of_squares for one in effects), self.rss],
                "f": [*(one.f for one in effects), nan],
                "p": [*(one.p for one in effects), nan],
            }
        )


def anova(fitted: Fitted) -> Anova:
    """Of the exact minimum, from its sums."""
    fitted.estimate.refuse_unless_least_squares(_("an analysis of variance"))
    parts, solution = parts_of(fitted), fitted.solution
    variance = residual_variance(solution, fitted.inference.certainty)
    return Anova(
        target=fitted.target,
        effects=tuple(_effect(part, *added, solution.freedom, variance) for part, added in _added(fitted, parts)),
        freedom=solution.freedom,
        rss=fitted.inference.rss,
        variance=nan if variance is None else float(variance),
        notes=(*_remarks(fitted), *remarks_of(fitted)),
    )


def _added(fitted: Fitted, parts: tuple[Part, ...]) -> Iterator[tuple[Part, tuple[int, Fraction]]]:
    """Each part with its df and its sum of squares."""
    solution = fitted.solution
    many = len(solution.layout) > FEW and not solution.dropped and solution.eliminated is None
    alone = added_alone(solution) if many and any(len(part.terms) == 1 for part in parts) else []
    whole = Fit(solution.rss, solution.freedom)
    for part in parts:
        others = [one for one in parts if one is not part and not one.contains(part)]
        last = len(others) + 1 == len(parts)
        if alone and last and len(part.terms) == 1:
            yield part, (1, alone[fitted.layout.offset + part.terms[0]])
            continue
        before = fit_with(fitted, others)
        after = whole if last else fit_with(fitted, [*others, part])
        yield part, (before.freedom - after.freedom, before.rss - after.rss)


def _effect(part: Part, df: int, added: Fraction, freedom: int, variance: Fraction | None) -> Effect:
    f = nan
    if df and variance is not None:
        f = float(added / df / variance) if variance else inf if added else nan
    return Effect(name=part.text, df=df, sum_of_squares=float(added), f=f, freedom=freedom)


def _remarks(fitted: Fitted) -> list[str]:
    found = []
    if fitted.inference.errors is not None:
        found.append(
            _(
                "sums of squares go by the classical errors, not by {errors}: `model.test` goes by the errors of the model",
                errors=with_errors(errors_name(fitted)),
            )
        )
    if fitted.dropped:
        found.append(
            _("gave way to terms before them and count nothing: {dropped}", dropped=", ".join(fitted.dropped[:12]))
        )
    return found
