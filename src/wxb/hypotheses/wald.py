"""Tests of linear hypotheses R θ = r by how the estimates vary: each alone and all together.

    t = (R θ̂ − r) / √(R V Rᵀ)        F = χ² / q,  χ² = (R θ̂ − r)ᵀ (R V Rᵀ)⁻¹ (R θ̂ − r),  q = rank R

With the classical errors R θ̂ and R V Rᵀ come from the exact moments: a difference of nearly equal coefficients, and a sum that is
known far better than its parts, keep all their digits. Which hypotheses follow from others is decided in rational arithmetic.
Refused: hypotheses that contradict each other, and lines under a penalty, which have no errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isinf, isnan, nan

from wxb import arguments
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.hypotheses.linear import Equation, read_hypotheses
from wxb.hypotheses.parts import parts_of
from wxb.hypotheses.spread import Spread
from wxb.hypotheses.tables import between, degrees, named_table, numbers, remarks, statistics
from wxb.hypotheses.words import remarks_of, with_errors
from wxb.i18n import _
from wxb.numbers import number, p_value, statistic, thousands
from wxb.printable import cells
from wxb.report.errors_text import errors_name
from wxb.tails import chi2_upper_p, f_upper_p, t_two_sided_p, two_sided_t
from wxb.values import Shown, short

MOST_LISTED = 40  # hypotheses in a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One linear hypothesis on its own.

    text : as typed        factors : of the coefficients, by their names        value : what they should add up to
    estimate : what they do add up to        se : its standard error        t : (estimate − value) / se        p : P(|T| > |t|)
    freedom : degrees of freedom of t
    """

    text: str
    factors: Mapping[str, float]
    value: float
    estimate: float
    se: float
    t: float
    freedom: float

    @property
    def p(self) -> float:
        return t_two_sided_p(self.t, self.freedom)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The confidence interval of what the coefficients add up to."""
        half = self.se * two_sided_t(arguments.level(level), self.freedom)
        return self.estimate - half, self.estimate + half

    def __repr__(self) -> str:
        found = f"{number(self.estimate)} ± {number(self.se)}, t {number(self.t)}, p {number(self.p)}"
        return f"Hypothesis({short(self.text, 40)}: {found})"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldTest(Shown):
    """Hypotheses about the coefficients of a line, each alone (`each`) and all together.

    Attributes
    ----------
    each : a Hypothesis for each equation, in the order typed
    f, p : F of all together and its tail; `f_freedom` its two degrees of freedom, the first the rank of the hypotheses
    chi2, chi2_p : q·F, and its tail by χ²(q), for many rows
    redundant : those that follow from the ones before them
    errors : which standard errors these are
    notes : what should be known of the test
    """

    each: tuple[Hypothesis, ...]
    f: float
    f_freedom: tuple[int, float]
    chi2: float
    redundant: tuple[str, ...]
    errors: str
    notes: tuple[str, ...] = ()

    @property
    def p(self) -> float:
        """P(F > f), of all together."""
        return f_upper_p(self.f, *self.f_freedom)

    @property
    def chi2_p(self) -> float:
        return chi2_upper_p(self.chi2, self.f_freedom[0])

    def __len__(self) -> int:
        return len(self.each)

    def __getitem__(self, place: int) -> Hypothesis:
        return self.each[place]

    def __repr__(self) -> str:
        q, freedom = self.f_freedom
        what = "; ".join(short(one.text, 30) for one in self.each[:3]) + ("; …" if len(self.each) > 3 else "")
        return f"WaldTest({what}: F({q}, {number(freedom)}) {number(self.f)}, p {number(self.p)})"

    def __str__(self) -> str:
        return self.text()

    def text(self, level: float = 0.95) -> str:
        """A table in at most 80 columns, with intervals at a level."""
        level = arguments.level(level)
        shown = self.each[:MOST_LISTED]
        columns = [
            [_("hypothesis"), *(one.text for one in shown)],
            [_("estimate"), *numbers([one.estimate for one in shown])],
            [_("std. err"), *numbers([one.se for one in shown], 3)],
            ["t", *statistics([one.t for one in shown])],
            ["p", *(p_value(one.p) for one in shown)],
            [_("{level} % interval", level=number(100 * level)), *(between(*one.interval(level)) for one in shown)],
        ]
        rest = [_("  … {count} more", count=thousands(len(self) - len(shown)))] if len(self) > len(shown) else []
        follow = [
            _("`{text}` follows from the others, and counts for nothing beside them", text=text)
            for text in self.redundant
        ]
        head = _(
            "tests by {with_errors}; {degrees}",
            with_errors=with_errors(self.errors),
            degrees=degrees(self.f_freedom[1]),
        )
        return "\n".join([head, "", *named_table(columns), *rest, *self._together(), *remarks([*follow, *self.notes])])

    def _together(self) -> list[str]:
        if len(self.each) == 1:
            return []
        (q, freedom), together = self.f_freedom, _("all together")
        return [
            "",
            f"  {together}   F({q}, {number(freedom)}) = {statistic(self.f)}   p {p_value(self.p)}",
            f"  {' ' * cells(together)}   χ²({q}) = {statistic(self.chi2)}   p {p_value(self.chi2_p)}",
        ]


def wald_test(fitted: Fitted, hypotheses: str | Sequence[str]) -> WaldTest:
    """Test what is typed, by the errors of the line."""
    _refuse_without_errors(fitted)
    equations = read_hypotheses(hypotheses, fitted.layout, _wholes(fitted))
    spread = Spread(fitted)
    for equation in equations:
        spread.refuse_unknown(equation.factors)
    independent = _independent(equations)
    chosen = [equations[place] for place in independent]
    apart = [spread.value(one.factors) - one.value for one in chosen]
    chi2 = spread.distance([one.factors for one in chosen], apart)
    q, freedom = len(chosen), float(spread.inference.joint_freedom)
    return WaldTest(
        each=_each(equations, spread),
        f=chi2 / q,
        f_freedom=(q, freedom),
        chi2=chi2,
        redundant=tuple(one.text for place, one in enumerate(equations) if place not in independent),
        errors=errors_name(fitted),
        notes=(*_joint_remarks(spread, q, chi2), *remarks_of(fitted)),
    )


def _refuse_without_errors(fitted: Fitted) -> None:
    if fitted.penalised is not None:
        raise UsageError(
            _(
                "a test needs standard errors, and of a line under a penalty they are not known: how far it moves the coefficients "
                "the rows do not tell"
            ),
            _(
                "fit the line without `l2=`, `l1=` and `positive=`, and test that one; on other rows, where the penalty chose the "
                "columns"
            ),
        )


def _wholes(fitted: Fitted) -> dict[str, tuple[int, ...]]:
    """The places of the coefficients of each term, those that gave way only where all of them did."""
    offset, kept = fitted.layout.offset, set(fitted.solution.kept)
    found = {part.text: tuple(offset + place for place in part.terms) for part in parts_of(fitted)}
    return {text: tuple(place for place in places if place in kept) or places for text, places in found.items()}


def _each(equations: Sequence[Equation], spread: Spread) -> tuple[Hypothesis, ...]:
    names = spread.solution.names
    errors = spread.se([one.factors for one in equations]).tolist()
    found = []
    for one, se in zip(equations, errors):
        estimate = spread.value(one.factors)
        found.append(
            Hypothesis(
                text=one.text,
                factors={names[place]: float(factor) for place, factor in one.factors.items()},
                value=float(one.value),
                estimate=float(estimate),
                se=se,
                t=_ratio(estimate - one.value, se),
                freedom=spread.freedom(one.factors),
            )
        )
    return tuple(found)


def _ratio(apart: Fraction, se: float) -> float:
    if isnan(se):
        return nan
    if se == 0:
        return nan if apart == 0 else inf if apart > 0 else -inf
    return float(apart / Fraction(se)) if not isinf(se) else 0.0


def _independent(equations: Sequence[Equation]) -> list[int]:
    """The places of those that do not follow from the ones before them; UsageError where one contradicts these."""
    echelon: list[tuple[int, dict[int, Fraction], Fraction]] = []  # pivot, factors with 1 at the pivot, value
    found = []
    for place, equation in enumerate(equations):
        factors, value = dict(equation.factors), equation.value
        for pivot, row, target in echelon:
            share = factors.get(pivot, Fraction(0))
            if share:
                factors = _minus(factors, row, share)
                value -= share * target
        if factors:
            pivot, lead = next(iter(factors.items()))
            echelon.append((pivot, {k: v / lead for k, v in factors.items()}, value / lead))
            found.append(place)
        elif value:
            others = _("the hypotheses before it") if place > 1 else f"`{equations[0].text}`"
            raise UsageError(
                _(
                    "`{text}` contradicts {others}: no coefficients fulfil all of them",
                    text=equation.text,
                    others=others,
                ),
                _("leave one of them out"),
            )
    return found


def _minus(factors: Mapping[int, Fraction], row: Mapping[int, Fraction], share: Fraction) -> dict[int, Fraction]:
    left = {k: factors.get(k, Fraction(0)) - share * row.get(k, Fraction(0)) for k in {**factors, **row}}
    return {k: v for k, v in left.items() if v}


def _joint_remarks(spread: Spread, q: int, chi2: float) -> tuple[str, ...]:
    errors = spread.errors
    if errors is None or not isnan(chi2):
        return ()
    if q > errors.most_tested:
        most = number(errors.most_tested)
        return (
            _(
                "{q} hypotheses are not tested together: these errors can tell {most} at most; each alone is tested",
                q=q,
                most=most,
            ),
        )
    return (_("the hypotheses are not tested together: these errors say nothing of some combination of them"),)
