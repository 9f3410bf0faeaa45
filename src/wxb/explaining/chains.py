"""The chain rule written out, leaf by leaf: a product along every path, a sum over the paths.

    dz/dw = dz/dy · dy/dw = 2 · 4 = 8

Paths can be as many as 2^depth, so they are counted, and only the first few are written. Where values are no single
numbers, products along a path are sums over elements: then the last step is written with numbers,

    dcost/dW = Σ dcost/du1 · du1/dW = (−1.3333)·1 + (−2.6667)·2 + (−4)·3 = −18.667

and where an operation mixes elements (a matrix product), that it is a vector–Jacobian product.
"""

from __future__ import annotations

import math
from dataclasses import replace

from wxb.explaining.explanation import Chain, Edge, Graph, Node, derivative_name, whole_name
from wxb.explaining.quantity import Quantity
from wxb.i18n import _
from wxb.numbers import computed, factor, thousands

WRITTEN_PATHS = 6
WRITTEN_TERMS = 4
LONGEST = 12  # edges of a path that are written one by one


def with_chains(graph: Graph) -> Graph:
    """The graph with the chain rule of each leaf."""
    if graph.freed:
        return graph
    outgoing: list[list[int]] = [[] for __ in graph.nodes]
    for number, edge in enumerate(graph.edges):
        outgoing[edge.source].append(number)
    counts = _path_counts(graph, outgoing)
    leaves = [node for node in graph.nodes if node.kind == "leaf" and counts[node.key]]
    return replace(graph, chains=tuple(_chain(graph, leaf, counts, outgoing) for leaf in leaves))


def _path_counts(graph: Graph, outgoing: list[list[int]]) -> list[int]:
    counts = [0] * len(graph.nodes)
    counts[graph.result.key] = 1
    for node in reversed(graph.nodes[:-1]):
        counts[node.key] = sum(counts[graph.edges[number].target] for number in outgoing[node.key])
    return counts


def _first_paths(graph: Graph, leaf: int, counts: list[int], outgoing: list[list[int]]) -> list[tuple[int, ...]]:
    """The first WRITTEN_PATHS ways from a leaf to the result; a stack holds them, so depth is no matter."""
    paths: list[tuple[int, ...]] = []
    stack: list[tuple[int, tuple[int, ...]]] = [(leaf, ())]
    while stack and len(paths) < WRITTEN_PATHS:
        node, path = stack.pop()
        if node == graph.result.key:
            paths.append(path)
            continue
        onward = [number for number in outgoing[node] if counts[graph.edges[number].target]]
        stack.extend((graph.edges[number].target, (*path, number)) for number in reversed(onward))
    return paths


def _chain(graph: Graph, leaf: Node, counts: list[int], outgoing: list[list[int]]) -> Chain:
    paths = _first_paths(graph, leaf.key, counts, outgoing)
    products = _products(graph, paths)
    count = counts[leaf.key]
    if leaf.gradient is None:
        lines = [_("{derivative} is not known", derivative=whole_name(graph, leaf.name))]
    elif products:
        lines = _scalar_lines(graph, leaf, leaf.gradient, paths, products, count)
    else:
        lines = _tensor_lines(graph, leaf, leaf.gradient, paths, count, outgoing)
    return Chain(leaf.key, leaf.gradient, count, tuple(paths), tuple(products), tuple(lines))


def _factor(edge: Edge) -> float | None:
    number = None if edge.derivative is None else edge.derivative.scalar
    return number if isinstance(number, float) else None


def _products(graph: Graph, paths: list[tuple[int, ...]]) -> list[float]:
    products: list[float] = []
    for path in paths:
        factors = [_factor(graph.edges[number]) for number in path]
        if any(factor is None for factor in factors):
            return []
        if any(math.prod(graph.nodes[graph.edges[number].target].shape or ()) != 1 for number in path):
            return []
        products.append(math.prod(factor for factor in reversed(factors) if factor is not None))
    return products


def _symbols(graph: Graph, path: tuple[int, ...]) -> str:
    """`dz/dy · dy/dw`, from the result back to the leaf."""
    names = [
        derivative_name(graph.nodes[graph.edges[number].target].name, graph.nodes[graph.edges[number].source].name)
        for number in reversed(path)
    ]
    if len(names) > LONGEST:
        names = [*names[:3], _("… {count} more …", count=len(names) - 6), *names[-3:]]
    return " · ".join(names)


def _numbers(graph: Graph, path: tuple[int, ...]) -> str:
    factors = [factor(_factor(graph.edges[number]) or 0.0) for number in reversed(path)]
    if len(factors) > LONGEST:
        factors = [*factors[:3], "…", *factors[-3:]]
    return " · ".join(factors)


def _scalar_lines(
    graph: Graph, leaf: Node, gradient: Quantity, paths: list[tuple[int, ...]], products: list[float], count: int
) -> list[str]:
    head = whole_name(graph, leaf.name)
    if count == 1:
        path, total = paths[0], gradient.text()
        if len(path) == 1:  # dz/dw = dz/dw says nothing: the number alone
            return [f"{head} = {total}"]
        return [f"{head} = {_symbols(graph, path)} = {_numbers(graph, path)} = {total}"]
    lines = [_("{head} = sum over {count} paths", head=head, count=thousands(count))]
    for path, product in zip(paths, products):
        names = [leaf.name, *(graph.nodes[graph.edges[number].target].name for number in path)]
        if len(names) > LONGEST:
            names = [*names[:3], "…", *names[-3:]]
        written = f" = {_numbers(graph, path)}" if len(path) > 1 else ""
        lines.append(f"  {' → '.join(names)}:  {_symbols(graph, path)}{written} = {computed(product)}")
    if count == len(paths):
        addition = " + ".join(factor(product) for product in products)
        lines.append(f"  {head} = {addition} = {gradient.text()}")
    else:
        more, total = thousands(count - len(paths)), gradient.text()
        lines.append(_("  … and {more} more paths; together {head} = {total}", more=more, head=head, total=total))
    return lines


def _tensor_lines(
    graph: Graph, leaf: Node, gradient: Quantity, paths: list[tuple[int, ...]], count: int, outgoing: list[list[int]]
) -> list[str]:
    head = whole_name(graph, leaf.name)
    onward = [graph.edges[number] for number in outgoing[leaf.key] if graph.edges[number].contribution is not None]
    if count == 1 and len(onward) == 1 and len(paths[0]) <= 2:  # the last step is the whole path
        return [f"{head} = {_last_step(graph, onward[0])}{_with_shape(gradient)}"]
    more = "" if count == 1 else _("  + … over {count} paths", count=thousands(count))
    lines = [f"{head} = {_symbols(graph, paths[0])}{more}"]
    if len(onward) == 1:
        return [*lines, f"  = {_last_step(graph, onward[0])}{_with_shape(gradient)}"]
    for edge in onward:
        brought = "" if edge.contribution is None else edge.contribution.text()
        lines.append(
            _("  by {name}: {step}", name=graph.nodes[edge.target].name, step=_last_step(graph, edge) + brought)
        )
    return [*lines, _("  together {gradient}", gradient=_with_shape(gradient))]


def _with_shape(quantity: Quantity) -> str:
    if quantity.count == 1:
        return quantity.text()
    sizes = ", ".join(str(size) for size in quantity.shape)
    return _("{numbers}   shape ({sizes})", numbers=quantity.text(), sizes=sizes)


def _last_step(graph: Graph, edge: Edge) -> str:
    """The product that gives what comes along the leaf's edge, with its numbers where they are few."""
    consumer, leaf = graph.nodes[edge.target], graph.nodes[edge.source]
    if consumer.key == graph.result.key:
        return ""
    factors = f"{derivative_name(graph.of, consumer.name)} · {derivative_name(consumer.name, leaf.name)}"
    if edge.kind != "derivative":
        return _(
            "vector–Jacobian product of {operation} with {derivative} = ",
            operation=consumer.expression if consumer.operation == "expression" else consumer.operation,
            derivative=derivative_name(graph.of, consumer.name),
        )
    single = edge.contribution is not None and edge.contribution.count == 1
    above, local = consumer.gradient, edge.derivative
    if not single or above is None or local is None:
        return f"{factors} = "
    left, right = above.numbers, local.numbers
    size = max(len(left), len(right))
    if len(left) not in (1, size) or len(right) not in (1, size) or not left or not right:
        return f"Σ {factors} = "
    left, right = left * (size // len(left)), right * (size // len(right))
    if size > WRITTEN_TERMS or any(isinstance(one, complex) for one in (*left, *right)):
        return f"{'Σ ' if size > 1 else ''}{factors} = "
    terms = [f"{factor(_real(a), 4)}·{factor(_real(b), 4)}" for a, b in zip(left, right)]
    return f"{'Σ ' if size > 1 else ''}{factors}\n    = {' + '.join(terms)} = "


def _real(number: complex) -> float:
    return number.real
