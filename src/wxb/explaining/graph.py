"""Autograd's graph of a live tensor, walked and differentiated by hand, so that nothing of the user's is touched.

Each function is called itself, from the result to the leaves, with the gradient of its output:

    gradient(result) = 1        gradient(input) += sum to the input's shape of function(gradient(output))

That gives the gradient of every node and the part that comes along every edge in one sweep. `torch.autograd.grad` was
rejected: its engine runs the user's tensor hooks, fills `.grad` of tensors with `retain_grad`, and adds into parameters
under reentrant checkpoints. Calling a function frees nothing and draws no random number that is not put back.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wxb.explaining._torch import torch
from wxb.i18n import N_

Place = tuple[int, int]  # (function, output)
LEAF = "leaf"
_CUSTOM = torch.autograd.function.BackwardCFunction
_STRIDED = torch.strided
MOST_APART = 32  # outputs of a function of which it is told what each brings
_FREED = "second time"
_MODIFIED = "modified by an inplace operation"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DIMENSION = re.compile(r"(\d)D")
_SUFFIX = re.compile(r"Backward\d*$")


@dataclass(slots=True)
class Function:
    """One function of the graph: an operation of the forward, or a leaf.

    Attributes:
        function: autograd's node.
        operation: its name as torch has it ("pow", "addmm"), "leaf" for a leaf.
        inputs: for each operand (index of its function, which output of it), None for a constant.
        leaf: the leaf tensor.
        outputs: shape and dtype of each output; None where this torch does not tell.
        custom: whether it is a torch.autograd.Function written in Python.
    """

    function: Any
    operation: str
    inputs: tuple[Place | None, ...] = ()
    leaf: torch.Tensor | None = None
    outputs: tuple[tuple[tuple[int, ...], torch.dtype], ...] | None = None
    custom: bool = False

    def shape(self, output: int) -> tuple[int, ...] | None:
        """Shape of an output; None where this torch does not tell."""
        return self.outputs[output][0] if self.outputs is not None and output < len(self.outputs) else None

    def bare(self) -> Function:
        """The same without autograd's node and the tensor."""
        return Function(None, self.operation, self.inputs, None, self.outputs, self.custom)

    @property
    def is_leaf(self) -> bool:
        return self.operation == LEAF


@dataclass(slots=True)
class Sweep:
    """What one pass from the result to the leaves found.

    Attributes:
        gradients: (function, output) → gradient of the result with respect to it.
        contributions: (function, operand) → the part of that operand's gradient that comes along this edge.
        apart: (function, operand, output) → the same from each output alone, of functions with several.
        problems: function → why nothing flows through it: "freed", "modified in place", or an error's first line.
    """

    gradients: dict[tuple[int, int], torch.Tensor] = field(default_factory=dict)
    contributions: dict[tuple[int, int], torch.Tensor] = field(default_factory=dict)
    apart: dict[tuple[int, int, int], torch.Tensor] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


@contextlib.contextmanager
def undisturbed(tensor: torch.Tensor) -> Iterator[None]:
    """No graph is built, no torch-function mode sees what happens, random states are put back."""
    with torch.no_grad(), torch._C.DisableTorchFunction():
        if tensor.is_cuda:
            with torch.random.fork_rng([tensor.device]):
                torch.cuda.synchronize(tensor.device)
                yield
            return
        state = torch.get_rng_state()
        try:
            yield
        finally:
            torch.set_rng_state(state)


_Edges = list[tuple[tuple[Any, int], ...]]


def walk(root: Any) -> list[Function]:
    """Every function below `root`, operands before what uses them: leaves first, operations in the order they ran."""
    found: dict[Any, int] = {root: 0}
    functions: list[Any] = [root]
    edges: _Edges = []  # asked for once: each time autograd makes them anew
    for function in functions:  # grows while it is read: no recursion, whatever the depth
        edges.append(function.next_functions)
        for operand, __ in edges[-1]:
            if operand is not None and operand not in found:
                found[operand] = len(functions)
                functions.append(operand)
    order = _order(functions, edges, found)
    place = {functions[old]: new for new, old in enumerate(order)}
    return [_describe(functions[old], edges[old], place) for old in order]


def _order(functions: list[Any], edges: _Edges, found: dict[Any, int]) -> list[int]:
    """By the sequence number of the forward; where threads or old versions spoil that, by counting uses."""
    operations = [index for index, one in enumerate(functions) if edges[index] or not hasattr(one, "variable")]
    if all(hasattr(functions[index], "_sequence_nr") for index in operations):
        operations.sort(key=lambda index: functions[index]._sequence_nr())
        made = set(operations)
        used = [found[operand] for index in operations for operand, __ in edges[index] if operand is not None]
        leaves = dict.fromkeys(index for index in used if index not in made)
        order = [*leaves, *operations]
        place = {old: new for new, old in enumerate(order)}
        if all(
            place[found[operand]] < place[index]
            for index in operations
            for operand, __ in edges[index]
            if operand is not None
        ):
            return order
    return _order_by_uses(functions, edges, found)


def _order_by_uses(functions: list[Any], edges: _Edges, found: dict[Any, int]) -> list[int]:
    uses = [0] * len(functions)
    for after in edges:
        for operand, __ in after:
            if operand is not None:
                uses[found[operand]] += 1
    ready, backward = [0], []
    while ready:
        index = ready.pop()
        backward.append(index)
        for operand, __ in edges[index]:
            if operand is not None:
                uses[found[operand]] -= 1
                if uses[found[operand]] == 0:
                    ready.append(found[operand])
    return backward[::-1]


@functools.cache
def operation_name(named: str, custom: bool = False) -> str:
    """`PowBackward0` → `pow`, `LogSoftmaxBackward0` → `log_softmax`; a custom Function keeps its own name."""
    name = _SUFFIX.sub("", named.rsplit("::", 1)[-1])
    return name if custom else _CAMEL.sub("_", _DIMENSION.sub(r"\1d", name)).lower()


def _describe(function: Any, edges: tuple[tuple[Any, int], ...], place: dict[Any, int]) -> Function:
    leaf = None if edges else getattr(function, "variable", None)
    if leaf is not None:
        held = leaf.detach()
        return Function(function, LEAF, (), held, ((tuple(held.shape), held.dtype),))
    inputs = tuple([None if operand is None else (place[operand], output) for operand, output in edges])
    metadata = getattr(function, "_input_metadata", None)
    outputs = None if metadata is None else tuple([(tuple(one.shape), one.dtype) for one in metadata])
    custom = isinstance(function, _CUSTOM)
    return Function(function, operation_name(function.name(), custom), inputs, None, outputs, custom)


def sweep(functions: list[Function], output: int, seed: torch.Tensor, *, keep_edges: bool) -> Sweep:
    """The gradient of every node of the last function's output, seeded with `seed`."""
    result = Sweep()
    gradients, contributions = result.gradients, result.contributions
    last = len(functions) - 1
    gradients[last, output] = seed
    outputs = _output_counts(functions, output)
    for index in range(last, -1, -1):
        function = functions[index]
        if function.leaf is not None:
            continue
        given = [gradients.get((index, number)) for number in range(outputs[index])]
        if all(gradient is None for gradient in given):
            continue
        try:
            parts = call(function, given)
        except Exception as error:  # a user's backward may raise anything; the rest is still worth showing
            result.problems[index] = problem(error)
            continue
        for slot, operand in enumerate(function.inputs):
            part = parts[slot] if slot < len(parts) else None
            if operand is None or part is None:
                continue
            part = shaped_as_operand(part, functions[operand[0]], operand[1])
            if keep_edges:
                contributions[index, slot] = part
            before = gradients.get(operand)
            gradients[operand] = part if before is None else before + part
        if keep_edges and 1 < sum(one is not None for one in given) <= MOST_APART:
            result.apart.update(_apart(functions, index, given))
    return result


def _apart(
    functions: list[Function], index: int, given: list[torch.Tensor | None]
) -> dict[tuple[int, int, int], torch.Tensor]:
    """What goes back to each operand from each output alone: backward is linear in what comes in."""
    function, found = functions[index], {}
    for output, gradient in enumerate(given):
        if gradient is None:
            continue
        alone = [None if one is None or not function.custom else torch.zeros_like(one) for one in given]
        alone[output] = gradient
        try:
            parts = call(function, alone)
        except Exception:  # a user's backward that is right for all at once alone
            return {}
        for slot, (operand, part) in enumerate(zip(function.inputs, parts)):
            if operand is not None and part is not None:
                found[index, slot, output] = shaped_as_operand(part, functions[operand[0]], operand[1])
    return found


def _output_counts(functions: list[Function], output: int) -> list[int]:
    counts = [1 if function.outputs is None else len(function.outputs) for function in functions]
    for function in functions:
        for operand in function.inputs:
            if operand is not None and operand[1] >= counts[operand[0]]:
                counts[operand[0]] = operand[1] + 1
    counts[-1] = max(counts[-1], output + 1)
    return counts


def call(called: Function, gradients: list[torch.Tensor | None]) -> tuple[torch.Tensor | None, ...]:
    """The gradient of each operand, given those of the outputs; nothing is freed, no hook runs."""
    function = called.function
    if not called.custom:
        parts = function(*gradients)
        return parts if isinstance(parts, tuple) else (parts,)
    if function.name() == "CheckpointFunctionBackward":
        raise RuntimeError(N_("a reentrant checkpoint cannot be explained: use_reentrant=False can"))
    parts = function.apply(*_materialized(function, gradients))
    parts = parts if isinstance(parts, tuple) else (parts,)
    wanted = iter([part for part, needed in zip(parts, function.needs_input_grad) if needed])
    return tuple(None if operand is None else next(wanted, None) for operand in called.inputs)


def _materialized(function: Any, gradients: list[torch.Tensor | None]) -> list[torch.Tensor | None]:
    if not getattr(function, "_materialize_grads", True):
        return gradients
    metadata = getattr(function, "_input_metadata", ())
    return [
        torch.zeros(metadata[number].shape, dtype=metadata[number].dtype, device=metadata[number].device)
        if gradient is None and number < len(metadata)
        else gradient
        for number, gradient in enumerate(gradients)
    ]


def shaped_as_operand(part: torch.Tensor, operand: Function, output: int) -> torch.Tensor:
    """A gradient in its operand's shape and dtype, as autograd's engine makes it: broadcast sizes are summed."""
    told = operand.outputs
    if told is None or output >= len(told) or part.layout is not _STRIDED:
        return part
    shape, dtype = told[output]
    if part.shape != shape:
        part = part.sum_to_size(shape)
    if part.dtype is not dtype:
        part = part.real if part.is_complex() and not dtype.is_complex else part
        part = part.to(dtype)
    return part


def problem(error: Exception) -> str:
    """Why a function could not be called, in a few words."""
    message = str(error)
    if _FREED in message:
        return N_("freed")
    if _MODIFIED in message:
        return N_("modified in place")
    return (message.splitlines() or [type(error).__name__])[0][:120]
