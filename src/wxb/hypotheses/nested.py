"""Nested lines of the same rows, each beside the next larger one.

    F = (RSS₀ − RSS₁)/(k₁ − k₀) / s²,   s² = RSS/(n − k) of the largest        LR = n log(RSS₀/RSS₁)

That the rows are the same and one line is part of the other is not taken on trust: the terms of the smaller must be among those
of the larger, and all their sums, which are exact, must be the same to the last bit. Refused: other rows, other targets, lines
of which neither is part of the other, sums that were rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import inf, log, nan

from wxb.arguments import instance
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.hypotheses.tables import named_table, numbers, remarks, statistics
from wxb.i18n import _
from wxb.numbers import counted, number, numbered, p_value
from wxb.printable import show
from wxb.tails import chi2_upper_p, f_upper_p
from wxb.values import Shown, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From a line to the next larger one.

    added : names of the terms that it has besides        df : how many more coefficients were estimated
    f, p : whether they are all 0, f_freedom its degrees of freedom        lr, lr_p : n log(RSS₀/RSS₁), and its tail by χ²(df)
    """

    added: tuple[str, ...]
    df: int
    f: float
    f_freedom: tuple[int, int]
    lr: float

    @property
    def p(self) -> float:
        return f_upper_p(self.f, *self.f_freedom)

    @property
    def lr_p(self) -> float:
        return chi2_upper_p(self.lr, self.df)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Shown):
    """Lines from the smallest to the largest, (m,), and the steps between them, (m − 1,).

    freedom, rss, aic, bic : (m,) of each line        names : what each is called in the table
    """

    names: tuple[str, ...]
    freedom: tuple[int, ...]
    rss: tuple[float, ...]
    aic: tuple[float, ...]
    bic: tuple[float, ...]
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    @property
    def f(self) -> float:
        """Of the last step, the only one of two lines."""
        return self.steps[-1].f

    @property
    def p(self) -> float:
        return self.steps[-1].p

    def __repr__(self) -> str:
        last = self.steps[-1]
        q, freedom = last.f_freedom
        return (
            f"Comparison({numbered(len(self.names), 'line')}: F({q}, {freedom}) {number(last.f)}, p {number(last.p)})"
        )

    def __str__(self) -> str:
        steps = self.steps
        columns = [
            ["", *self.names],
            [_("df"), *map(str, self.freedom)],
            ["RSS", *numbers(self.rss, 5)],
            ["AIC", *numbers(self.aic, 5)],
            ["F", "", *statistics([one.f for one in steps])],
            ["p", "", *(p_value(one.p) for one in steps)],
            ["LR", "", *statistics([one.lr for one in steps])],
            ["p", "", *(p_value(one.lr_p) for one in steps)],
        ]
        return "\n".join([*named_table(columns), *remarks(self.notes)])


def compare(*models: Fitted) -> Comparison:
    """Nested models of the same rows: whether each is better than the smaller one before it.

    models : two or more, as `fit` or `load` gave them, in any order

    Gives a `Comparison`: F and likelihood ratio of each step, RSS, AIC, BIC of each model; `print` shows it as a table. UsageError:
    models of other rows or another target, of which none is part of the other, or whose sums were rounded.
    """
    for model in models:
        instance(_("a model"), model, Fitted, _("a fitted model")).estimate.refuse_unless_least_squares(
            _("a comparison of nested models")
        )
    if len(models) < 2:
        raise UsageError(
            _("compare takes two models or more, not {count}", count=len(models)), _("give `compare(smaller, larger)`")
        )
    lines = sorted(models, key=lambda model: len(model.solution.kept))
    for smaller, larger in pairwise(lines):
        _refuse_others(smaller, larger)
    last = lines[-1].solution
    variance = last.rss / last.freedom if last.freedom else None
    found = [model.inference for model in lines]
    return Comparison(
        names=tuple(map(_name, lines)),
        freedom=tuple(one.freedom for one in found),
        rss=tuple(one.rss for one in found),
        aic=tuple(one.aic for one in found),
        bic=tuple(one.bic for one in found),
        steps=tuple(_step(a, b, variance, last.freedom) for a, b in pairwise(lines)),
        notes=_notes(lines),
    )


def _step(smaller: Fitted, larger: Fitted, variance: Fraction | None, freedom: int) -> Step:
    one, other = smaller.solution, larger.solution
    df, less = one.freedom - other.freedom, one.rss - other.rss
    f = nan
    if variance is not None:
        f = float(less / df / variance) if variance else inf if less else nan
    ratio = one.rss / other.rss if other.rss else None
    lr = (log(ratio.numerator) - log(ratio.denominator)) * other.rows if ratio else inf if one.rss else nan
    added = tuple(name for name in other.names if name not in one.names)
    return Step(added=added, df=df, f=f, f_freedom=(df, freedom), lr=lr)


def _refuse_others(smaller: Fitted, larger: Fitted) -> None:
    if "fast" in (smaller.moments.precision, larger.moments.precision):
        raise UsageError(
            _("sums that were rounded do not show whether two models are of the same rows"),
            _('fit both with `precision="exact"`'),
        )
    mine, theirs = smaller.solution.moments, larger.solution.moments
    if mine.target != theirs.target:
        raise UsageError(
            _("the models predict {target} and {target2}", target=show(mine.target), target2=show(theirs.target)),
            _("compare models of one target"),
        )
    if mine.rows != theirs.rows:
        raise UsageError(
            _(
                "the models are of {rows} and of {rows2}",
                rows=counted(mine.rows, "row"),
                rows2=counted(theirs.rows, "row"),
            ),
            _("fit both to the same rows; rows with a missing value count for the columns that a model reads"),
        )
    alone = [name for name in smaller.layout.names if name not in larger.layout.names]
    if alone:
        raise UsageError(
            _("neither model is part of the other: the larger has no {alone}", alone=", ".join(map(show, alone[:6]))),
            _("compare models of which the larger has all terms of the smaller; AIC compares others of the same rows"),
        )
    if theirs.select(mine.terms) != mine:
        raise UsageError(_("the models are of different rows: their sums differ"), _("fit both to the same rows"))
    if len(smaller.solution.kept) == len(larger.solution.kept):
        raise UsageError(_("the models have the same number of coefficients"), _("compare a model with a larger one"))


def _name(model: Fitted) -> str:
    """Its formula, or its terms."""
    if model.design.formula:
        return model.design.formula
    return f"{short(model.target)} ~ {' + '.join((*model.terms, *(() if model.layout.intercept else '0'))) or '1'}"


def _notes(lines: Sequence[Fitted]) -> tuple[str, ...]:
    found = []
    if any(model.inference.errors is not None for model in lines):
        found.append(
            _("F and LR go by the classical errors: `model.test` of the added terms goes by those of the model")
        )
    if not all(model.is_minimum for model in lines):
        found.append(_("of a descent it is the exact minimum that is compared"))
    return (*found, *dict.fromkeys(model.steps.remark for model in lines if model.steps is not None))
