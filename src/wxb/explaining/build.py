"""An explanation's graph, written from what was measured: names, formulas, one node for every value, one edge for every operand.

Every value used somewhere is a node (a function with two used outputs gives two), every operand an edge. Edges carry the
local derivative where an operation works element by element or its result is one number: the function called with ones.
"""

from __future__ import annotations

import math
from pathlib import Path

from wxb.explaining import along
from wxb.explaining._torch import torch
from wxb.explaining.derivative import formula
from wxb.explaining.explanation import Edge, Graph, Node
from wxb.explaining.graph import Place
from wxb.explaining.held import Kept
from wxb.explaining.measuring import Flow, Measured
from wxb.explaining.operations import UNKNOWN, derivative_symbol, expression_text, sum_text
from wxb.explaining.quantity import Quantity
from wxb.explaining.values import quantity_of
from wxb.i18n import N_, _


def build(made: Measured) -> tuple[Graph, dict[int, int]]:
    """The graph, without chains, and the node of each function that has one, or is part of one."""
    result = made.result
    places = [place for place in made.labels if place != result] + [result]
    key = {place: number for number, place in enumerate(places)}
    quantities = _Quantities()
    nodes = tuple(_node(made, place, key[place], quantities) for place in places)
    edges = tuple(_edges(made, key, quantities))
    name = made.labels[result]
    graph = Graph(
        nodes,
        edges,
        name if made.size == 1 else f"sum({name})",
        freed="freed" in made.problems.values(),
        notes=_notes(made),
        second=made.seconds.get(result),
    )
    if not made.plain:
        return graph, {}
    within = made.within
    return graph, {
        index: key[within[index] if index in within else (index, min(used))] for index, used in enumerate(made.outputs)
    }


class _Quantities:
    """What is shown of a tensor, looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, Quantity] = {}

    def of(self, kept: Kept | None) -> Quantity | None:
        if kept is None or isinstance(kept, Quantity):
            return kept
        found = self._known.get(id(kept))
        if found is None:
            found = self._known[id(kept)] = quantity_of(kept)
        return found


def _node(made: Measured, place: Place, key: int, quantities: _Quantities) -> Node:
    index, output = place
    function = made.functions[index]
    value, source = made.values.get(place, (None, N_("not saved")))
    if value is None and made.missing.get(index) in ("freed", "modified in place"):
        source = made.missing[index]
    if value is None and place in made.spoiled:
        source = "modified in place"
    statement = made.statements.get(place)
    members = {index} if statement is None else statement.members
    trouble = next((made.problems[one] for one in members if one in made.problems), "")
    note = made.notes.get(place)
    return Node(
        key=key,
        name=made.labels[place],
        expression="" if function.is_leaf else _expression(made, index, output),
        operation=function.operation if statement is None or len(statement.members) == 1 else "expression",
        kind="leaf" if function.is_leaf else "result" if place == made.result else "operation",
        shape=function.shape(output) if value is None else tuple(value.shape),
        value=quantities.of(value),
        value_source=source,
        gradient=quantities.of(made.gradients.get(place)),
        where="" if note is None else f"{Path(note[0]).name}:{note[1]}",
        note=_("no gradient flows through {operation}: {trouble}", operation=function.operation, trouble=_(trouble))
        if trouble
        else "",
    )


def _expression(made: Measured, index: int, output: int) -> str:
    statement = made.statements.get((index, output))
    if statement is not None:
        return formula(statement.renamed(made.labels))
    text = expression_text(made.functions[index].operation, made.operand_names(index), made.settings.get(index, {}))
    return text if len(made.outputs[index]) == 1 and output == 0 else f"{text}[{output}]"


def _edges(made: Measured, key: dict[Place, int], quantities: _Quantities) -> list[Edge]:
    edges: list[Edge] = []
    for index, flows in made.flows.items():
        for flow in flows:
            derivative = quantities.of(flow.derivative)
            symbol = "" if derivative is None else _symbol(made, index, flow, derivative)
            for output in sorted(made.outputs[index]):
                contribution = quantities.of(flow.brought(output))
                kind = "derivative" if derivative is not None else "vjp" if contribution is not None else "flow"
                edges.append(
                    Edge(
                        source=key[flow.operand],
                        target=key[index, output],
                        kind=kind,
                        symbol=symbol,
                        derivative=derivative,
                        contribution=contribution,
                        block=_block(made, (index, output), flow.operand) if kind == "vjp" else (),
                    )
                )
    return edges


def _block(made: Measured, place: Place, operand: Place) -> tuple[int, ...]:
    """Rows and columns of the Jacobian of a value by an operand; () where this torch does not tell."""
    shapes = [made.functions[index].shape(output) for index, output in (place, operand)]
    return tuple(math.prod(shape) for shape in shapes if shape is not None) if None not in shapes else ()


def _symbol(made: Measured, index: int, flow: Flow, derivative: Quantity) -> str:
    """As a formula; of complex numbers its conjugate, which is what flows back is multiplied by."""
    found, outputs = _plain_symbol(made, index, flow, derivative), made.functions[index].outputs
    conjugate = outputs is not None and outputs[min(made.outputs[index])][1].is_complex
    return f"conj({found})" if conjugate and any(map(str.isalpha, found)) else found


def _plain_symbol(made: Measured, index: int, flow: Flow, derivative: Quantity) -> str:
    function, place = made.functions[index], (index, min(made.outputs[index]))
    statement = made.statements.get(place)
    if statement is not None:
        count = along.count_under(made.functions, statement, place, derivative)
        return along.symbol(statement.renamed(made.labels), made.labels[flow.operand], count)
    names = made.operand_names(index)
    settings: dict[str, object] = {**made.settings.get(index, {})}
    if function.operation == "mean":
        settings["count"] = derivative.count // max(1, math.prod(function.shape(0) or ()))
    out = made.labels[place]
    symbols = [derivative_symbol(function.operation, slot, names, out, settings) for slot in flow.slots]
    if "" in symbols:
        return ""
    return symbols[0] if len(symbols) == 1 else sum_text(symbols)


def _notes(made: Measured) -> tuple[str, ...]:
    name = made.labels[made.result]
    notes: list[str] = [one.told(made.labels[place]) for place, one in made.seconds.items() if place in made.labels]
    if "freed" in made.problems.values():
        notes.append(_("freed: use retain_graph=True. A backward() has released what the gradients are made from."))
    if made.size != 1:
        told = _("{name} has {count} elements {shape}: the gradients are those of their sum.",
                 name=name, count=made.size, shape=made.shape)  # fmt: skip
        notes.append(told)
    if "modified in place" in made.problems.values():
        notes.append(_("A saved value was modified in place after it was used: backward() would fail there too."))
    plain = {place[0] for place in made.labels if place not in made.statements}
    if made.detailed and any(UNKNOWN in made.operand_names(index) for index in plain):
        if made.recorded:
            notes.append(_("… is an operand that neither autograd nor record() keeps."))
        else:
            notes.append(_("… is a constant that autograd does not save; inside `with wxb.record():` it is known."))
    if not made.detailed:
        told = _("A graph this big is swept for gradients only: no values of operations, no local derivatives.")
        notes.append(told)
    if made.hooks:
        told = _("Hooks on {count} tensor(s) are not run: the gradients are those before them.", count=made.hooks)
        notes.append(told)
    if not made.shaped:
        version = torch.__version__
        notes.append(_("torch {version} does not tell the shapes of intermediate values: not shown.", version=version))
    return tuple(notes)
