"""overflow: the loss grows by the same factor at every step; when it leaves the range of its type can be told now.

loss_e ≈ loss_0 · r^e, r > 1      overflow at e + ln(max / loss_e) / ln r

The rate is to blame unless one of these is seen: the step goes uphill (a gradient added by hand, `maximize=True`), where no
rate is good; the loss is a cost with its sign turned, and falls in the same way; the inputs grow with the loss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching import graph, sources
from wxb.watching.events import Backward, Curve, Rule, TorchCall
from wxb.watching.finding import Finding, Site

LEAST = 4  # ratios of one sign in a row
LARGEST = 1_000_000
GROWTH = 10.0
BLOWN = 1e6
SPREAD = 0.5  # largest relative spread of the log-ratios that still counts as one factor


def growth(curve: Curve) -> tuple[float, int, float] | None:
    """Factor per step, number of rises in a row, and total growth, of the rising end of a curve; None if it is none."""
    return _growth(list(curve.last))


def plunge(curve: Curve) -> tuple[float, int, float] | None:
    """The same of the falling end of a curve below 0."""
    return _growth([-value for value in curve.last])


def _growth(losses: list[float]) -> tuple[float, int, float] | None:
    finite = [value for value in losses if math.isfinite(value)]
    if not finite or finite[-1] <= 0:
        return None
    start = len(finite) - 1
    while start > 0 and 0 < finite[start - 1] < finite[start]:
        start -= 1
    rising = finite[start:]
    if len(rising) < 3:
        return None
    ratios = [math.log(b / a) for a, b in pairwise(rising)]
    late = ratios[len(ratios) // 2 :]
    mean = sum(late) / len(late)
    spread = max(abs(ratio - mean) for ratio in late) / mean
    total = rising[-1] / rising[0]
    blew_up = len(finite) < len(losses) and total > BLOWN  # faster than geometric: a network, not a quadratic
    alike = (
        len(rising) > LEAST and spread <= SPREAD
    )  # two factors are no law: a loss of 0.5 is not on its way out of any type
    if total < GROWTH or not (alike or blew_up):
        return None
    return math.exp(mean), len(rising) - 1, total


@dataclass(frozen=True, slots=True)
class Entry:
    """The largest entry of the data that a loss was computed from. `place`: how many losses its curve had before."""

    size: float
    name: str
    row: int
    place: int = 0


class Overflow(Rule):
    name = "overflow"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._largest: dict[Site, float] = {}
        self._negated: dict[Site, Site] = {}
        self._entry: Entry | None = None
        self._entries: dict[Site, list[Entry]] = {}

    def operation(self, operation: TorchCall) -> None:
        torch, plain = self.run.torch, self.run.plain
        for operand in operation.operands if getattr(operation.out, "requires_grad", False) else ():
            known = isinstance(operand, torch.Tensor) and plain(operand) and operand.is_floating_point()
            if known and 1 < operand.numel() <= LARGEST and not operand.requires_grad:
                self._measure(operand, operation)

    def _measure(self, data: Any, operation: TorchCall) -> None:
        size = float(data.abs().max())
        if self._entry is None or size > self._entry.size:
            frame = operation.frame
            known = sources.variables(frame) if frame is not None else []
            name = next((f"`{name}`" for name, value in known if value is data), "") or _("the input")
            row = int(data.abs().argmax()) // max(1, data.numel() // data.shape[0])
            self._entry = Entry(size, name, row)

    def backward_started(self, backward: Backward) -> None:
        entry, self._entry = self._entry, None
        if backward.value is None:
            return
        if backward.site not in self._largest:
            self._largest[backward.site] = self.run.torch.finfo(backward.loss.dtype).max
        if entry is not None:
            place = self.run.curves[backward.site].count - 1
            self._entries.setdefault(backward.site, []).append(replace(entry, place=place))
        if backward.window and backward.site not in self._negated and graph.negated_cost(backward.loss.grad_fn):
            self._negated[backward.site] = self.run.paths.site_of(backward.loss.grad_fn)

    def findings(self) -> list[Finding]:
        found = []
        for site, curve in self.run.curves.items():
            rising = growth(curve)
            if rising is not None:
                found.append(self._finding(site, curve, *rising))
            elif site in self._negated and (falling := plunge(curve)) is not None:
                found.append(self._turned(site, curve, *falling))
        return found

    def _turned(self, site: Site, curve: Curve, factor: float, falls: int, total: float) -> Finding:
        finite = [value for value in curve.last if math.isfinite(value)]
        return Finding(
            self.name,
            self._negated[site] if self._negated[site].line else site,
            _(
                "the loss falls without end, about {factor} times further below 0 at each step: {first} → {last}; it is a "
                "cost with its sign turned",
                factor=readable(factor, 3),
                first=readable(finite[-1 - falls]),
                last=readable(finite[-1]),
            )
            + ".",
            _("The model moves away from its data, at every rate: there is no good one."),
            _("minimise the cost itself, without the minus") + ".",
        )

    def _finding(self, site: Site, curve: Curve, factor: float, rises: int, total: float) -> Finding:
        finite = [value for value in curve.last if math.isfinite(value)]
        largest = self._largest.get(site, 3.4e38)
        now = curve.count - 1 - (len(curve.last) - len(finite))
        if len(finite) < len(curve.last):
            end = _(
                "At epoch {now} it left the range of its type ({largest}) and is {last}.",
                now=now + 1,
                largest=readable(largest),
                last=curve.last[-1],
            )
        else:
            epoch = now + math.ceil(math.log(largest / finite[-1]) / math.log(factor))
            end = _("At this pace it overflows ({largest}) at epoch {epoch}.", largest=readable(largest), epoch=epoch)
        also, why, fix = self._cause(site, curve, now - rises, now)
        evidence = _(
            "the loss grew {total}-fold in {rises} steps, about {factor} times at each: {finite} → "
            "{finite2} at epoch {now} (epochs counted from 0)",
            total=readable(total),
            rises=rises,
            factor=readable(factor, 3),
            finite=readable(finite[-1 - rises]),
            finite2=readable(finite[-1]),
            now=now,
        )
        return Finding(self.name, site, evidence + also, f"{end} {why}", fix)

    def _cause(self, site: Site, curve: Curve, start: int, end: int) -> tuple[str, str, str]:
        """What to add to the evidence, why the loss grows, and what to do."""
        if self.run.uphill.line:
            why = _("The update climbs the loss: a smaller rate only climbs more slowly.")
            return "", why, _("subtract the gradient at line {line}", line=self.run.uphill.line)
        groups = [group for record in self.run.optimizers.values() if record.steps for group in record.groups()]
        if any(group.get("maximize") for group in groups):
            why = _("The optimizer climbs the loss (maximize=True): a smaller rate only climbs more slowly.")
            return "", why, _("leave maximize=True out, or turn the sign of what is to be maximised")
        grown = self._grown(site, curve, start, end)
        if grown is not None:
            first, last = grown
            also = _(
                "; {name} grew with it: its largest entry went from {first} to {last} (row {row})",
                name=last.name,
                first=readable(first.size, 3),
                last=readable(last.size, 3),
                row=last.row,
            )
            why = _("The loss follows its data, not the rate.")
            return also, why, _("look at these rows, or scale every batch by the same sizes before training")
        why = _("Geometric growth is a step size too large for the slope, not a bad row.")
        fix = _("lower the learning rate until the loss falls from the first step")
        return "", why, fix + ("" if self.run.steps else _(" (here: in the hand-written update)"))

    def _grown(self, site: Site, curve: Curve, start: int, end: int) -> tuple[Entry, Entry] | None:
        """The data at both ends of a rise when its square makes up half of it or more."""
        offset = curve.count - len(curve.last)
        seen = [
            entry
            for entry in self._entries.get(site, [])
            if max(start, offset) <= entry.place <= end and entry.size > 0
        ]
        if len(seen) < 2:
            return None
        first, last = seen[0], seen[-1]
        rise = math.log(curve.last[last.place - offset] / curve.last[first.place - offset])
        return (first, last) if 2 * math.log(last.size / first.size) >= 0.5 * rise > 0 else None
