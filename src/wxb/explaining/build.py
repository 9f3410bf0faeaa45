"""From autograd's graph to an explanation: the one place where tensors become kept numbers.

Every value used somewhere is a node (a function with two used outputs gives two), every operand an edge. Edges carry the
local derivative where an operation works element by element or its result is one number: the function called with ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wxb.explaining import along
from wxb.explaining._torch import torch
from wxb.explaining.derivative import formula
from wxb.explaining.explanation import Edge, Graph, Node
from wxb.explaining.graph import Function, Sweep, call, is_custom, sweep
from wxb.explaining.naming import Names, label
from wxb.explaining.operations import ELEMENTWISE, REARRANGING, UNKNOWN, derivative_symbol, expression_text, sum_text
from wxb.explaining.quantity import Quantity
from wxb.explaining.recording import Note, note_of
from wxb.explaining.source import Source
from wxb.explaining.values import Values, compute_missing, look_saved, quantity_of
from wxb.explaining.written import Written, written
from wxb.i18n import N_, _
from wxb.numbers import computed

_SLOTS = {
    "addmm": ("self", "mat1", "mat2"),
    "mm": ("self", "mat2"),
    "mv": ("self", "vec"),
    "dot": ("self", "tensor"),
    "bmm": ("self", "mat2"),
    "linear": ("input", "weight", "bias"),
    "mse_loss": ("self", "target"),
}


@dataclass(slots=True)
class _Work:
    """Everything known while the nodes are made."""

    functions: list[Function]
    names: Names
    swept: Sweep
    known: Values
    outputs: list[set[int]]
    labels: dict[tuple[int, int], str]
    notes: dict[tuple[int, int], Note]
    statements: dict[tuple[int, int], Written]
    constants: dict[tuple[int, int], Any] = field(default_factory=dict)
    kept: dict[int, tuple[torch.Tensor, Quantity]] = field(default_factory=dict)

    def quantity(self, tensor: torch.Tensor | None) -> Quantity | None:
        """What is kept of a tensor, looked at once: a gradient is often also what an edge brings."""
        if tensor is None:
            return None
        found = self.kept.get(id(tensor))
        if found is None:
            found = self.kept[id(tensor)] = (tensor, quantity_of(tensor))
        return found[1]


def build(
    tensor: torch.Tensor, functions: list[Function], names: Names, source: Source | None, *, detailed: bool
) -> tuple[Graph, dict[int, int]]:
    """The explanation's graph, without chains, and the node of each function that has one, or is part of one.

    Above the detail limit without values and derivatives of operations.
    """
    last, output = len(functions) - 1, tensor.output_nr
    swept = sweep(functions, output, torch.ones_like(tensor.detach()), keep_edges=detailed)
    outputs = _used_outputs(functions, output)
    statements = written(functions, outputs, names, source) if detailed else {}
    within = {index: place for place, one in statements.items() for index in one.members if index != place[0]}
    shown = [set() if index in within else used for index, used in enumerate(outputs)]
    labels = label(functions, shown, names, "result")
    notes = {place: note for place in labels if (note := note_of(functions[place[0]].function, place[1])) is not None}
    work = _Work(functions, names, swept, Values(), shown, labels, notes, statements)
    _known_values(work, (last, output), tensor, detailed=detailed)
    work.statements = {
        place: one
        for place, one in statements.items()
        if len(one.members) > 1 or UNKNOWN in _operand_names(work, place[0])
    }
    places = [place for place in labels if place != (last, output)] + [(last, output)]
    key = {place: number for number, place in enumerate(places)}
    nodes = tuple(_node(work, place, key[place], result=place == (last, output)) for place in places)
    edges = tuple(_edges(work, key, detailed=detailed))
    of = labels[last, output] if tensor.numel() == 1 else f"sum({labels[last, output]})"
    freed = "freed" in swept.problems.values()
    graph = Graph(nodes, edges, of, freed=freed, notes=_notes(work, tensor, detailed=detailed))
    if any(len(used) != 1 for used in outputs):
        return graph, {}
    return graph, {index: key[within.get(index, (index, min(used)))] for index, used in enumerate(outputs)}


def _used_outputs(functions: list[Function], output: int) -> list[set[int]]:
    used: list[set[int]] = [set() for __ in functions]
    for function in functions:
        for operand in function.inputs:
            if operand is not None:
                used[operand[0]].add(operand[1])
    used[-1].add(output)
    return used


def _known_values(work: _Work, result: tuple[int, int], tensor: torch.Tensor, *, detailed: bool) -> None:
    known = work.known
    known.add(result, tensor, "result")
    for index, function in enumerate(work.functions):
        if function.leaf is not None:
            known.add((index, 0), function.leaf, "leaf")
    for place in work.labels:
        live = work.names.by_place.get((work.functions[place[0]].function, place[1]))
        if live is not None and live[1]._version == 0:
            known.add(place, live[1], "live")
        note = work.notes.get(place)
        if note is not None and note.intact:
            known.add(place, note.value, "recorded")
    if detailed:
        look_saved(work.functions, known)
        _constants(work)
        compute_missing(work.functions, known, work.constants)
    for place in work.labels:  # changed in place since it was made, perhaps: only where nothing better is known
        live = work.names.by_place.get((work.functions[place[0]].function, place[1]))
        if live is not None and place not in known.values:
            known.add(place, live[1], N_("live, perhaps modified in place"))


def _constants(work: _Work) -> None:
    """Operands outside the graph: what was saved of them, or else recorded."""
    for index, function in enumerate(work.functions):
        missing = [slot for slot, operand in enumerate(function.inputs) if operand is None]
        if not missing:
            continue
        slots = _SLOTS.get(function.operation, ("self", "other"))
        saved = work.known.saved.get(index, {})
        note = work.notes.get((index, 0))
        recorded = [] if note is None else [operand for operand in note.operands if operand is not None]
        for slot in missing:
            value = saved.get(slots[slot]) if slot < len(slots) else None
            if value is None and len(missing) == len(recorded) == 1:
                value = recorded[0]
            if value is not None:
                work.constants[index, slot] = value


def _node(work: _Work, place: tuple[int, int], key: int, *, result: bool) -> Node:
    index, output = place
    function = work.functions[index]
    leaf = function.leaf is not None
    value, source = work.known.values.get(place, (None, N_("not saved")))
    if value is None and work.known.missing.get(index) in ("freed", "modified in place"):
        source = work.known.missing[index]
    note = work.notes.get(place)
    if note is not None and not note.intact and value is None:
        source = "modified in place"
    statement = work.statements.get(place)
    members = {index} if statement is None else statement.members
    trouble = next((work.swept.problems[one] for one in members if one in work.swept.problems), "")
    gradient = work.swept.gradients.get(place)
    return Node(
        key=key,
        name=work.labels[place],
        expression="" if leaf else _expression(work, index, output),
        operation=function.operation if statement is None or len(statement.members) == 1 else "expression",
        kind="leaf" if leaf else "result" if result else "operation",
        shape=function.shape(output) if value is None else tuple(value.shape),
        value=work.quantity(value),
        value_source=source,
        gradient=work.quantity(gradient),
        where="" if note is None else f"{Path(note.file).name}:{note.line}",
        note=_("no gradient flows through {operation}: {trouble}", operation=function.operation, trouble=_(trouble))
        if trouble
        else "",
    )


def _operand_names(work: _Work, index: int) -> list[str]:
    function = work.functions[index]
    names = [
        work.labels[operand] if operand is not None else _constant_text(work, (index, slot))
        for slot, operand in enumerate(function.inputs)
    ]
    other = work.known.saved.get(index, {}).get("other")
    if len(names) == 1 and isinstance(other, int | float):  # times a plain number: no operand of its own
        names.append(computed(other))
    return names


def _constant_text(work: _Work, place: tuple[int, int]) -> str:
    value = work.constants.get(place)
    if isinstance(value, torch.Tensor):
        name = work.names.by_identity.get(id(value), "")
        if name:
            return name
        if value.numel() == 1:
            return quantity_of(value).text()
        return f"const{list(value.shape)}".replace("[", "(").replace("]", ")")
    return computed(value) if isinstance(value, int | float) else UNKNOWN


def _settings(work: _Work, index: int) -> dict[str, object]:
    return {name: value for name, value in work.known.saved.get(index, {}).items() if isinstance(value, int | float)}


def _expression(work: _Work, index: int, output: int) -> str:
    statement = work.statements.get((index, output))
    if statement is not None:
        return formula(statement.renamed(work.labels))
    function = work.functions[index]
    text = expression_text(function.operation, _operand_names(work, index), _settings(work, index))
    return text if len(work.outputs[index]) == 1 and output == 0 else f"{text}[{output}]"


def _edges(work: _Work, key: dict[tuple[int, int], int], *, detailed: bool) -> list[Edge]:
    """One edge from an operand to what uses it; `a·a` uses a twice, and the derivatives of both uses are added."""
    edges: list[Edge] = []
    for index, function in enumerate(work.functions):
        outputs = sorted(work.outputs[index])
        if not outputs:  # within a statement
            continue
        if (index, outputs[0]) in work.statements:
            edges += _statement_edges(work, (index, outputs[0]), key)
            continue
        local = _local_derivatives(work, index) if detailed and len(outputs) == 1 else {}
        slots_of: dict[tuple[int, int], list[int]] = {}
        for slot, operand in enumerate(function.inputs):
            if operand is not None:
                slots_of.setdefault(operand, []).append(slot)
        for operand, slots in slots_of.items():
            derivative = _added([local.get(slot) for slot in slots])
            contribution = _added([work.swept.contributions.get((index, slot)) for slot in slots])
            kind = "derivative" if derivative is not None else "vjp" if contribution is not None else "flow"
            symbol = "" if derivative is None else _symbol(work, index, slots, derivative)
            edges.extend(
                Edge(
                    source=key[operand],
                    target=key[index, output],
                    kind=kind,
                    symbol=symbol,
                    derivative=work.quantity(derivative),
                    contribution=work.quantity(contribution),
                )
                for output in outputs
            )
    return edges


def _statement_edges(work: _Work, place: tuple[int, int], key: dict[tuple[int, int], int]) -> list[Edge]:
    """From each tensor in an expression to what is written as it."""
    one, functions = work.statements[place], work.functions
    derivatives = along.derivatives(functions, work.swept, one, place)
    brought = along.brought(functions, work.swept, one)
    expression = one.renamed(work.labels)
    edges: list[Edge] = []
    for operand in sorted(set(one.operands.values())):
        derivative, symbol = derivatives.get(operand), ""
        if derivative is not None:
            symbol = along.symbol(
                expression, work.labels[operand], along.count_under(functions, one, place, derivative)
            )
        edges.append(
            Edge(
                source=key[operand],
                target=key[place],
                kind="derivative" if derivative is not None else "vjp" if operand in brought else "flow",
                symbol=symbol,
                derivative=work.quantity(derivative),
                contribution=work.quantity(brought.get(operand)),
            )
        )
    return edges


def _added(parts: list[torch.Tensor | None]) -> torch.Tensor | None:
    added = parts[0]
    for part in parts[1:]:
        if added is None or part is None or part.shape != added.shape:
            return None
        added = added + part
    return added


def _symbol(work: _Work, index: int, slots: list[int], derivative: torch.Tensor) -> str:
    function = work.functions[index]
    names, out = _operand_names(work, index), work.labels[index, min(work.outputs[index])]
    settings = _settings(work, index)
    if function.operation == "mean":
        settings["count"] = derivative.numel() // max(1, math.prod(function.shape(0) or ()))
    symbols = [derivative_symbol(function.operation, slot, names, out, settings) for slot in slots]
    if "" in symbols:
        return ""
    return symbols[0] if len(symbols) == 1 else sum_text(symbols)


def _local_derivatives(work: _Work, index: int) -> dict[int, torch.Tensor]:
    """Operand → derivative, where it is one: element by element, or of a single number."""
    function = work.functions[index]
    output = next(iter(work.outputs[index]))
    gradient = work.swept.gradients.get((index, output))
    if function.leaf is not None or index in work.swept.problems or gradient is None:
        return {}
    known = not is_custom(function.function) and function.operation in ELEMENTWISE | REARRANGING
    if not known and gradient.numel() != 1:
        return {}
    gradients: list[torch.Tensor | None] = [None] * (output + 1)
    gradients[output] = torch.ones_like(gradient)
    try:
        parts = call(function.function, gradients)
    except Exception:  # the sweep has already said what is wrong with it
        return {}
    return {slot: part for slot, part in enumerate(parts) if part is not None and part.layout is torch.strided}


def _notes(work: _Work, tensor: torch.Tensor, *, detailed: bool) -> tuple[str, ...]:
    name = work.labels[len(work.functions) - 1, tensor.output_nr]
    notes: list[str] = []
    if "freed" in work.swept.problems.values():
        notes.append(_("freed: use retain_graph=True. A backward() has released what the gradients are made from."))
    if tensor.numel() != 1:
        shape, count = tuple(tensor.shape), tensor.numel()
        told = _("{name} has {count} elements {shape}: the gradients are those of their sum.",
                 name=name, count=count, shape=shape)  # fmt: skip
        notes.append(told)
    if "modified in place" in work.swept.problems.values():
        notes.append(_("A saved value was modified in place after it was used: backward() would fail there too."))
    plain = {place[0] for place in work.labels if place not in work.statements}
    if detailed and any(UNKNOWN in _operand_names(work, index) for index in plain):
        notes.append(_("… is a constant that autograd does not save; inside `with wxb.record():` it is known."))
    if not detailed:
        told = _("A graph this big is swept for gradients only: no values of operations, no local derivatives.")
        notes.append(told)
    hooked = sum(bool(getattr(leaf.function.variable, "_backward_hooks", None)) for leaf in _leaves(work))
    if hooked:
        told = _("Hooks on {count} leaf tensor(s) are not run: the gradients are those before them.", count=hooked)
        notes.append(told)
    if not all(hasattr(function.function, "_input_metadata") for function in work.functions if function.leaf is None):
        version = torch.__version__
        notes.append(_("torch {version} does not tell the shapes of intermediate values: not shown.", version=version))
    return tuple(notes)


def _leaves(work: _Work) -> list[Function]:
    return [function for function in work.functions if function.leaf is not None]
