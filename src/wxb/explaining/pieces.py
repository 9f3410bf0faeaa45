"""A comparison of backward with differences: along all elements, and where these do not tell, along some of them.

    d = d_A + d_B        φ′ along d is φ′ along d_A and d_B together, wherever φ is differentiable

So where slopes do not add up φ has no derivative there, though it has a slope in every direction: the median of equal
numbers, the largest of them. Where φ has a kink, or its differences do not settle, the elements are halved until they do.
A piece is off where its differences stand against backward, and its slope adds up with those of all other elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from wxb.explaining._torch import torch
from wxb.explaining.checked import Reason, Verdict
from wxb.explaining.slopes import Slope, slope
from wxb.explaining.subject import inner, random_like

SAFETY = 8.0  # errors that backward and the differences may be apart
HIDDEN = 1e-3  # of the slope's own size: an error beyond that decides nothing
TINY = 1e-18  # what cancels to 0 in the differences, and does not in backward
MOST = 40  # pieces
ADDS = 0.02  # of slopes that are added, which one-sided ones may be off
KINK: Reason = "kink"
FAST: Reason = "fast"
NOISE: Reason = "noise"
APART: Reason = "parts"
FIRST: Reason = "first order"
DRAWS = 4  # of directions along which slopes must add up


@dataclass(frozen=True, slots=True)
class Compared:
    """elements : along which"""

    elements: torch.Tensor
    direction: torch.Tensor
    backward: float
    found: Slope
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Weighed:
    """What all pieces say.   smooth : the elements along which there is a derivative        off : those of a piece that is"""

    backward: float
    found: Slope
    verdict: Verdict
    reason: Reason
    smooth: torch.Tensor
    off: torch.Tensor


@dataclass(frozen=True)
class Line:
    """along : a direction → φ along it        gradient : backward's, None where nothing comes back        value : at which"""

    along: Callable[[torch.Tensor], Callable[[float], float]]
    gradient: torch.Tensor | None
    value: torch.Tensor
    rounding: float

    def slope(self, direction: torch.Tensor) -> Slope:
        return slope(self.along(direction), _scale(self.value, direction), self.rounding)

    def compared(self, direction: torch.Tensor, relative: float, elements: torch.Tensor | None = None) -> Compared:
        """relative : what rounding may take of the gradient"""
        gradient = self.gradient
        if gradient is not None:
            gradient = torch.where(direction == 0, torch.zeros_like(gradient), gradient)
        backward = 0.0 if gradient is None else float(inner(gradient, direction))
        size = 0.0 if gradient is None else float(gradient.norm())
        found = self.slope(direction)
        if elements is None:
            elements = direction.reshape(-1).nonzero()[:, 0].cpu()
        verdict = _verdict(backward, found, size, len(elements), relative)
        return Compared(elements, direction, backward, found, verdict)


def part(one: torch.Tensor, way: torch.Tensor) -> torch.Tensor:
    """Σ Re(ā b) where b is not 0: what a has elsewhere may be NaN."""
    return inner(torch.where(way == 0, torch.zeros_like(one), one), way)


def only(direction: torch.Tensor, elements: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """A direction in some elements alone, of length 1."""
    kept = torch.zeros_like(direction)
    places = elements.to(direction.device)
    kept[places] = direction[places]
    return (kept / kept.norm().clamp(min=1e-300)).reshape(value.shape)


def weighed(
    line: Line, direction: torch.Tensor, elements: torch.Tensor, relative: float, generator: torch.Generator
) -> Weighed:
    """Compare along a direction, and along parts of it where the whole does not tell. elements : that are asked for"""
    numbers = direction.reshape(-1)
    if not len(elements):
        return Weighed(0.0, _NOTHING, "undecided", FIRST, elements, elements)
    whole_direction = direction if len(elements) == numbers.numel() else only(numbers, elements, line.value)
    whole = line.compared(whole_direction, relative, elements)
    if whole.verdict == "agrees":
        return Weighed(whole.backward, whole.found, "agrees", "", elements, elements[:0])
    pieces, waiting, added = [], [whole], True
    while waiting:
        one = waiting.pop()
        if one.verdict == "off" and not _adds(line, one, numbers, generator):
            added, one = False, replace(one, verdict="undecided")
        if one.verdict in ("agrees", "off") or len(one.elements) == 1 or len(pieces) + len(waiting) >= MOST:
            pieces.append(one)
            continue
        middle = len(one.elements) // 2
        for half in (one.elements[middle:], one.elements[:middle]):
            waiting.append(line.compared(only(numbers, half, line.value), relative, half))
    return _together(whole, pieces, added)


def _together(whole: Compared, pieces: list[Compared], added: bool) -> Weighed:
    off = [one for one in pieces if one.verdict == "off"]
    rough = [one for one in pieces if one.verdict in ("kink", "undecided")]
    smooth = [one.elements for one in pieces if one.verdict in ("agrees", "off")]
    kept = torch.cat([*smooth, whole.elements[:0]]).sort().values
    if off:
        worst = whole if whole.verdict == "off" and len(pieces) == 1 else off[0]
        return Weighed(worst.backward, worst.found, "off", "", kept, worst.elements)
    if not rough and added:
        largest = max(pieces, key=lambda one: abs(one.found.value))  # noise hides the whole, of parts that agree
        return Weighed(largest.backward, largest.found, "agrees", "", kept, kept[:0])
    verdict: Verdict = "kink" if whole.verdict == "kink" and added else "undecided"
    reason = APART if not added else _reason(whole if whole.found.kink or not rough else rough[0])
    return Weighed(whole.backward, whole.found, verdict, "" if verdict == "kink" else reason, kept, kept[:0])


def _reason(one: Compared) -> Reason:
    if one.found.kink:
        return KINK
    return NOISE if one.found.resolved else FAST


def _adds(line: Line, one: Compared, numbers: torch.Tensor, generator: torch.Generator) -> bool:
    """Whether its slope adds up with that of all other elements; of all elements, those of both halves."""
    count = len(numbers)
    if count == 1:
        return True
    others = torch.ones(count, dtype=torch.bool)
    others[one.elements] = False
    parts = one.elements, others.nonzero()[:, 0]
    for __ in range(DRAWS):
        if len(one.elements) == count:
            mixed = torch.randperm(count, generator=generator)
            parts = mixed[: count // 2], mixed[count // 2 :]
        drawn = random_like(line.value, generator).reshape(-1)
        directions = [only(drawn, part, line.value) for part in parts]
        first, second, both = (line.slope(way) for way in (*directions, directions[0] + directions[1]))
        if not all(_near(_side(both, at), _side(first, at), _side(second, at)) for at in ("left", "right")):
            return False
    return True


def _near(both: float, first: float, second: float) -> bool:
    """Whether both is the sum, as far as that is known."""
    if not all(map(math.isfinite, (both, first, second))):
        return True
    return abs(both - first - second) <= ADDS * (abs(both) + abs(first) + abs(second))


def _side(found: Slope, side: str) -> float:
    return float(getattr(found, side)) if found.kink else found.value


def _verdict(backward: float, found: Slope, size: float, count: int, relative: float) -> Verdict:
    """size : the length of the gradient        count : of its numbers        relative : what rounding may take of it"""
    if not math.isfinite(found.error):
        return "undecided"
    if not math.isfinite(backward):
        return "off" if found.stands_against(backward) and not _hidden(found, abs(found.value)) else "undecided"
    allowed = SAFETY * found.error + relative * size + (0.0 if found.error else TINY)
    if found.kink:
        low, high = sorted((found.left, found.right))
        within = low - allowed - 1e-6 * (high - low) <= backward <= high + allowed + 1e-6 * (high - low)
        return "kink" if within else "undecided"
    if abs(backward - found.value) > allowed:
        return "off" if found.stands_against(backward) else "undecided"
    usual = max(abs(backward), abs(found.value), size / math.sqrt(count))
    return "undecided" if _hidden(found, usual) else "agrees"


def _hidden(found: Slope, usual: float) -> bool:
    """Whether the error of the differences is so large that they decide nothing."""
    return SAFETY * found.error > max(HIDDEN * usual, 1e-9)


def _scale(value: torch.Tensor, direction: torch.Tensor) -> float:
    """A length over which the function may change along a direction of length 1: that of the values that it moves."""
    length = float(torch.where(direction == 0, torch.zeros_like(value), value).norm())
    return length if length > 0 else 1.0


_NOTHING = Slope(math.nan, math.inf, math.nan, math.nan, kink=False, step=0.0)
