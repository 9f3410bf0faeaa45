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

Off is said only where f is differentiable as far as differences can tell: those of several steps agree, and slopes add up
(`pieces`). Where f is not, along all elements, those are looked for along which it is: the 1 and 2 of [0, 1, 2] under a relu.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from wxb.errors import UsageError
from wxb.explaining._torch import torch
from wxb.explaining.checked import GradientCheck, Place, Probe, Verdict
from wxb.explaining.graph import walk
from wxb.explaining.pieces import FIRST, Line, Weighed, only, part, weighed
from wxb.explaining.slopes import Slope
from wxb.explaining.subject import SEED, WIDE, Subject, inner, random_like, scalar, subject_of
from wxb.i18n import _

RELATIVE = 1e-9  # of the gradient's length, which rounding in backward itself may take
ROUNDED = 64.0  # the same in units of the last place, where f computes with shorter numbers
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
        self.smooth = [torch.arange(value.numel()) for value in subject.values]
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
                one = self.weighed(
                    self.line(self.weights, gradients, place), direction, torch.arange(direction.numel())
                )
                self.smooth[place] = self.smooth[place][torch.isin(self.smooth[place], one.smooth)]
                where = self.located(place, one.off) if one.verdict == "off" else None
                probes.append(Probe(name, 1, number, one.backward, one.found, one.verdict, where, one.reason))
                if one.verdict == "off":
                    break
        return probes

    def weighed(self, line: Line, direction: torch.Tensor, elements: torch.Tensor) -> Weighed:
        return weighed(line, direction, elements, max(RELATIVE, ROUNDED * self.eps), self.generator)

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
        one = self.line(weights, gradients, place).compared(direction, max(RELATIVE, ROUNDED * self.eps))
        return one.backward, one.found, one.verdict

    def line(self, weights: Weights, gradients: list[torch.Tensor | None], place: int) -> Line:
        along = partial(self.along, weights, place)
        return Line(along, gradients[place], self.subject.values[place], self.rounding(weights))

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

    def located(self, place: int, among: torch.Tensor) -> Place | None:
        """The output and the one element of an input whose derivative is off: half of them after the other. among : elements

        Of the sum of the output's elements where that is off as well, which is what one would compute oneself.
        """
        value = self.subject.values[place]
        direction = only(random_like(value, self.generator).reshape(-1), among, value)
        plain = [{name: torch.ones_like(one)} for name, one in self.weights.items()]
        drawn = [{name: one} for name, one in self.weights.items()]
        for number, weights in enumerate([*plain, *drawn]):
            gradients = self.gradient(weights)
            if self.compared(weights, gradients, place, direction)[2] == "off":
                elements = self.halved(weights, gradients, place, among)
                single = only(torch.ones_like(value).reshape(-1), elements, value)
                backward, found, verdict = self.compared(weights, gradients, place, single)
                if verdict == "off":
                    index = _index(int(elements[0]), value.shape)
                    (name,) = weights
                    reached = gradients[place] is not None
                    return Place(name, index, backward, found, weighted=number >= len(plain), unreached=not reached)
        return None

    def halved(
        self, weights: Weights, gradients: list[torch.Tensor | None], place: int, elements: torch.Tensor
    ) -> torch.Tensor:
        value = self.subject.values[place]
        numbers = random_like(value, self.generator).reshape(-1)
        while len(elements) > 1:
            halves = elements[: len(elements) // 2], elements[len(elements) // 2 :]
            apart = [self.apart(weights, gradients, place, only(numbers, half, value)) for half in halves]
            elements = halves[apart[1] > apart[0]]
        return elements

    def apart(
        self, weights: Weights, gradients: list[torch.Tensor | None], place: int, direction: torch.Tensor
    ) -> float:
        backward, found, verdict = self.compared(weights, gradients, place, direction)
        return abs(backward - found.value) if verdict == "off" else 0.0

    # ---- second order

    def second(self) -> list[Probe]:
        drawn = [random_like(value, self.generator) for value in self.subject.values]
        ways = [_within(one, smooth) for one, smooth in zip(drawn, self.smooth)]
        try:
            rows = self.curved(ways)
        except RuntimeError as error:
            first = (str(error).splitlines() or [""])[0][:160].rstrip(".")
            self.subject.notes.append(_("the second order is not checked, backward has none: {error}", error=first))
            return []
        roundings = self.rounding_of_gradient(ways)
        probes = []
        for place, name in enumerate(self.subject.names):
            value = self.subject.values[place]
            line = Line(partial(self.along_gradient, ways, place), rows[place], value, roundings)
            probes.append(self.probe(name, line, random_like(value, self.generator), self.smooth[place]))
        for row, (name, weight) in zip(rows[len(ways) :], self.weights.items()):
            line = Line(partial(self.along_incoming, ways, name), row, torch.zeros_like(weight), roundings)
            direction = random_like(weight, self.generator)
            probes.append(self.probe(f"grad_output{name}", line, direction, torch.arange(weight.numel())))
        return probes

    def probe(self, name: str, line: Line, direction: torch.Tensor, elements: torch.Tensor) -> Probe:
        one = self.weighed(line, direction, elements)
        if one.verdict == "off" and not math.isfinite(one.backward) and self.rough:
            one = replace(one, verdict="undecided", reason=FIRST)
        return Probe(name, 2, 1, one.backward, one.found, one.verdict, None, one.reason)

    @property
    def rough(self) -> bool:
        """Whether f is not differentiable along some element."""
        return any(len(one) < value.numel() for one, value in zip(self.smooth, self.subject.values))

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
        moved = [part(one, way) for one, way in zip(gradients, ways) if one is not None and one.requires_grad]
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
        return float(sum(part(one, way) for one, way in zip(gradients, ways) if one is not None))

    def rounding_of_gradient(self, ways: list[torch.Tensor]) -> float:
        gradients = self.gradient(self.weights)
        return self.eps * sum(float(part(one.abs(), way.abs())) for one, way in zip(gradients, ways) if one is not None)


def _index(place: int, shape: Sequence[int]) -> tuple[int, ...]:
    found = []
    for size in reversed(shape):
        place, one = divmod(place, size)
        found.append(one)
    return tuple(reversed(found))


def _within(direction: torch.Tensor, elements: torch.Tensor) -> torch.Tensor:
    """A direction in some elements alone, of length 1; as it is where these are all, 0 where there are none."""
    return direction if len(elements) == direction.numel() else only(direction.reshape(-1), elements, direction)
