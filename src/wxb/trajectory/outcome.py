"""How a run ended, as an enumeration whose text is the user's next action.

    converged        a stopping rule held: which one, and how far the minimum still is
    epochs used up   how far the minimum is in cost and in standard errors, how many epochs are missing
    diverging        the cause (the rate is above 2/λmax, which term makes it so), the largest and the best rate, scaling
    not finite       the epoch, the last finite cost
    interrupted      where it was
    exact            no descent was made: the minimum itself

An outcome is built of numbers (`to_dict` gives them all); its text is only a way to read them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace

from wxb.advice import Advice
from wxb.i18n import _
from wxb.numbers import counted, finite_or_text, in_words, readable, told_apart
from wxb.printable import cells, show
from wxb.trajectory.kind import OutcomeKind

SCALED = Advice("scale", "standard")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a rate diverges, and what to use instead.

    lr : the rate used                limit : rates at or above it do not converge (2/λmax, or its form with momentum)
    rule : the limit as a formula     curvature : λmax
    term : the term that makes the steepest direction, `share` of it (0 … 1)
    mean, spread : of that term's values (standard deviation), or None
    suggested_lr : the best constant rate, rounded down; epochs_per_digit at that rate
    condition : λmax/λmin as it is; scaled_condition : after standardising, None when scaling was used or is no help
    """

    lr: float
    limit: float
    rule: str
    curvature: float
    term: str
    share: float
    mean: float | None
    spread: float | None
    suggested_lr: float
    epochs_per_digit: float
    condition: float
    scaled_condition: float | None

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to give instead: one of these."""
        condition = readable(self.condition)
        pace = counted(self.epochs_per_digit)
        why = _("best constant rate ({pace} per digit, condition {condition})", pace=pace, condition=condition)
        rate = Advice("lr", self.suggested_lr, why)
        if self.scaled_condition is None:
            return (rate,)
        scaled = readable(self.scaled_condition)
        if self.scaled_condition < 1 + 1e-9:
            gain = _("condition {before} → {scaled}, one step reaches the minimum", before=condition, scaled=scaled)
        else:
            gain = _("condition {before} → {scaled}", before=condition, scaled=scaled)
        return rate, replace(SCALED, why=gain)

    def lines(self) -> list[str]:
        """Why, and what to do."""
        lr, limit = told_apart(self.lr, self.limit)
        if self.lr > self.limit:
            ends = _(
                "lr {lr} is above {limit}, where convergence ends ({rule}, λmax = {curvature})",
                lr=lr,
                limit=limit,
                rule=self.rule,
                curvature=readable(self.curvature),
            )
        else:
            ends = _(
                "lr was above {limit}, where convergence ends ({rule}), earlier in the run", limit=limit, rule=self.rule
            )
        ways = [f"{advice}  {advice.why}" for advice in self.advice]
        return [_("  why   {ends}", ends=ends), f"        {self._blame()}", *either(_("  do    "), ways)]

    def _blame(self) -> str:
        text = _("the steep direction is {term} ({share:.3g} %)", term=show(self.term, 80), share=100 * self.share)
        if self.mean is None or self.spread is None:
            return text
        return _(
            "{text}: its values are {mean} ± {spread}",
            text=text,
            mean=readable(self.mean),
            spread=readable(self.spread),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. Fields that do not apply are None.

    Attributes
    ----------
    kind : one of OutcomeKind
    epochs : epochs made
    reason : the stopping rule that held, in words
    distance_cost : cost above the minimum, at the end
    distance_se : largest distance of a coefficient from the minimum in its standard errors, at the end
    epochs_needed : more epochs until `target` holds, inf when it never will
    target : what epochs_needed leads to, in words
    epoch : where the trouble was seen: cost beyond 1000 × the start, or not finite
    overflow_epoch : where the cost leaves the range of float64
    growth : factor on the distance each epoch
    last_cost : the last finite cost
    cause : why it diverges
    lr, suggested_lr : the rate of the run, and a better one where one is known
    suggested_epochs : epochs to `target` at the suggested rate, from the same start
    scaled_epochs : epochs to six digits on standardised columns at their best rate, where that is a gain
    """

    kind: OutcomeKind
    epochs: int
    reason: str = ""
    distance_cost: float | None = None
    distance_se: float | None = None
    epochs_needed: float | None = None
    target: str = ""
    epoch: int | None = None
    overflow_epoch: float | None = None
    growth: float | None = None
    last_cost: float | None = None
    cause: Cause | None = None
    lr: float | None = None
    suggested_lr: float | None = None
    suggested_epochs: float | None = None
    scaled_epochs: float | None = None

    @property
    def good(self) -> bool:
        """Whether the coefficients are what was asked for."""
        return self.kind in (OutcomeKind.CONVERGED, OutcomeKind.EXACT)

    @property
    def text(self) -> str:
        """The outcome in lines: what happened, and what to do next."""
        return "\n".join(_WRITERS[self.kind](self))

    def to_dict(self) -> dict[str, object]:
        """Everything but what does not apply, for JSON (numbers beyond float64's range as text)."""
        record: dict[str, object] = {"kind": self.kind.name.lower()}
        for name in (field.name for field in fields(self) if field.name not in ("kind", "cause")):
            value = getattr(self, name)
            if value is not None and value != "":
                record[name] = finite_or_text(value)
        if self.cause is not None:
            record["cause"] = {
                field.name: finite_or_text(getattr(self.cause, field.name))
                for field in fields(self.cause)
                if getattr(self.cause, field.name) is not None
            }
        record["text"] = self.text
        return record


def _converged(outcome: Outcome) -> list[str]:
    lines = [_("✓ converged after {epochs}: {reason}", epochs=counted(outcome.epochs), reason=outcome.reason)]
    if distance := _distance(outcome):
        lines.append(_("  left  {distance}", distance=distance))
    return lines


def _used_up(outcome: Outcome) -> list[str]:
    lines = [_("• {epochs} used up before the minimum was reached", epochs=counted(outcome.epochs))]
    if distance := _distance(outcome):
        lines.append(_("  left  {distance}", distance=distance))
    ways = []
    if outcome.epochs_needed is not None and math.isinf(outcome.epochs_needed):
        ways.append(_("a smaller rate: this one is exactly critical and never arrives"))
    elif outcome.epochs_needed is not None:
        epochs = Advice("epochs", round(outcome.epochs + outcome.epochs_needed))
        ways.append(_("{epochs}  at this rate until {target}", epochs=epochs, target=outcome.target))
    if outcome.suggested_lr is not None and outcome.suggested_epochs is not None:
        lr, epochs = Advice("lr", outcome.suggested_lr), counted(outcome.suggested_epochs)
        if outcome.lr is not None:
            ways.append(_("{lr}  arrives in {epochs} from the start", lr=lr, epochs=epochs))
        else:
            ways.append(_("{lr} alone, plain descent, arrives in {epochs} from the start", lr=lr, epochs=epochs))
    if outcome.scaled_epochs is not None:
        both, epochs = f"{Advice('lr', 'auto')} {SCALED}", counted(outcome.scaled_epochs)
        if outcome.lr is not None:
            ways.append(_("{both}  arrives in about {epochs}", both=both, epochs=epochs))
        else:
            ways.append(_("{both} alone  arrives in about {epochs}", both=both, epochs=epochs))
    return lines + either(_("  do    "), ways)


def either(head: str, ways: list[str]) -> list[str]:
    """Ways under each other, joined by "or"."""
    heads = [head] + [" " * cells(head)] * len(ways)
    ends = [_(", or")] * (len(ways) - 1) + [""]
    return [f"{start}{way}{end}" for start, way, end in zip(heads, ways, ends)]


def _diverging(outcome: Outcome) -> list[str]:
    overflow = outcome.overflow_epoch
    would = "" if overflow is None else _(" and would overflow at epoch {epoch}", epoch=in_words(overflow))
    if outcome.epoch is not None:
        head = _("✗ diverging: the cost grew 1000-fold by epoch {epoch}{would}", epoch=outcome.epoch, would=would)
    elif outcome.growth is not None and outcome.growth > 1:
        growth = told_apart(outcome.growth, 1.0)[0]
        head = _("✗ diverging: the distance grows × {growth} each epoch{would}", growth=growth, would=would)
    else:
        head = _("✗ diverging: the cost grows{would}", would=would)
    if outcome.cause is not None:
        return [head, *outcome.cause.lines()]
    lines = [head]
    if outcome.last_cost is not None:
        cost, lr = readable(outcome.last_cost, 6), readable(outcome.lr or 0.0)
        lines.append(_("  seen  last cost {cost} at lr {lr}", cost=cost, lr=lr))
    told = _(
        "  do    a smaller {lr}, or {scaled}; `wxb.rates` shows which rates converge", lr=Advice("lr"), scaled=SCALED
    )
    lines.append(told)
    return lines


def _not_finite(outcome: Outcome) -> list[str]:
    cost = outcome.last_cost
    last = "" if cost is None else _("; the last finite cost was {cost}", cost=readable(cost, 6))
    dtype = Advice("dtype", "float64")
    return [
        _(
            "✗ not finite: the cost or a coefficient left the range of its type at epoch {epoch}{last}",
            epoch=outcome.epoch,
            last=last,
        ),
        _("  kept  the coefficients of the last finite epoch, which are not an answer"),
        _("  do    a smaller {lr}, {scaled}, or {dtype}", lr=Advice("lr"), scaled=SCALED, dtype=dtype),
    ]


def _interrupted(outcome: Outcome) -> list[str]:
    return [
        _("• interrupted after {epochs}: what was reached until then is kept", epochs=counted(outcome.epochs)),
        _("  do    start from it to go on"),
    ]


def _exact(outcome: Outcome) -> list[str]:
    return [_("✓ exact minimum")]


_WRITERS = {
    OutcomeKind.CONVERGED: _converged,
    OutcomeKind.EPOCHS_USED_UP: _used_up,
    OutcomeKind.DIVERGING: _diverging,
    OutcomeKind.NOT_FINITE: _not_finite,
    OutcomeKind.INTERRUPTED: _interrupted,
    OutcomeKind.EXACT: _exact,
}


def _distance(outcome: Outcome) -> str:
    parts = []
    if outcome.distance_cost is not None:
        parts.append(_("cost {distance_cost} above the minimum", distance_cost=readable(outcome.distance_cost, 3)))
    if outcome.distance_se is not None:
        parts.append(
            _("coefficients within {distance_se} standard errors of it", distance_se=readable(outcome.distance_se, 3))
        )
    return ", ".join(parts)
