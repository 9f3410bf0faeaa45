"""What an explanation consists of: nodes, edges and chains; no torch, so it can be drawn, printed and saved anywhere.

w = 2 ──[dy/dw = 2w = 4]──▶ y = w² = 4 ──[dz/dy = 2]──▶ z = 2y + 5 = 13       nodes and edges
dz/dw = dz/dy · dy/dw = 2 · 4 = 8                                              a chain, one per leaf and path
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wxb.explaining.quantity import Quantity
from wxb.i18n import _

SCHEMA = "wxb.explanation/1"


@dataclass(frozen=True, slots=True)
class Node:
    """A value in the computation.

    Attributes:
        key: position in the graph; inputs come before what is made from them.
        name: the user's name for it, or one given here (u1, u2, …).
        expression: how it is made, in the names of the other nodes; "" for a leaf.
        operation: the operation's name, "leaf" for a leaf.
        kind: leaf, operation, result or group (several operations folded into one).
        value, value_source: the number, and where it is known from: leaf, result, live, saved, recorded, computed;
            or why it is not known: not saved, freed, modified in place.
        gradient: of the result with respect to this node; None where it is not known.
        where: file:line, where it was recorded.
        note: anything else that must be known, in a few words.
        operations: how many operations the node stands for.
    """

    key: int
    name: str
    expression: str
    operation: str
    kind: str
    shape: tuple[int, ...] | None
    value: Quantity | None
    value_source: str
    gradient: Quantity | None
    where: str = ""
    note: str = ""
    operations: int = 1

    @property
    def title(self) -> str:
        """`y = w²`, or the name alone."""
        return f"{self.name} = {self.expression}" if self.expression else self.name

    def to_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "name": self.name,
            "expression": self.expression,
            "operation": self.operation,
            "kind": self.kind,
            "shape": None if self.shape is None else list(self.shape),
            "value": self.value and self.value.to_dict(),
            "value_source": self.value_source,
            "gradient": self.gradient and self.gradient.to_dict(),
            "where": self.where,
            "note": self.note,
            "operations": self.operations,
        }


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` is an operand of `target`.

    Attributes:
        kind: "derivative" when `derivative` is d target / d source, element by element (or target is one number);
            "vjp" when the operation mixes elements: only the vector–Jacobian product `contribution` is known;
            "flow" in a folded graph.
        symbol: the derivative as a formula, or "".
        contribution: what flows back along this edge: the part of the source's gradient that comes this way.
        block: rows and columns of the Jacobian that a "vjp" is the product with: elements of target and source.
    """

    source: int
    target: int
    kind: str
    symbol: str = ""
    derivative: Quantity | None = None
    contribution: Quantity | None = None
    block: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "target": self.target,
            "kind": self.kind,
            "symbol": self.symbol,
            "derivative": self.derivative and self.derivative.to_dict(),
            "contribution": self.contribution and self.contribution.to_dict(),
            **({"jacobian": list(self.block)} if self.block else {}),
        }


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain rule for one leaf.

    Attributes:
        leaf: key of the leaf.
        gradient: d result / d leaf.
        path_count: how many ways lead from the leaf to the result.
        paths: the first few, each a tuple of indices into the graph's edges, from the leaf to the result.
        products: the product of the derivatives along each of `paths`, where all are single numbers; else ().
        lines: the chain rule written out.
    """

    leaf: int
    gradient: Quantity | None
    path_count: int
    paths: tuple[tuple[int, ...], ...]
    products: tuple[float, ...]
    lines: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "leaf": self.leaf,
            "gradient": self.gradient and self.gradient.to_dict(),
            "path_count": self.path_count,
            "paths": [list(path) for path in self.paths],
            "products": list(self.products),
            "lines": list(self.lines),
        }


@dataclass(frozen=True, slots=True)
class Second:
    """A value that is a gradient itself. of, by : the gradient is d of / d by; `of` "" where it is not known"""

    of: str
    by: str

    def order_two(self, leaf: str) -> str:
        """`d²z/dw²`, `d²z/dw db`"""
        bottom = f"d{self.by}²" if leaf == self.by else f"d{self.by} d{leaf}"
        return f"d²{self.of}/{bottom}" if " " not in bottom else f"d²{self.of}/({bottom})"

    def told(self, name: str) -> str:
        if not self.of:
            return _(
                "{name} is a gradient with a graph of its own: what is derived of it is of the second order.", name=name
            )
        return _(
            "{name} is d{of}/d{by} with a graph of its own: {derivative} is the second derivative {second}.",
            name=name,
            of=self.of,
            by=self.by,
            derivative=derivative_name(name, self.by),
            second=self.order_two(self.by),
        )


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in an order in which operands come first, the edges between them, the chain rule of every leaf.

    Attributes:
        of: what the gradients are of: "z", or "sum(z)" where z is not one number.
        freed: a backward has already freed what the gradients are made from.
        notes: sentences that must be read with the picture.
        second: which gradient the result itself is, so that what is derived of it is of the second order.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    of: str
    chains: tuple[Chain, ...] = ()
    freed: bool = False
    notes: tuple[str, ...] = field(default=())
    second: Second | None = None

    @property
    def result(self) -> Node:
        """The node that is explained."""
        return self.nodes[-1]

    def to_dict(self) -> dict[str, Any]:
        return {
            "of": self.of,
            "result": self.result.key,
            "freed": self.freed,
            "notes": list(self.notes),
            "nodes": [node.to_dict() for node in self.nodes],
            "edges": [edge.to_dict() for edge in self.edges],
            "chains": [chain.to_dict() for chain in self.chains],
        }


def whole_name(graph: Graph, by: str) -> str:
    """`dz/dw` of the result; `d²z/dw² = dg/dw` where it is a gradient itself, with a sum where it is of many numbers."""
    name = derivative_name(graph.of, by)
    if graph.second is None or not graph.second.of:
        return name
    total = "" if graph.of == graph.result.name else "Σ "
    return f"{total}{graph.second.order_two(by)} = {name}"


def derivative_name(of: str, by: str) -> str:
    """`dz/dw`; brackets around what is no plain name."""
    top = of if of.isidentifier() else f"({of})"
    bottom = by if by.isidentifier() else f"({by})"
    return f"d{top}/d{bottom}"
