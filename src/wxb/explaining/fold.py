"""A big graph folded to a picture: by module, by source line, by repeated block (×12), at last by equal runs.

Operations stand in the order they ran, which is a topological order. Folding cuts that sequence into **intervals**: every
edge between intervals then leads forward, so the folded picture has no cycle, whatever is folded.

    mul add mul add mul add …  →  (mul → add) ×10000

Repeats are found by comparing the sequence with itself shifted by a period: a run of `r` equal places is r/period + 1
copies. The period that saves most is folded first, then again, so blocks of blocks are found too.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wxb.explaining.explanation import Edge, Graph, Node
from wxb.explaining.measuring import Measured
from wxb.explaining.operations import UNKNOWN
from wxb.explaining.quantity import Quantity
from wxb.i18n import _, _n
from wxb.numbers import thousands

LONGEST_PERIOD = 400
MANY = 6


@dataclass(frozen=True, slots=True)
class Interval:
    """Operations first … last (positions in the sequence) as one; `repeats` copies of the same block."""

    first: int
    last: int
    label: str
    signature: object
    repeats: int = 1


def tags(made: Measured, graph: Graph, keys: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
    """Node key → path of the module, else the source line, it belongs to. keys : of the functions whose node is one

    Recorded notes say it; what one torch call made besides its result (the transpose in a linear layer) goes with that
    result. Without notes, a parameter's name tells the module that uses it.
    """
    found: dict[int, tuple[str, ...]] = {}
    waiting: list[int] = []
    for index, function in enumerate(made.functions):
        if function.is_leaf or index not in keys:
            continue
        note = made.notes.get((index, 0))
        waiting.append(keys[index])
        if note is not None:
            __, __, modules = note
            path = tuple(".".join(modules).split(".")) if modules else (graph.nodes[keys[index]].where,)
            found.update(dict.fromkeys(waiting, path))
            waiting = []
    return found or _tags_by_parameters(made, keys)


def _tags_by_parameters(made: Measured, keys: Mapping[int, int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for index, key in keys.items():
        for operand in made.functions[index].inputs:
            name = made.leaf_names.get(operand[0], "") if operand is not None else ""
            if "." in name:
                found[key] = tuple(name.split(".")[:-1])
    return found


def fold(graph: Graph, tagged: Mapping[int, tuple[str, ...]], limit: int) -> Graph:
    """The same graph in at most `limit` groups of operations and as many of leaves."""
    operations = [node for node in graph.nodes if node.kind != "leaf"]
    intervals = [
        Interval(position, position, "", (node.operation, node.shape)) for position, node in enumerate(operations[:-1])
    ]
    intervals = _by_tag(intervals, [tagged.get(node.key, ()) for node in operations], limit // 2)
    intervals = _by_repeats(intervals, operations, limit - 1)
    if len(intervals) > limit - 1:
        intervals = _by_length(intervals, limit - 1)
    last = len(operations) - 1
    intervals.append(Interval(last, last, "", "result"))
    return _quotient(graph, operations, intervals, limit)


def _by_tag(intervals: list[Interval], paths: list[tuple[str, ...]], enough: int) -> list[Interval]:
    """Neighbours of the same module as one: as deep in the modules as gives `enough` groups at most, else at the top."""
    depths = sorted({len(path) for path in paths} - {0}, reverse=True)
    merged = intervals
    for depth in range(depths[0], 0, -1) if depths else ():
        cut = [path[:depth] for path in paths]
        if len(set(cut) - {()}) < 2:
            break
        merged = _merged(intervals, cut)
        if len(merged) <= enough:
            break
    return merged


def _merged(intervals: list[Interval], paths: list[tuple[str, ...]]) -> list[Interval]:
    groups: list[tuple[tuple[str, ...], list[Interval]]] = []
    for one in intervals:
        path = paths[one.first]
        if groups and path in (groups[-1][0], ()):  # what has no module of its own follows the last
            groups[-1][1].append(one)
        else:
            groups.append((path, [one]))
    return [
        Interval(group[0].first, group[-1].last, ".".join(path), tuple(one.signature for one in group))
        for path, group in groups
    ]


def _by_repeats(intervals: list[Interval], operations: list[Node], limit: int) -> list[Interval]:
    """Fold repeats while there is too much to draw; a block that comes MANY times at once is folded in any case."""
    while True:
        numbers: dict[object, int] = {}
        sequence = np.array([numbers.setdefault(one.signature, len(numbers)) for one in intervals], dtype=np.int64)
        best = _best_period(sequence)
        if best == 0 or (len(intervals) <= limit and max(copies for __, copies in _runs(sequence, best)) < MANY):
            break
        intervals = _fold_period(intervals, operations, sequence, best)
    return intervals


def _best_period(sequence: np.ndarray) -> int:
    best, saved = 0, 0
    for period in range(1, min(LONGEST_PERIOD, len(sequence) // 2) + 1):
        saving = sum(copies * period - period for __, copies in _runs(sequence, period))
        if saving > saved:
            best, saved = period, saving
    return best


def _runs(sequence: np.ndarray, period: int) -> list[tuple[int, int]]:
    """(start, copies) of every block of this length that is repeated at once."""
    equal = np.concatenate(([False], sequence[period:] == sequence[:-period], [False]))
    change = np.flatnonzero(equal[1:] != equal[:-1])
    starts, ends = change[::2], change[1::2]
    long = ends - starts >= period
    return [(int(start), int((end - start) // period + 1)) for start, end in zip(starts[long], ends[long])]


def _fold_period(
    intervals: list[Interval], operations: list[Node], sequence: np.ndarray, period: int
) -> list[Interval]:
    folded: list[Interval] = []
    position = 0
    for start, copies in _runs(sequence, period):
        if start < position:
            continue
        folded += intervals[position:start]
        block = intervals[start : start + period]
        end = start + copies * period
        label = _block_label(block, intervals[end - 1], operations)
        signature = ("block", tuple(int(number) for number in sequence[start : start + period]), copies)
        folded.append(Interval(block[0].first, intervals[end - 1].last, label, signature, copies))
        position = end
    return folded + intervals[position:]


def _block_label(block: list[Interval], last: Interval, operations: list[Node]) -> str:
    names = [f"{f'×{one.repeats} ' if one.repeats > 1 else ''}{_name(one, operations)}" for one in block]
    if len(names) == 1:
        ends = _name(last, operations)
        return names[0] if ends == names[0] else f"{names[0]} … {ends}"
    if len(names) <= 4:
        return f"({' → '.join(names)})"
    more = _("… {count} more", count=len(names) - 3)
    return f"({names[0]} → {names[1]} → {more} → {names[-1]})"


def _name(one: Interval, operations: list[Node]) -> str:
    return one.label or operations[one.first].operation


def _by_length(intervals: list[Interval], limit: int) -> list[Interval]:
    """At most `limit` runs of about equal numbers of intervals."""
    edges = [len(intervals) * number // limit for number in range(limit + 1)]
    runs = [intervals[start:end] for start, end in pairwise(edges) if end > start]
    return [
        run[0] if len(run) == 1 else Interval(run[0].first, run[-1].last, "", tuple(range(len(run)))) for run in runs
    ]


def _quotient(graph: Graph, operations: list[Node], intervals: list[Interval], limit: int) -> Graph:
    group_of: dict[int, int] = {}
    for number, one in enumerate(intervals):
        for position in range(one.first, one.last + 1):
            group_of[operations[position].key] = number
    leaf_groups = _leaf_groups(graph, group_of, limit)
    nodes: list[Node] = []
    new_key: dict[int, int] = {}
    for members in leaf_groups:
        new_key.update(dict.fromkeys((node.key for node in members), len(nodes)))
        nodes.append(_leaf_group(members, len(nodes)))
    for one in intervals:
        members = operations[one.first : one.last + 1]
        new_key.update(dict.fromkeys((node.key for node in members), len(nodes)))
        nodes.append(_group(one, members, len(nodes)))
    edges = _flows(graph, nodes, new_key)
    count = len(operations)
    rest = len(graph.nodes) - count
    note = _n(
        "{count} operations folded into {groups}, {rest} leaf into {leaves}.",
        "{count} operations folded into {groups}, {rest} leaves into {leaves}.",
        rest,
        count=thousands(count),
        groups=len(intervals),
        rest=thousands(rest),
        leaves=len(leaf_groups),
    )
    kept = [
        one for one in graph.notes if not one.startswith(UNKNOWN) or any(UNKNOWN in node.expression for node in nodes)
    ]
    return Graph(tuple(nodes), edges, graph.of, freed=graph.freed, notes=(*kept, note))


def _leaf_groups(graph: Graph, group_of: dict[int, int], limit: int) -> list[list[Node]]:
    """Leaves that feed the same group first are drawn as one."""
    first_use: dict[int, int] = {}
    for edge in graph.edges:
        if edge.source not in group_of:
            group = group_of[edge.target]
            first_use[edge.source] = min(group, first_use.get(edge.source, group))
    together: dict[int, list[Node]] = {}
    for node in graph.nodes:
        if node.kind == "leaf":
            together.setdefault(first_use[node.key], []).append(node)
    groups = [together[group] for group in sorted(together)]
    return groups if len(groups) <= limit else [[node for group in groups for node in group]]


def _leaf_group(members: list[Node], key: int) -> Node:
    if len(members) == 1:
        return _moved(members[0], key)
    names = ", ".join(node.name for node in members[:3]) + (", …" if len(members) > 3 else "")
    values, gradients = ([one.value for one in members], [one.gradient for one in members])
    return Node(
        key,
        _("{count} leaves: {names}", count=len(members), names=names),
        "",
        "leaf",
        "leaf",
        None,
        _together(values),
        "leaf",
        _together(gradients),
        operations=0,
    )


def _together(quantities: Sequence[Quantity | None]) -> Quantity | None:
    """The range over several tensors; None where one of them is not known."""
    known = [one for one in quantities if one is not None]
    ranges = [one.range() for one in known]
    lows = [low for low, __ in ranges if low is not None]
    highs = [high for __, high in ranges if high is not None]
    if len(lows) < len(quantities) or not lows:
        return None
    spoiled = any(math.isnan(low) for low in lows)
    low, high = (math.nan, math.nan) if spoiled else (min(lows), max(highs))
    return Quantity((sum(one.count for one in known),), known[0].dtype, (), low, high)


def _moved(node: Node, key: int) -> Node:
    return Node(
        key,
        node.name,
        node.expression,
        node.operation,
        node.kind,
        node.shape,
        node.value,
        node.value_source,
        node.gradient,
        node.where,
        node.note,
    )


def _group(one: Interval, members: list[Node], key: int) -> Node:
    if len(members) == 1:
        return _moved(members[0], key)
    last = members[-1]
    label = one.label or _inventory(members)
    if one.repeats > 1:
        label = f"×{thousands(one.repeats)} {label}"
    lines = list(dict.fromkeys(node.where for node in members if node.where))
    return Node(
        key=key,
        name=label,
        expression="",
        operation="group",
        kind="group",
        shape=last.shape,
        value=last.value,
        value_source=last.value_source,
        gradient=last.gradient,
        where=lines[0] if len(lines) == 1 else "",
        note=next((node.note for node in members if node.note), ""),
        operations=len(members),
    )


def _inventory(members: list[Node]) -> str:
    counts = Counter(node.operation for node in members).most_common(3)
    rest = len({node.operation for node in members}) - len(counts)
    named = ", ".join(f"{operation} ×{count}" if count > 1 else operation for operation, count in counts)
    count = thousands(len(members))
    if rest:
        return _n(
            "{count} operations: {named} and {n} kind more",
            "{count} operations: {named} and {n} kinds more",
            rest,
            count=count,
            named=named,
        )
    return _("{count} operations: {named}", count=count, named=named)


def _flows(graph: Graph, nodes: list[Node], new_key: dict[int, int]) -> tuple[Edge, ...]:
    """One edge between two groups, however many there were; a single edge between single nodes stays as it was."""
    bundles: dict[tuple[int, int], list[Edge]] = {}
    for edge in graph.edges:
        ends = new_key[edge.source], new_key[edge.target]
        if ends[0] != ends[1]:
            bundles.setdefault(ends, []).append(edge)
    edges: list[Edge] = []
    for (source, target), bundle in sorted(bundles.items()):
        single = len(bundle) == 1 and nodes[source].kind != "group" and nodes[target].kind != "group"
        if single and nodes[source].operations == nodes[target].operations == 1:
            edge = bundle[0]
            edges.append(Edge(source, target, edge.kind, edge.symbol, edge.derivative, edge.contribution))
        else:
            edges.append(Edge(source, target, "flow", f"×{thousands(len(bundle))}" if len(bundle) > 1 else ""))
    return tuple(edges)
