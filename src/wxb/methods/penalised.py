"""The minimum under a penalty (`wxb.penalties`), of a λ that is given or chosen from the sums of the same reading.

    l2="auto"     by folds where there are some, else by leaving each row out in one more pass, else by generalised cross-validation
    l1="auto"     by folds, else by generalised cross-validation: without a row other coefficients may be 0, so no one pass
                  tells how it is predicted by all others; so too l2="auto" beside l1 or positive

λ is in units of the mean square: l2 ‖W‖² + l1 ‖W‖₁ is added to it, each W measured in standard deviations of its column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any, ClassVar, Literal

from wxb.advice import Advice
from wxb.arguments import number, wrong
from wxb.choices import conform
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.passes.again import Passes
from wxb.printable import show
from wxb.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalised:
    """l2, l1 : how much is added to the mean square for each unit of ‖W‖², of ‖W‖₁; "auto" chooses

    positive : whether coefficients may not be negative        standardise : whether W is measured in standard deviations
    choose : "minimum" of the judged cost, "one-se" the largest λ within a standard error of it, "gcv" instead of rows
    among : λ that are tried        penalise : factors of both penalties by term, 0 for none; 1 where it is not named
    """

    any_rows: ClassVar[bool] = True  # there is an answer with fewer rows than coefficients

    l2: float | Literal["auto"] | None = None
    l1: float | Literal["auto"] | None = None
    positive: bool = False
    standardise: bool = True
    choose: Literal["minimum", "one-se", "gcv"] = "minimum"
    among: Any = None
    penalise: Any = None

    def __post_init__(self) -> None:
        for name in ("l2", "l1"):
            refuse_several(name, getattr(self, name))
        conform(self)
        for name in ("l2", "l1"):
            value = getattr(self, name)
            if value is not None and value != "auto" and not 0 <= value < inf:
                raise wrong(name, _('a number ≥ 0, or "auto"'), value, _("0 is no penalty"))
        if self.l2 == self.l1 == "auto":
            raise UsageError(
                _("{l2} and {l1} cannot both be chosen", l2=Advice("l2", "auto"), l1=Advice("l1", "auto")),
                _("give one of them a number"),
            )
        object.__setattr__(self, "among", _among(self.among))
        object.__setattr__(self, "penalise", _factors(self.penalise))
        self._refuse_idle()

    def _refuse_idle(self) -> None:
        """UsageError for what says how to choose where nothing is chosen."""
        if self.l2 is None and self.l1 is None:
            for name, given in (("standardise", not self.standardise), ("penalise", self.penalise is not None)):
                if given:
                    raise UsageError(
                        _("{option} measures a penalty, and none is asked for", option=Advice(name)),
                        _("give `l2=` or `l1=`, or leave it out"),
                    )
        if self.varied is not None:
            return
        for name, given in (("choose", self.choose != "minimum"), ("among", self.among is not None)):
            if given:
                raise UsageError(*self._nothing_to_choose(Advice(name)))

    def _nothing_to_choose(self, option: Advice) -> tuple[str, str]:
        """What is wrong with an option that chooses where every λ is a number, and which of them could be chosen."""
        numbers = [Advice(name, value) for name, value in (("l2", self.l2), ("l1", self.l1)) if value is not None]
        if not numbers:
            what = _("{option} chooses a λ, and {positive} has none", option=option, positive=Advice("positive", True))
            return what, _('give `l2="auto"` or `l1="auto"` as well, or leave it out')
        if len(numbers) > 1:
            what = _("{option} chooses a λ, and {l2} and {l1} are given", option=option, l2=numbers[0], l1=numbers[1])
            return what, _(
                'give `l2="auto"` or `l1="auto"` in the place of one of them, or leave {option} out', option=option
            )
        [given] = numbers
        what = _("{option} chooses a λ, and {given} is given", option=option, given=given)
        auto = Advice(given.option, "auto")
        return what, _("give {auto} in its place, or leave {option} out", auto=auto, option=option)

    @property
    def varied(self) -> Literal["l2", "l1"] | None:
        """Which λ is chosen, None where both are given."""
        return "l2" if self.l2 == "auto" else "l1" if self.l1 == "auto" else None

    def given(self, l2: float, l1: float) -> Penalised:
        """The same with these λ, and no choice."""
        return replace(self, l2=l2, l1=l1, choose="minimum", among=None)

    def pairs_kept(self) -> dict[str, Any]:
        """What a model file keeps of the options that are no single number or text."""
        kept: dict[str, Any] = {} if self.among is None else {"among": list(self.among)}
        return kept if self.penalise is None else kept | {"penalise": dict(self.penalise)}

    def estimate(self, question: Question, passes: Passes) -> Estimate:
        """The minimum of the training rows under the penalty."""
        from wxb.methods.under_penalty import estimate

        return estimate(self, question, passes)


def refuse_several(name: str, value: Any) -> None:
    """UsageError for several λ where one is given: they are what is chosen among."""
    if isinstance(value, str | Mapping) or not hasattr(value, "__iter__") or getattr(value, "ndim", 1) == 0:
        return
    found = list(value)
    what = _("{option} is one λ, and a list of {count} is given", option=Advice(name), count=len(found))
    try:
        listed = [int(one) if one.is_integer() else one for one in (_among(found) or ())[::-1]]
    except UsageError:
        listed = []
    if len(listed) < 2:
        value = listed[0] if listed else 0.01
        raise UsageError(
            what, _("give a number, {value}, or {auto}", value=Advice(name, value), auto=Advice(name, "auto"))
        )
    tried = Advice("among", listed)
    auto, folds = Advice(name, "auto"), Advice("folds", 5)
    do = _("give {auto} and {tried}, which takes the one that predicts best, with {folds} by folds", auto=auto, tried=tried,
           folds=folds)  # fmt: skip
    raise UsageError(what, do)


def _among(values: Any) -> tuple[float, ...] | None:
    """λ that are tried, falling and each once."""
    if values is None:
        return None
    if isinstance(values, str | Mapping) or not hasattr(values, "__iter__"):
        raise wrong("among", _("numbers ≥ 0"), values, _("for example `among=[0.01, 0.1, 1]`"))
    found = sorted({number("among", value) for value in values}, reverse=True)
    if not found or found[-1] < 0 or not isfinite(found[0]):
        raise wrong("among", _("finite numbers ≥ 0"), values, _("for example `among=[0.01, 0.1, 1]`"))
    return tuple(found)


def _factors(given: Any) -> tuple[tuple[str, float], ...] | None:
    """Pairs (term, factor)."""
    if given is None:
        return None
    pairs = given.items() if isinstance(given, Mapping) else given
    try:
        listed = list(pairs)
        named = [(str(name), value) for name, value in listed]
        sound = len(dict(named)) == len(named) and not any(isinstance(one, str) for one in (pairs, *listed))
    except (TypeError, ValueError):
        named, sound = [], False
    if not sound:
        raise wrong("penalise", _("a dict of factors by term"), given, _('for example `penalise={"age": 0}`'))
    found = tuple((name, number(_("the factor of {name}", name=show(name)), value)) for name, value in named)
    bad = next(((name, value) for name, value in found if not 0 <= value < inf), None)
    if bad is not None:
        what = _("the factor of {name}", name=show(bad[0]))
        raise wrong(what, _("a finite number ≥ 0"), bad[1], _("0 leaves a term without a penalty"))
    return found
