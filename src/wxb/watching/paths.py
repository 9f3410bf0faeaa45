"""Which operations a loss descends from that lost the gradient on the way, and on which line each node of a graph was made.

    cut     an operation with an operand that requires a gradient and a result that does not
    path    a cut lies on the path to a tensor that was computed from its result, over any number of operations

Only such a cut may be blamed for a parameter without a gradient. In-place operations neither cut nor carry: `copy_`, `init`,
`load_state_dict`, `Module.to` and optimizers write into a tensor, they do not lead from a parameter to a loss.
A node is found by its sequence number: autograd counts up in every thread, so what one call made lies between two of them.
"""

from __future__ import annotations

import weakref
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from wxb.watching import graph, sources
from wxb.watching.events import Backward, OptimizerStep, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Site

DETACHES = frozenset(("detach", "data.__get__", "tensor", "as_tensor", "numpy", "__array__", "tolist", "item"))
DERIVES = "autograd.grad"
MOST = 100_000
UNWALKED = 1_000


@dataclass(eq=False, slots=True)
class Cut:
    """A line whose result has no gradient, however often it is passed.

    leaves : ids of the parameters that it cut off      roots : nodes above others, not walked yet
    """

    site: Site
    name: str
    grad_enabled: bool
    leaves: set[int] = field(default_factory=set)
    roots: list[Any] = field(default_factory=list)

    def take(self, tensors: list[Any]) -> None:
        self.leaves.update(id(tensor) for tensor in tensors if tensor.is_leaf)
        self.roots += [tensor.grad_fn for tensor in tensors if not tensor.is_leaf]
        if len(self.roots) > UNWALKED:
            self.walk()

    def walk(self) -> None:
        """Once for all passes since the last backward: a state that is carried on has a graph that grows with them."""
        self.leaves.update(id(leaf) for leaf in graph.leaves(list(graph.walk(*self.roots))))
        self.roots.clear()


class Paths(Rule):
    """Heard before every rule; says nothing itself."""

    name = "paths"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._descent: dict[int, tuple[Any, tuple[Cut, ...]]] = {}
        self._arrays: dict[int, tuple[Any, tuple[Cut, ...]]] = {}  # by the address of their entries
        self._known: dict[tuple[Site, str, bool], Cut] = {}
        self._most = MOST
        self._cut: dict[int, dict[Site, Cut]] = {}  # by parameter, and by the line that differentiates the loss
        self._steps_after: dict[int, Site] = {}  # by optimizer, the line whose loss its steps follow
        self._numbers: list[int] = []
        self._sites: list[Site] = []

    # ---- what is gathered

    def operation(self, operation: TorchCall) -> None:
        torch, name = self.run.torch, operation.name
        if not self._descent and not operation.kwargs and _is_plain(operation, torch):
            return
        outs = [out for out in _flat((operation.out,)) if isinstance(out, torch.Tensor)]
        for out in outs:
            if out.requires_grad and out.grad_fn is not None:
                self._place(out.grad_fn, operation)
        if _in_place(name) or "out" in operation.kwargs:
            return
        lost = [out for out in outs if not out.requires_grad or (out.is_leaf and name in DETACHES)]
        tensors = [one for one in _flat(operation.operands) if isinstance(one, torch.Tensor)]
        cutting = [one for one in tensors if one.requires_grad] if lost or name in DETACHES else []
        if not cutting and not self._descent:
            return
        cuts = dict.fromkeys(cut for one in _flat(operation.operands) for cut in self.cuts(one))
        kept = outs or ([operation.out] if name in ("numpy", "__array__") else [])
        if cutting and (lost or kept):
            key = (sources.site_of(operation.frame), name, operation.grad_enabled)
            cut = self._known.setdefault(key, Cut(*key))
            cut.take(cutting)
            cuts[cut] = None
        if cuts:
            for out in kept:
                self._descent[id(out)] = (weakref.ref(out), tuple(cuts))
                if not isinstance(out, torch.Tensor):
                    self._arrays[out.ctypes.data] = self._descent[id(out)]
            if len(self._descent) > self._most:
                self._descent = {key: one for key, one in self._descent.items() if one[0]() is not None}
                self._most = max(MOST, 2 * len(self._descent))

    def derived(self, tensors: Any, derivatives: Any, frame: Any, tracked: bool) -> None:
        """Derivatives that have none themselves: what they were taken of ends there. tracked : not under no_grad"""
        torch = self.run.torch
        cutting = [one for one in _flat((tensors,)) if isinstance(one, torch.Tensor) and one.requires_grad]
        key = (sources.site_of(frame), DERIVES, tracked)
        cut = self._known.setdefault(key, Cut(*key))
        cut.take(cutting)
        for one in _flat((derivatives,)):
            if isinstance(one, torch.Tensor) and not one.requires_grad:
                self._descent[id(one)] = (weakref.ref(one), (cut,))

    def _place(self, node: Any, operation: TorchCall) -> None:
        number = node._sequence_nr()
        if not self._numbers or self._numbers[-1] < number < 1 << 60:
            self._numbers.append(number)
            self._sites.append(sources.site_of(operation.frame))
            if len(self._numbers) > 2 * MOST:
                del self._numbers[:MOST], self._sites[:MOST]

    def backward_started(self, backward: Backward) -> None:
        for cut in self._known.values():
            cut.walk()
        for cut in self.cuts(backward.loss) if backward.backward else ():
            for leaf in cut.leaves:
                self._cut.setdefault(leaf, {}).setdefault(backward.site, cut)

    def step_started(self, step: OptimizerStep) -> None:
        if step.record.last_backward is not None:
            self._steps_after[id(step.record)] = step.record.last_backward.site

    # ---- what rules ask

    def cuts(self, tensor: Any) -> tuple[Cut, ...]:
        """The cuts that a tensor (or an array) descends from, the first one first."""
        reference, cuts = self._descent.get(id(tensor), (None, ()))
        if reference is not None and reference() is tensor:
            return cuts
        if self._arrays and isinstance(tensor, self.run.torch.Tensor) and self.run.plain(tensor):
            reference, cuts = self._arrays.get(tensor.data_ptr(), (None, ()))  # torch.from_numpy is not heard
            return cuts if reference is not None and reference() is not None else ()
        return ()

    def cut_of(self, parameter: Any) -> Cut | None:
        """The first operation between a parameter and a loss that cost it its gradient: of the loss its optimizer steps after.

        Another loss may leave it out on purpose (a discriminator's is given detached samples).
        """
        cuts, known = self._cut.get(id(parameter), {}), self.run.parameters.get(id(parameter))
        own = self._steps_after.get(id(known.optimizer), NOWHERE) if known is not None else NOWHERE
        return cuts.get(own, next(iter(cuts.values()), None))

    def site_of(self, node: Any) -> Site:
        """The line whose call made a node of the graph, where it was looked at."""
        number = node._sequence_nr() if node is not None else -1
        place = bisect_left(self._numbers, number)
        return self._sites[place] if number >= 0 and place < len(self._numbers) else NOWHERE


def _is_plain(operation: TorchCall, torch: Any) -> bool:
    """Nothing to note, and nothing to unpack: most calls before training."""
    if not isinstance(operation.out, torch.Tensor) or operation.out.requires_grad:
        return False
    return not any(type(one) in (list, tuple) or getattr(one, "requires_grad", False) for one in operation.args)


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if type(value) in (list, tuple):
            yield from value
        else:
            yield value


def _in_place(name: str) -> bool:
    if name.endswith("__"):
        return name == "__setitem__" or (name.startswith("__i") and name not in ("__invert__", "__index__", "__int__"))
    return name.endswith("_")
