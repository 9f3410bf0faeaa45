"""`explain(tensor)`: what is this gradient made of? Any live tensor with a grad_fn, after the fact.

    w = torch.tensor(2.0, requires_grad=True)
    y = w**2
    z = 2*y + 5
    print(wxb.explain(z))            # also .svg(), .to_dict(), and a picture in a notebook

    dz/dw = dz/dy · dy/dw = 2 · 4 = 8

Autograd does not keep the 5: it is read from the source text of the caller where that is certain (`written`), as are the
statements that are shown as one.

The user's `.grad`, hooks, random state and graph stay as they are. Where the tensor is not one number the gradients are
of the sum of its elements. UsageError where there is nothing to differentiate; NumericalError never: NaN is shown.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wxb._version import __version__
from wxb.errors import UsageError
from wxb.explaining import chains, drawing, fold, terminal
from wxb.explaining._torch import torch
from wxb.explaining.build import build
from wxb.explaining.explanation import SCHEMA, Graph
from wxb.explaining.graph import undisturbed, walk
from wxb.explaining.measuring import Measured, measure
from wxb.explaining.naming import names_of
from wxb.explaining.source import source_of
from wxb.i18n import _
from wxb.marks.saving import Saves, Theme
from wxb.marks.svg import shown
from wxb.numbers import thousands

SHOWN = 40  # operations drawn one by one; beyond that the picture is folded
DETAILED = 400  # operations whose values and local derivatives are looked at; beyond that only gradients are


@dataclass(frozen=True)
class Explanation(Saves):
    """Every node's value and gradient, every edge's derivative, every leaf's chain rule.

    Numbers are taken when `explain` is called; what is written of them, chains and folding follow from them and are made when
    first asked for.

    Attributes:
        taken: the numbers.
        operations: how many operations it has.
    """

    taken: Measured
    operations: int

    @cached_property
    def _built(self) -> tuple[Graph, dict[int, int]]:
        return build(self.taken)

    @property
    def measured(self) -> Graph:
        """The graph as measured, without chains."""
        return self._built[0]

    @cached_property
    def graph(self) -> Graph:
        """All of it; above DETAILED operations without edge derivatives and chains."""
        return chains.with_chains(self.measured) if self.operations <= DETAILED else self.measured

    @cached_property
    def folded(self) -> Graph:
        """The picture of a big graph in at most SHOWN groups; the graph itself when it is small."""
        if self.operations <= SHOWN:
            return self.graph
        return fold.fold(self.measured, fold.tags(self.taken, *self._built), SHOWN)

    def text(self, *, full: bool = False) -> str:
        """For a terminal, 80 columns where possible; `full` shows a big graph operation by operation."""
        return terminal.text(self.graph if full else self.folded)

    @property
    def title(self) -> str:
        return drawing.title_of(self.graph)

    def svg(self, theme: Theme = "auto", *, full: bool = False) -> str:
        """A picture that needs no other program; `full` draws a big graph operation by operation (up to 400)."""
        if full and len(self.graph.nodes) > 2 * DETAILED:
            raise UsageError(
                _("{count} nodes are too many to draw one by one", count=thousands(len(self.graph.nodes))),
                _("leave full=True out"),
            )
        return drawing.svg(self.graph if full else self.folded, theme)

    def to_dict(self) -> dict[str, Any]:
        """JSON, with every number in full; a big graph has its folded picture too."""
        described = {"schema": SCHEMA, "wxb": __version__, **self.graph.to_dict()}
        if self.folded is not self.graph:
            described["folded"] = self.folded.to_dict()
        return described

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": shown(self.svg()), "text/plain": self.text()}


def explain(tensor: torch.Tensor, *, names: Mapping[str, Any] | None = None) -> Explanation:
    """Explain the gradient of a tensor with respect to everything it was computed from.

    tensor : a real, dense result that requires a gradient; of several elements the gradients are those of their sum
    names : variables to take names from, {"w": w, "model": model}; without it those of the calling function

    Raises UsageError for what has no gradient to explain, MissingExtra without PyTorch.
    """
    _check(tensor)
    frame = sys._getframe(1) if names is None else None
    known = names_of(names, frame)
    with undisturbed(tensor):
        functions = walk(tensor.grad_fn)
        operations = sum(function.leaf is None for function in functions)
        source = source_of(frame) if frame is not None and operations <= DETAILED else None
        return Explanation(measure(tensor, functions, known, source, detailed=operations <= DETAILED), operations)


def _check(tensor: Any) -> None:
    if not isinstance(tensor, torch.Tensor):
        several = isinstance(tensor, tuple | list)
        what = _("{count} outputs", count=len(tensor)) if several else _("a {kind}", kind=type(tensor).__name__)
        do = _("explain one of them: explain(outputs[0])") if several else _("pass a torch tensor that was computed")
        raise UsageError(_("explain needs one tensor, found {what}", what=what), do)
    if tensor.grad_fn is None and not tensor.requires_grad:
        raise UsageError(
            _("this tensor has no gradient to explain: requires_grad is False"),
            _("make it from tensors with requires_grad=True, outside torch.no_grad() and without .detach() or .item()"),
        )
    if tensor.grad_fn is None:
        raise UsageError(
            _("this tensor is a leaf: nothing was computed yet"), _("explain what was computed from it: a loss")
        )
    if tensor.is_complex():
        raise UsageError(
            _("the result is complex ({dtype}), and a complex number has no gradient", dtype=tensor.dtype),
            _("explain a real number made from it: z.abs(), z.real or (z * z.conj()).real"),
        )
    if tensor.layout is not torch.strided or tensor.is_meta or tensor.is_nested:
        kind = _("nested") if tensor.is_nested else _("on the meta device") if tensor.is_meta else _("sparse")
        raise UsageError(
            _("the result is {kind}, without plain elements to explain", kind=kind),
            _("explain a dense result, its sum"),
        )
