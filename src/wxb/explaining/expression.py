"""`wxb explain "y = w**2; z = 2*y + 5" --at w=2`: a typed computation, differentiated by autograd and explained.

     w = 2 ──[dy/dw = 2w = 4]──▶ y = w² = 4 ──[dz/dy = 2]──▶ z = 2y + 5 = 13
     dz/dw = dz/dy · dy/dw = 2 · 4 = 8

Every named statement is a node; numbers are float64 and come from torch.autograd, the formulas beside them from the
text. With `times` the backward is repeated as in a training loop, and what each call adds to `.grad` is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wxb._version import __version__
from wxb.advice import Advice
from wxb.errors import UsageError
from wxb.explaining import chains, drawing, terminal
from wxb.explaining._torch import torch
from wxb.explaining.bounds import check_size
from wxb.explaining.derivative import differentiate, formula
from wxb.explaining.evaluation import evaluated, functions
from wxb.explaining.explanation import Edge, Graph, Node
from wxb.explaining.quantity import Quantity
from wxb.explaining.values import quantity_of
from wxb.expression import Expression, Program, Statement, evaluate_expression, parse
from wxb.i18n import _
from wxb.marks.saving import Saves, Theme
from wxb.marks.svg import shown
from wxb.numbers import computed, finite_or_text, thousands
from wxb.printable import json_text, printable, show

SCHEMA = "wxb.expression/1"
MOST_TIMES = 10_000
LINES_SHOWN = 60
LONGEST_FORMULA = 32


@dataclass(frozen=True, slots=True)
class Addition:
    """One backward call: what it added to a leaf's `.grad`."""

    call: int
    leaf: str
    before: float
    added: float
    after: float


@dataclass(frozen=True, slots=True)
class ExpressionExplanation(Saves):
    """The explained computation, and the gradients as they pile up when backward is called again.

    Attributes:
        expression: the text as typed.   graph: named values and the derivatives between them.
        gradients: leaf → derivative of the result.
        times, zero_grad, additions: the repeated backward, call by call.
    """

    expression: str
    graph: Graph
    gradients: Mapping[str, float]
    times: int
    zero_grad: bool
    additions: tuple[Addition, ...]

    def text(self, spelled: Callable[[str], str] = str) -> str:
        """For a terminal. spelled : how a face writes advice; str as Python does"""
        written = terminal.text(self.graph)
        if self.times == 1 and not self.zero_grad:
            return written
        return printable("\n".join([written, "", *_log(self), "", *_why(self, spelled)]))

    @property
    def title(self) -> str:
        return drawing.title_of(self.graph)

    def svg(self, theme: Theme = "auto") -> str:
        return drawing.svg(self.graph, theme)

    def to_dict(self) -> dict[str, Any]:
        """JSON, every number in full."""
        return {
            "schema": SCHEMA,
            "wxb": __version__,
            "expression": self.expression,
            "gradients": {name: finite_or_text(value) for name, value in self.gradients.items()},
            **self.graph.to_dict(),
            "times": self.times,
            "zero_grad": self.zero_grad,
            "backward": [
                {
                    "call": one.call,
                    "leaf": one.leaf,
                    "before": finite_or_text(one.before),
                    "added": finite_or_text(one.added),
                    "after": finite_or_text(one.after),
                }
                for one in self.additions
            ],
        }

    def to_json(self) -> str:
        return json_text(self.to_dict())

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": shown(self.svg()), "text/plain": self.text()}


def explain_expression(
    text: str, at: Mapping[str, float], *, times: int = 1, zero_grad: bool = False
) -> ExpressionExplanation:
    """Differentiate a typed computation at the values given, and explain it.

    ExpressionError when the text cannot be read; UsageError when `at` does not fit the names in it.
    """
    if not 1 <= times <= MOST_TIMES:
        raise UsageError(
            _("times is {times}, expected 1 … {most}", times=times, most=thousands(MOST_TIMES)),
            _("give a number of passes in that range"),
        )
    program = parse(text)
    check_size(program, times)
    _check_values(program, at)
    leaves = {name: torch.tensor(float(at[name]), dtype=torch.float64, requires_grad=True) for name in program.names}
    values = evaluated(program, leaves)
    graph = _graph(program, leaves, values)
    additions = _backward(program, at, times, zero_grad=zero_grad)
    first = additions[: len(leaves)]
    gradients = {one.leaf: one.added for one in first}
    return ExpressionExplanation(text, chains.with_chains(graph), gradients, times, zero_grad, tuple(additions))


def _check_values(program: Program, at: Mapping[str, float]) -> None:
    if not program.names:
        raise UsageError(
            _("nothing to differentiate by: {text} has no free name", text=show(program.text.strip()[:60])),
            _("use a name: 2*w + 1, with w"),
        )
    missing = [name for name in program.names if name not in at]
    if missing:
        values = Advice("at", dict.fromkeys(missing, 2))
        raise UsageError(
            _("no value for {missing}", missing=", ".join(missing)),
            _("say where the derivative is taken: {values}", values=values),
        )
    extra = [name for name in at if name not in program.names]
    if extra:
        known = ", ".join(program.names)
        raise UsageError(
            _("the expression has no free name {extra}", extra=", ".join(extra)),
            _("its free names: {known}", known=known),
        )
    for name in program.names:
        if not math.isfinite(at[name]):
            raise UsageError(
                _("{name} = {at} is not a finite number", name=name, at=at[name]), _("give each name a finite number")
            )


def _graph(program: Program, leaves: Mapping[str, torch.Tensor], values: Mapping[str, torch.Tensor]) -> Graph:
    shown = {name: name or _name_for_last(program) for name in values}
    result = values[program.result]
    tensors = {**leaves, **values}
    if result.grad_fn is None:  # the last statement is a bare name: it is that leaf
        result = result * 1
    given = torch.autograd.grad(result, list(tensors.values()), retain_graph=True, allow_unused=True)
    gradients = dict(zip(tensors, given))
    gradients[program.result] = torch.ones_like(result)
    nodes = [_leaf_node(number, name, leaf, gradients[name]) for number, (name, leaf) in enumerate(leaves.items())]
    for statement in program.statements:
        value, gradient = values[statement.name], gradients[statement.name]
        last = statement is program.statements[-1]
        nodes.append(_statement_node(len(nodes), shown[statement.name], statement, value, gradient, last=last))
    key = {name: number for number, name in enumerate(tensors)}
    edges = [edge for statement in program.statements for edge in _edges(program, statement, tensors, key)]
    edges = [_with_contribution(edge, nodes[edge.target]) for edge in edges]
    return Graph(tuple(nodes), tuple(edges), shown[program.result], notes=_notes(nodes))


def _name_for_last(program: Program) -> str:
    taken = {*program.names, *program.assigned}
    return next(name for name in ("f", "result", "the result") if name not in taken)


def _leaf_node(key: int, name: str, leaf: torch.Tensor, gradient: torch.Tensor | None) -> Node:
    quantity = None if gradient is None else quantity_of(gradient)
    return Node(key, name, "", "leaf", "leaf", (), quantity_of(leaf.detach()), "leaf", quantity)


def _statement_node(
    key: int, name: str, statement: Statement, value: torch.Tensor, gradient: torch.Tensor | None, *, last: bool
) -> Node:
    kind = "result" if last else "operation" if statement.names else "leaf"
    written = formula(statement.expression)
    return Node(
        key=key,
        name=name,
        expression=written if written.replace("−", "-") != f"{value.item():g}" else "",
        operation="expression",
        kind=kind,
        shape=(),
        value=quantity_of(value.detach()),
        value_source="computed",
        gradient=None if gradient is None else quantity_of(gradient),
    )


def _edges(
    program: Program, statement: Statement, tensors: Mapping[str, torch.Tensor], key: Mapping[str, int]
) -> list[Edge]:
    """From each name in a statement to the statement: the partial derivative, the other names held."""
    if not statement.names:
        return []
    held = {name: tensors[name].detach().clone().requires_grad_() for name in statement.names}
    value = torch.as_tensor(
        evaluate_expression(statement.expression, held, functions(), text=program.text), dtype=torch.float64
    )
    if value.grad_fn is None:
        value = value * 1
    partial = torch.autograd.grad(value, list(held.values()), allow_unused=True)
    return [
        Edge(
            source=key[name],
            target=key[statement.name],
            kind="derivative",
            symbol=_symbol(statement.expression, name),
            derivative=quantity_of(torch.zeros_like(held[name]) if part is None else part),
        )
        for name, part in zip(held, partial)
    ]


def _with_contribution(edge: Edge, target: Node) -> Edge:
    """What comes back along the edge: the target's gradient times the local derivative."""
    above = None if target.gradient is None else target.gradient.scalar
    local = None if edge.derivative is None else edge.derivative.scalar
    if above is None or local is None:
        return edge
    return replace(edge, contribution=Quantity((), "float64", (above * local,)))


def _symbol(expression: Expression, name: str) -> str:
    derivative = differentiate(expression, name)
    written = "" if derivative is None else formula(derivative)
    return written if len(written) <= LONGEST_FORMULA else ""


def _notes(nodes: list[Node]) -> tuple[str, ...]:
    notes: list[str] = []
    for node in nodes:
        number = None if node.value is None else node.value.scalar
        if isinstance(number, float) and not math.isfinite(number):
            notes.append(
                _(
                    "{title} is {number}: it is not defined, or too large for float64, at these values.",
                    title=node.title,
                    number=number,
                )
            )
            break
    unused = [node.name for node in nodes if node.gradient is None]
    if unused:
        notes.append(_("{name} does not use {unused}.", name=nodes[-1].name, unused=", ".join(unused)))
    return tuple(notes)


def _backward(program: Program, at: Mapping[str, float], times: int, *, zero_grad: bool) -> list[Addition]:
    """The loop itself: the same computation, backward, and what then stands in `.grad`."""
    leaves = {name: torch.tensor(float(at[name]), dtype=torch.float64, requires_grad=True) for name in program.names}
    additions: list[Addition] = []
    for call in range(1, times + 1):
        if zero_grad:
            for leaf in leaves.values():
                leaf.grad = None
        before = {name: _grad(leaf) for name, leaf in leaves.items()}
        (evaluated(program, leaves)[program.result] * 1).backward()
        for name, leaf in leaves.items():
            after = _grad(leaf)
            additions.append(Addition(call, name, before[name], after - before[name], after))
    return additions


def _grad(leaf: torch.Tensor) -> float:
    return 0.0 if leaf.grad is None else leaf.grad.item() + 0.0  # + 0.0: no −0


def _log(explained: ExpressionExplanation) -> list[str]:
    lines = []
    width = len(str(explained.times))
    for call in range(1, explained.times + 1):
        first = (call - 1) * len(explained.gradients)
        ones = explained.additions[first : first + len(explained.gradients)]
        written = "   ".join(f"{one.leaf}.grad: {_float_text(one.after)}" for one in ones)
        lines.append(f" backward {call:>{width}}   {written}")
    if len(lines) > LINES_SHOWN:
        lines = [*lines[:20], _(" … {count} lines …", count=thousands(len(lines) - 23)), *lines[-3:]]
    return lines


def _why(explained: ExpressionExplanation, spelled: Callable[[str], str]) -> list[str]:
    lines: list[str] = []
    name = explained.graph.result.name
    for leaf, gradient in explained.gradients.items():
        derivative = terminal.derivative_name(name, leaf)
        if explained.zero_grad:
            lines.append(
                _(
                    "zero_grad() empties {leaf}.grad before every backward(): it holds {derivative} = "
                    "{gradient} alone, each time.",
                    leaf=leaf,
                    derivative=derivative,
                    gradient=_float_text(gradient),
                )
            )
        else:
            last = next(one.after for one in reversed(explained.additions) if one.leaf == leaf)
            lines.append(
                _(
                    "Every backward() adds {derivative} = {gradient} to {leaf}.grad, and nothing "
                    "empties it: after {times} calls {times} × {gradient} = {last}.",
                    derivative=derivative,
                    gradient=_float_text(gradient),
                    leaf=leaf,
                    times=explained.times,
                    last=_float_text(last),
                )
            )
    if not explained.zero_grad:
        lines.append(
            _("optimizer.zero_grad() before each backward() keeps the gradient of one call; here: `zero_grad=True`")
        )
    return [part for line in lines for part in terminal.broken(" " + spelled(line))]


def _float_text(value: float) -> str:
    """As Python writes a float, to six digits: 2.0, 0.3."""
    text = computed(value, 6)
    return f"{text}.0" if value.is_integer() and "e" not in text else text
