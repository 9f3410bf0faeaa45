"""`check_gradients(f, inputs)`: is the gradient that backward() gives the derivative of what was computed?

    class Square(torch.autograd.Function): ...
    print(wxb.check_gradients(Square.apply, torch.randn(3, requires_grad=True)))
    assert wxb.check_gradients(model, batch)

For each input and random directions d, v, w, in float64 whatever the inputs are:

    first order     d·∇φ       against  φ(x + t d)′ at t = 0              φ = Σ v·f(x)
    second order    d·∇(w·∇φ)  against  (w·∇φ(x + t d))′ at t = 0         the backward of the backward
                    the same by v, which is what comes in from above (`grad_output`): w·∇φ is linear in it

The differences carry their own error (`slopes`); what lies further apart is off, what the error hides is undecided, and a
kink is one where backward's value lies between the slopes from both sides. Of what is off the one number is looked for that is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wxb.errors import UsageError
from wxb.explaining._torch import torch
from wxb.explaining.checked import GradientCheck, Place, Probe, Verdict
from wxb.explaining.graph import walk
from wxb.explaining.slopes import Slope, slope
from wxb.explaining.subject import SEED, WIDE, Subject, inner, random_like, scalar, subject_of
from wxb.i18n import _

SAFETY = 8.0  # errors that backward and the differences may be apart
RELATIVE = 1e-9  # of the gradient's length, which rounding in backward itself may take
ROUNDED = 64.0  # the same in units of the last place, where f computes with shorter numbers
HIDDEN = 1e-3  # of the slope's own size: an error beyond that decides nothing
TINY = 1e-18  # what cancels to 0 in the differences, and does not in backward
EPS = torch.finfo(torch.float64).eps
Along = Callable[[float], float]
Weights = Mapping[str, torch.Tensor]


def check_gradients(f: Callable[..., Any], inputs: Any, *, directions: int = 2, second: bool = True) -> GradientCheck:
    """Compare what backward() gives with differences of the function itself.

    f : a function of tensors, `Square.apply`, or a module, whose parameters are then checked as well
    inputs : a tensor, several in a tuple or list, or a mapping from the names of the arguments; checked are those with
        requires_grad, all floating ones where none has it
    directions : random ones for each input        second : whether the backward of the backward is checked too,
        by the inputs and by the gradient that comes in (`grad_output`)

    The answer is true where nothing is off: `assert wxb.check_gradients(f, x)`; printed it says what is, and by how much.
    Raises UsageError for what cannot be checked: a function of chance or state, one that float64 cannot reach.
    """
    if directions.__class__ is not int or directions < 1:
        what = _("`directions` must be a whole number from 1 on, found {directions}", directions=repr(directions))
        raise UsageError(what, _("leave it out: two for each input"))
    with torch.inference_mode(False), torch.enable_grad(), torch.autograd.set_detect_anomaly(False):
        subject = subject_of(f, inputs)
        checker = _Checker(subject, directions)
        probes = checker.first()
        if second:
            probes += checker.second()
    return GradientCheck(subject.title, subject.names, tuple(probes), tuple(subject.notes))


class _Checker:
    """One check: the weights of the outputs and the gradient are drawn once."""

    def __init__(self, subject: Subject, directions: int) -> None:
        self.subject, self.directions = subject, directions
        self.generator = torch.Generator().manual_seed(SEED)
        with torch.no_grad():
            outputs = subject.outputs(subject.values)
        self.weights = {name: random_like(one, self.generator) for name, one in outputs.items() if one.numel()}
        self.scales = [_scale(value) for value in subject.values]
        self.eps = self.shortest()

    def shortest(self) -> float:
        """The unit in the last place of the shortest numbers that f computes with, as its graph tells."""
        leaves = [one.clone().requires_grad_() for one in self.subject.values]
        outputs = self.subject.outputs(leaves)
        kinds = {one.dtype for one in outputs.values()}
        for root in {one.grad_fn for one in outputs.values() if one.grad_fn is not None}:
            kinds |= {kind for one in walk(root) for __, kind in one.outputs or ()}
        short = max((torch.finfo(kind).eps for kind in kinds if kind.is_floating_point or kind.is_complex), default=EPS)
        if short > EPS and all(one.dtype in WIDE for one in outputs.values()):
            self.subject.notes.append(_("f computes in shorter numbers than float64: differences have few digits"))
        return short

    # ---- first order

    def first(self) -> list[Probe]:
        probes = []
        gradients = self.gradient(self.weights)
        for place, name in enumerate(self.subject.names):
            for number in range(1, self.directions + 1):
                direction = random_like(self.subject.values[place], self.generator)
                backward, found, verdict = self.compared(self.weights, gradients, place, direction)
                where = self.located(place) if verdict == "off" else None
                probes.append(Probe(name, 1, number, backward, found, verdict, where))
                if verdict == "off":
                    break
        return probes

    def gradient(self, weights: Weights) -> list[torch.Tensor | None]:
        """∇φ, None for an input that nothing comes back to."""
        leaves = [one.clone().requires_grad_() for one in self.subject.values]
        phi = scalar(self.subject.outputs(leaves), weights)
        if not phi.requires_grad:
            return [None] * len(leaves)
        return list(torch.autograd.grad(phi, leaves, allow_unused=True))

    def compared(
        self, weights: Weights, gradients: list[torch.Tensor | None], place: int, direction: torch.Tensor
    ) -> tuple[float, Slope, Verdict]:
        gradient = gradients[place]
        backward = 0.0 if gradient is None else float(inner(gradient, direction))
        size = 0.0 if gradient is None else float(gradient.norm())
        found = slope(self.along(weights, place, direction), self.scales[place], self.rounding(weights))
        return backward, found, self.judged(backward, found, size, direction.numel())

    def judged(self, backward: float, found: Slope, size: float, count: int) -> Verdict:
        """size : the length of the gradient        count : of its numbers"""
        return _verdict(backward, found, size, count, max(RELATIVE, ROUNDED * self.eps))

    def along(self, weights: Weights, place: int, direction: torch.Tensor) -> Along:
        def phi(t: float) -> float:
            values = list(self.subject.values)
            values[place] = values[place] + t * direction
            with torch.no_grad():
                return float(scalar(self.subject.outputs(values), weights))

        return phi

    def rounding(self, weights: Weights) -> float:
        with torch.no_grad():
            outputs = self.subject.outputs(self.subject.values)
            lost = [float(inner(outputs[n].abs(), w.abs())) * self.eps for n, w in weights.items()]
        return sum(lost)

    def located(self, place: int) -> Place | None:
        """The output and the one element of an input whose derivative is off: half of them after the other.

        Of the sum of the output's elements where that is off as well, which is what one would compute oneself.
        """
        value = self.subject.values[place]
        direction = random_like(value, self.generator)
        plain = [{name: torch.ones_like(one)} for name, one in self.weights.items()]
        drawn = [{name: one} for name, one in self.weights.items()]
        for number, weights in enumerate([*plain, *drawn]):
            gradients = self.gradient(weights)
            if self.compared(weights, gradients, place, direction)[2] == "off":
                elements = self.halved(weights, gradients, place)
                single = _only(torch.ones_like(value).reshape(-1), elements, value)
                backward, found, verdict = self.compared(weights, gradients, place, single)
                if verdict == "off":
                    index = _index(int(elements[0]), value.shape)
                    (name,) = weights
                    reached = gradients[place] is not None
                    return Place(name, index, backward, found, weighted=number >= len(plain), unreached=not reached)
        return None

    def halved(self, weights: Weights, gradients: list[torch.Tensor | None], place: int) -> torch.Tensor:
        value = self.subject.values[place]
        numbers = random_like(value, self.generator).reshape(-1)
        elements = torch.arange(value.numel())
        while len(elements) > 1:
            halves = elements[: len(elements) // 2], elements[len(elements) // 2 :]
            apart = [self.apart(weights, gradients, place, _only(numbers, half, value)) for half in halves]
            elements = halves[apart[1] > apart[0]]
        return elements

    def apart(
        self, weights: Weights, gradients: list[torch.Tensor | None], place: int, direction: torch.Tensor
    ) -> float:
        backward, found, verdict = self.compared(weights, gradients, place, direction)
        return abs(backward - found.value) if verdict == "off" else 0.0

    # ---- second order

    def second(self) -> list[Probe]:
        ways = [random_like(value, self.generator) for value in self.subject.values]
        try:
            rows = self.curved(ways)
        except RuntimeError as error:
            first = (str(error).splitlines() or [""])[0][:160].rstrip(".")
            self.subject.notes.append(_("the second order is not checked, backward has none: {error}", error=first))
            return []
        roundings = self.rounding_of_gradient(ways)
        probes = []
        for place, name in enumerate(self.subject.names):
            direction = random_like(self.subject.values[place], self.generator)
            along = self.along_gradient(ways, place, direction)
            probes.append(self.probe(name, rows[place], direction, slope(along, self.scales[place], roundings)))
        for row, (name, weight) in zip(rows[len(ways) :], self.weights.items()):
            direction = random_like(weight, self.generator)
            along = self.along_incoming(ways, name, direction)
            probes.append(self.probe(f"grad_output{name}", row, direction, slope(along, 1.0, roundings)))
        return probes

    def probe(self, name: str, row: torch.Tensor | None, direction: torch.Tensor, found: Slope) -> Probe:
        backward = 0.0 if row is None else float(inner(row, direction))
        size = 0.0 if row is None else float(row.norm())
        return Probe(name, 2, 1, backward, found, self.judged(backward, found, size, direction.numel()), None)

    def curved(self, ways: list[torch.Tensor]) -> list[torch.Tensor | None]:
        """∇(w·∇φ) by the inputs, then by the weights of the outputs, by backward's backward."""
        leaves = [one.clone().requires_grad_() for one in self.subject.values]
        # with a gradient: only then does a backward that can be differentiated once leave a trace of that
        weights = {name: one.clone().requires_grad_() for name, one in self.weights.items()}
        phi = scalar(self.subject.outputs(leaves), weights)
        variables = [*leaves, *weights.values()]
        if not any(one.requires_grad for one in self.subject.outputs(leaves).values()):
            return [None] * len(variables)
        gradients = torch.autograd.grad(phi, leaves, allow_unused=True, create_graph=True)
        moved = [inner(one, way) for one, way in zip(gradients, ways) if one is not None and one.requires_grad]
        if not moved:
            return [None] * len(variables)
        total = torch.stack(moved).sum()
        if any(one.operation == "error" for one in walk(total.grad_fn)):  # it raises for backward(), not for grad()
            raise RuntimeError("@once_differentiable")
        return list(torch.autograd.grad(total, variables, allow_unused=True))

    def along_gradient(self, ways: list[torch.Tensor], place: int, direction: torch.Tensor) -> Along:
        def moved(t: float) -> float:
            values = list(self.subject.values)
            values[place] = values[place] + t * direction
            return self.moved(values, self.weights, ways)

        return moved

    def along_incoming(self, ways: list[torch.Tensor], name: str, direction: torch.Tensor) -> Along:
        def moved(t: float) -> float:
            weights = {**self.weights, name: self.weights[name] + t * direction}
            return self.moved(self.subject.values, weights, ways)

        return moved

    def moved(self, values: Sequence[torch.Tensor], weights: Weights, ways: list[torch.Tensor]) -> float:
        """w·∇φ"""
        leaves = [one.clone().requires_grad_() for one in values]
        phi = scalar(self.subject.outputs(leaves), weights)
        if not phi.requires_grad:
            return 0.0
        gradients = torch.autograd.grad(phi, leaves, allow_unused=True)
        return float(sum(inner(one, way) for one, way in zip(gradients, ways) if one is not None))

    def rounding_of_gradient(self, ways: list[torch.Tensor]) -> float:
        gradients = self.gradient(self.weights)
        return self.eps * sum(
            float(inner(one.abs(), way.abs())) for one, way in zip(gradients, ways) if one is not None
        )


def _verdict(backward: float, found: Slope, size: float, count: int, relative: float) -> Verdict:
    """size : the length of the gradient        count : of its numbers        relative : what rounding may take of it"""
    if not math.isfinite(found.error):
        return "undecided"
    if not math.isfinite(backward):
        return "off" if found.kink or not _hidden(found, abs(found.value)) else "undecided"
    allowed = SAFETY * found.error + relative * size + (0.0 if found.error else TINY)
    if found.kink:
        low, high = sorted((found.left, found.right))
        within = low - allowed - 1e-6 * (high - low) <= backward <= high + allowed + 1e-6 * (high - low)
        return "kink" if within else "off"
    if abs(backward - found.value) > allowed:
        return "off"
    usual = max(abs(backward), abs(found.value), size / math.sqrt(count))
    return "undecided" if _hidden(found, usual) else "agrees"


def _hidden(found: Slope, usual: float) -> bool:
    """Whether the error of the differences is so large that they decide nothing."""
    return SAFETY * found.error > max(HIDDEN * usual, 1e-9)


def _scale(value: torch.Tensor) -> float:
    """A length over which the function may change along a direction of length 1: that of the values themselves."""
    length = float(value.norm())
    return length if length > 0 else 1.0


def _index(place: int, shape: Sequence[int]) -> tuple[int, ...]:
    found = []
    for size in reversed(shape):
        place, one = divmod(place, size)
        found.append(one)
    return tuple(reversed(found))


def _only(direction: torch.Tensor, elements: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """A direction in some elements alone, of length 1."""
    kept = torch.zeros_like(direction)
    places = elements.to(direction.device)
    kept[places] = direction[places]
    return (kept / kept.norm().clamp(min=1e-300)).reshape(value.shape)
