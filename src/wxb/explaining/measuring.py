"""What is read of live tensors, at once: the numbers of an explanation, before anything is written of them.

    functions ── sweep ──▶ gradients, what each edge brings        called with ones ──▶ local derivatives
              ── leaves, live, recorded, saved, computed anew ──▶ values

What is held after is ours: small tensors (those of the user's as copies), of large ones the least and greatest number. No graph,
no variable of the user's lives on in it; `build` writes the picture from it when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wxb.explaining import along
from wxb.explaining._torch import torch
from wxb.explaining.graph import Function, Place, Sweep, call, sweep
from wxb.explaining.held import Holder, Kept
from wxb.explaining.naming import Names, label
from wxb.explaining.operations import ELEMENTWISE, REARRANGING, UNKNOWN
from wxb.explaining.recording import Note, note_of, recording
from wxb.explaining.seconds import Second, seconds
from wxb.explaining.source import Source
from wxb.explaining.values import Values, compute_missing, look_saved, quantity_of
from wxb.explaining.written import Written, written
from wxb.i18n import N_
from wxb.numbers import computed

KNOWN = ELEMENTWISE | REARRANGING
FROM_NUMBER = "rsub"  # 5 − x: the number is no operand
_Ones = dict[Any, torch.Tensor]
_SLOTS = {
    "addmm": ("self", "mat1", "mat2"),
    "mm": ("self", "mat2"),
    "mv": ("self", "vec"),
    "dot": ("self", "tensor"),
    "bmm": ("self", "mat2"),
    "linear": ("input", "weight", "bias"),
    "mse_loss": ("self", "target"),
}


class Flow(NamedTuple):
    """What goes back from a value to one of its operands; `a·a` uses a twice, in two slots, and both are added.

    apart : of a function with several outputs, from each of them alone
    """

    operand: Place
    slots: tuple[int, ...]
    derivative: Kept | None
    contribution: Kept | None
    apart: dict[int, Kept | None] | None = None

    def brought(self, output: int) -> Kept | None:
        return self.contribution if self.apart is None else self.apart.get(output)


@dataclass(slots=True)
class Measured:
    """Everything that an explanation is written from.

    Attributes:
        functions: without autograd's own.
        outputs: of each function those that are nodes, none of what is within a statement.
        labels: a name for each.
        statements: how the source says that values were made.
        detailed: whether values and local derivatives were looked at.
        size, shape: of the result.
        values: (value, where it is known from)        missing: why what a function saved is not there
        gradients, problems: of the sweep        flows: by function, or by the place of a statement
        settings, constants: numbers that were saved; operands outside the graph, as text
        notes: file, line and modules that were recorded        spoiled: what was changed since it was recorded
        leaf_names: of leaves, by function
        recorded: whether `record()` saw any of it        hooks: on named tensors        shaped: whether this torch tells shapes
        seconds: gradients among the values
    """

    functions: list[Function]
    outputs: list[set[int]]
    labels: dict[Place, str]
    statements: dict[Place, Written]
    detailed: bool
    size: int
    shape: tuple[int, ...]
    within: dict[int, Place] = field(default_factory=dict)
    plain: bool = True
    values: dict[Place, tuple[Kept, str]] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)
    gradients: dict[Place, Kept | None] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    flows: dict[int, list[Flow]] = field(default_factory=dict)
    settings: dict[int, dict[str, Any]] = field(default_factory=dict)
    constants: dict[Place, str] = field(default_factory=dict)
    notes: dict[Place, tuple[str, int, tuple[str, ...]]] = field(default_factory=dict)
    spoiled: set[Place] = field(default_factory=set)
    leaf_names: dict[int, str] = field(default_factory=dict)
    recorded: bool = False
    hooks: int = 0
    shaped: bool = True
    seconds: dict[Place, Second] = field(default_factory=dict)

    @property
    def result(self) -> Place:
        last = len(self.functions) - 1
        return last, next(iter(self.outputs[last]))

    def operand_names(self, index: int) -> list[str]:
        own = self.functions[index].operation == "copy_backwards"  # of w.grad: what else is there is no operand
        names = [
            self.labels[operand] if operand is not None else self.constants.get((index, slot), UNKNOWN)
            for slot, operand in enumerate(self.functions[index].inputs)
            if operand is not None or not own
        ]
        other = self.settings.get(index, {}).get("other")
        if len(names) == 1 and other is not None:  # times a plain number: no operand of its own
            names.append(computed(other))
        elif len(names) == 1 and self.functions[index].operation == FROM_NUMBER:
            names.append(self.constants.get((index, 1), UNKNOWN))
        return names


def measure(
    tensor: torch.Tensor, functions: list[Function], names: Names, source: Source | None, *, detailed: bool
) -> Measured:
    """Read everything. Above the detail limit without values and derivatives of operations."""
    output = tensor.output_nr
    swept = sweep(functions, output, torch.ones_like(tensor.detach()), keep_edges=detailed)
    outputs = _used_outputs(functions, output)
    statements = written(functions, outputs, names, source) if detailed else {}
    within = {index: place for place, one in statements.items() for index in one.members if index != place[0]}
    shown = [set() if index in within else used for index, used in enumerate(outputs)]
    labels = label(functions, shown, names, "result")
    made = Measured(functions, shown, labels, statements, detailed, tensor.numel(), tuple(tensor.shape), within)
    made.plain = all(len(used) == 1 for used in outputs)
    notes = {place: note for place in labels if (note := note_of(functions[place[0]].function, place[1])) is not None}
    known, operands = _known_values(made, names, notes, tensor)
    made.constants = {place: _text(value, names) for place, value in operands.items()}
    for index, saved in known.saved.items():
        made.settings[index] = {name: value for name, value in saved.items() if isinstance(value, int | float)}
    made.statements = {
        place: one
        for place, one in statements.items()
        if len(one.members) > 1 or UNKNOWN in made.operand_names(place[0])
    }
    made.seconds = seconds(functions, names, source)
    made.problems = swept.problems
    holder = Holder(any(function.custom for function in functions))
    _flows(made, swept, holder)
    made.gradients = {place: holder.ours(one) for place, one in swept.gradients.items() if place in labels}
    made.values = {
        place: (holder.foreign(one), where) for place, (one, where) in known.values.items() if place in labels
    }
    made.missing = known.missing
    made.spoiled = {place for place, note in notes.items() if not note.intact}
    made.notes = {place: (note.file, note.line, note.modules) for place, note in notes.items()}
    made.recorded = bool(notes) or recording()
    _let_go(made, names)
    return made


def _used_outputs(functions: list[Function], output: int) -> list[set[int]]:
    used: list[set[int]] = [set() for __ in functions]
    for function in functions:
        for operand in function.inputs:
            if operand is not None:
                used[operand[0]].add(operand[1])
    used[-1].add(output)
    return used


def _known_values(
    made: Measured, names: Names, notes: dict[Place, Note], tensor: torch.Tensor
) -> tuple[Values, dict[Place, Any]]:
    """Values, and operands outside the graph."""
    known, functions = Values(), made.functions
    operands: dict[Place, Any] = {}
    known.add((len(functions) - 1, tensor.output_nr), tensor, "result")
    for index, function in enumerate(functions):
        if function.leaf is not None:
            known.add((index, 0), function.leaf, "leaf")
    lives = {
        place: live
        for place in made.labels
        if (live := names.by_place.get((functions[place[0]].function, place[1]))) is not None
    }
    for place in made.labels:
        live = lives.get(place)
        if live is not None and live[1]._version == 0:
            known.add(place, live[1], "live")
        note = notes.get(place)
        if note is not None and note.intact:
            known.add(place, note.value, "recorded")
    if made.detailed:
        look_saved(functions, known)
        operands = _operands(made, notes, known)
        compute_missing(functions, known, operands)
    for place, live in lives.items():  # changed in place since it was made, perhaps: only where nothing better is known
        if place not in known.values:
            known.add(place, live[1], N_("live, perhaps modified in place"))
    return known, operands


def _operands(made: Measured, notes: dict[Place, Note], known: Values) -> dict[Place, Any]:
    """Operands outside the graph: what was saved of them, or else recorded."""
    found: dict[Place, Any] = {}
    for index, function in enumerate(made.functions):
        count = 2 if function.operation == FROM_NUMBER else len(function.inputs)
        missing = [slot for slot in range(count) if slot >= len(function.inputs) or function.inputs[slot] is None]
        if not missing:
            continue
        slots = _SLOTS.get(function.operation, ("self", "other"))
        saved = known.saved.get(index, {})
        note = notes.get((index, 0))
        aligned = () if note is None else note.aligned(function.operation, count)
        recorded = [] if note is None else [operand for operand in note.operands if operand is not None]
        for slot in missing:
            value = saved.get(slots[slot]) if slot < len(slots) else None
            if value is None and slot < len(aligned):
                value = aligned[slot]
            if value is None and len(missing) == len(recorded) == 1:
                value = recorded[0]
            if value is not None:
                found[index, slot] = value
    return found


def _text(value: Any, names: Names) -> str:
    if isinstance(value, torch.Tensor):
        name = names.by_identity.get(id(value), "")
        if name:
            return name
        if value.numel() == 1:
            return quantity_of(value).text()
        return f"const{list(value.shape)}".replace("[", "(").replace("]", ")")
    return computed(value) if isinstance(value, int | float) else UNKNOWN


def _flows(made: Measured, swept: Sweep, holder: Holder) -> None:
    ones: _Ones = {}
    for index, function in enumerate(made.functions):
        outputs = made.outputs[index]
        if not outputs or function.leaf is not None:  # within a statement, or no operation
            continue
        place = (index, min(outputs))
        if place in made.statements:
            made.flows[index] = _through_statement(made, swept, place, holder)
            continue
        local = _local_derivatives(made, swept, index, ones) if made.detailed and len(outputs) == 1 else {}
        flows, brought = made.flows.setdefault(index, []), swept.contributions
        inputs = function.inputs
        for slot, operand in enumerate(inputs):
            if operand is None:
                continue
            slots: tuple[int, ...] = (slot,)
            if inputs.count(operand) > 1:
                if operand in inputs[:slot]:
                    continue
                slots = tuple(place for place, other in enumerate(inputs) if other == operand)
            derivative, contribution = local.get(slot), brought.get((index, slot))
            if len(slots) > 1:
                derivative = _added([local.get(place) for place in slots])
                contribution = _added([brought.get((index, place)) for place in slots])
            apart = _by_output(swept, index, slots, outputs, holder) if len(outputs) > 1 else None
            flows.append(Flow(operand, slots, holder.ours(derivative), holder.ours(contribution), apart))


def _by_output(
    swept: Sweep, index: int, slots: tuple[int, ...], outputs: set[int], holder: Holder
) -> dict[int, Kept | None]:
    """What each output of a function brings to an operand; nothing of one that no gradient reached."""
    known = {one for one in outputs if swept.gradients.get((index, one)) is not None}
    if len(known) == 1:
        return {one: holder.ours(_added([swept.contributions.get((index, slot)) for slot in slots])) for one in known}
    return {one: holder.ours(_added([swept.apart.get((index, slot, one)) for slot in slots])) for one in known}


def _through_statement(made: Measured, swept: Sweep, place: Place, holder: Holder) -> list[Flow]:
    """From what is written as an expression to each tensor in it."""
    one = made.statements[place]
    derivatives = along.derivatives(made.functions, swept, one, place)
    brought = along.brought(made.functions, swept, one)
    return [
        Flow(operand, (), holder.ours(derivatives.get(operand)), holder.ours(brought.get(operand)))
        for operand in sorted(set(one.operands.values()))
    ]


def _added(parts: list[torch.Tensor | None]) -> torch.Tensor | None:
    added = parts[0]
    for part in parts[1:]:
        if added is None or part is None or part.shape != added.shape:
            return None
        added = added + part
    return added


def _local_derivatives(made: Measured, swept: Sweep, index: int, ones: _Ones) -> dict[int, torch.Tensor]:
    """Operand → derivative, where it is one: element by element, or of a single number."""
    function = made.functions[index]
    output = next(iter(made.outputs[index]))
    gradient = swept.gradients.get((index, output))
    if index in swept.problems or gradient is None:
        return {}
    custom = function.custom
    if (gradient.numel() != 1 or gradient.is_complex()) and (custom or function.operation not in KNOWN):
        return {}
    gradients: list[torch.Tensor | None] = [None] * (output + 1)
    gradients[output] = torch.ones_like(gradient) if custom else _ones_like(gradient, ones)
    try:
        parts = call(function, gradients)
    except Exception:  # the sweep has already said what is wrong with it
        return {}
    return {
        slot: part
        for slot, part in enumerate(parts)
        if part is not None and part.layout is torch.strided and along.differentiable(made.functions, index, slot)
    }


def _ones_like(tensor: torch.Tensor, known: _Ones) -> torch.Tensor:
    """Made once for each shape: autograd's own functions only read it."""
    kind = tensor.shape, tensor.stride(), tensor.dtype, tensor.device
    if kind not in known:
        known[kind] = torch.ones_like(tensor)
    return known[kind]


def _let_go(made: Measured, names: Names) -> None:
    """Nothing of the user's is kept alive, neither variables nor the graph."""
    for index, function in enumerate(made.functions):
        if function.leaf is not None:
            variable = function.function.variable
            made.leaf_names[index] = names.by_identity.get(id(variable), "")
            made.hooks += bool(getattr(variable, "_backward_hooks", None))
        else:
            for output in made.outputs[index]:
                live = names.by_place.get((function.function, output))
                made.hooks += live is not None and bool(live[1]._backward_hooks)
            made.shaped &= function.outputs is not None
    made.functions = [function.bare() for function in made.functions]
