"""dead: the ReLU units of a layer are 0 for every row, so no gradient reaches their weights.

    relu(x W + b) = 0 for all rows of all batches looked at   → d cost / d W = 0 exactly, and it stays so

Said of a layer all of whose units were 0 in the last five passes looked at and more, or nine in ten of sixteen and more: a
few units that rest, or half of them where the inputs have one sign, are the usual thing. What is no layer's (the hinge of a
cost) and layers that are not trained are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words
from wxb.watching import graph, sources
from wxb.watching.events import Rule, TorchCall
from wxb.watching.finding import Finding, Site

RELUS = frozenset(("relu", "relu_"))
SHARE, UNITS = 0.9, 16
PASSES, ROWS = 5, 32


@dataclass(slots=True)
class Layer:
    """The units of one layer.   quiet, rows : for each, in how many passes and rows it has been 0 since it last was not"""

    site: Site
    name: str
    weight: Any
    quiet: Any
    rows: Any


class Dead(Rule):
    name = "dead"
    operations = RELUS

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._layers: dict[int, Layer] = {}

    def operation(self, operation: TorchCall) -> None:
        out = operation.out
        if operation.name not in RELUS or not operation.grad_enabled or getattr(out, "grad_fn", None) is None:
            return
        node = _layer_under(out.grad_fn)
        weight = _weight(node)
        if weight is None or out.dim() < 2 or not out.numel() or operation.frame is None:
            return
        axis = 1 if graph.kind(node).endswith("Convolution") else out.dim() - 1
        if out.shape[axis] < 2:
            return
        alive = (out.detach() > 0).transpose(0, axis).reshape(out.shape[axis], -1).any(1)
        layer = self._layers.get(id(weight))
        if layer is None or layer.quiet.shape != alive.shape:
            zeros = alive.long() * 0
            name = self.run.names.of(weight).removesuffix(".weight")
            layer = self._layers[id(weight)] = Layer(sources.site_of(operation.frame), name, weight, zeros, zeros)
        rows = out.numel() // out.shape[axis] if axis == out.dim() - 1 else len(out)
        layer.quiet = (layer.quiet + 1) * ~alive
        layer.rows = (layer.rows + rows) * ~alive

    def findings(self) -> list[Finding]:
        held = {id(p) for record in self.run.optimizers.values() if record.steps for p in record.parameters()}
        layers, self._layers = self._layers, {}
        found: dict[Site, tuple[Layer, int]] = {}
        for identity, layer in layers.items():
            units = len(layer.quiet)
            dead = int(((layer.quiet >= PASSES) & (layer.rows >= ROWS)).sum())
            if identity in held and (dead == units or (units >= UNITS and dead >= SHARE * units)):
                found.setdefault(layer.site, (layer, dead))
        return [self._finding(layer, dead) for layer, dead in found.values()]

    def _finding(self, layer: Layer, dead: int) -> Finding:
        name = layer.name or self.run.names.of(layer.weight).removesuffix(".weight") or self.run.name(layer.weight)
        evidence = _(
            "{dead} of the {units} ReLU units of {layer} are 0 for each of the {rows} rows looked at last: the gradient of "
            "their weights is exactly 0.",
            dead=dead,
            units=len(layer.quiet),
            layer=name,
            rows=in_words(int(layer.rows[layer.rows > 0].min())),
        )
        effect = _(
            "They pass nothing on, and no gradient of this cost can wake them; what lies below learns from the other units only."
        )
        fix = _(
            "look at how the weights and biases begin and at the inputs' size; a smaller rate where they died on the way; "
            "LeakyReLU or GELU keep a slope."
        )
        return Finding(self.name, layer.site, evidence, effect, fix)


def _layer_under(relu: Any) -> Any:
    """The node of the layer whose output a ReLU cuts, or None."""
    node: Any = relu.next_functions[0][0] if relu.next_functions else None
    while graph.kind(node) in graph.SHAPES and node.next_functions:
        node = node.next_functions[0][0]
    if graph.kind(node) == "Add":  # x @ W + b
        node = next((parent for parent, __ in node.next_functions if graph.kind(parent) in ("Mm", "UnsafeView")), None)
        node = node.next_functions[0][0] if graph.kind(node) == "UnsafeView" else node
    return node if graph.kind(node) in ("Addmm", "Mm", "Convolution", "MkldnnConvolution") else None


def _weight(node: Any) -> Any:
    """The parameter of two or more axes that a layer multiplies with."""
    for parent, __ in node.next_functions if node is not None else ():
        while graph.kind(parent) in ("T", "Transpose", "ToCopy"):
            parent = parent.next_functions[0][0]
        variable = getattr(parent, "variable", None)
        if variable is not None and variable.dim() >= 2 and variable.requires_grad:
            return variable
    return None
