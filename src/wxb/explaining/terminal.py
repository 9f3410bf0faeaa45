"""An explanation for a terminal: arrows where one path leads to the result, tables where paths branch.

     w = 2 ──[dy/dw = 2w = 4]──▶ y = w² = 4 ──[dz/dy = 2]──▶ z = 2y + 5 = 13
     dz/dw = dz/dy · dy/dw = 2 · 4 = 8

Plain strings, as wide as the page where the names allow it; Korean and other wide letters count two.
"""

from __future__ import annotations

from wxb.explaining.explanation import Edge, Graph, Node, derivative_name
from wxb.explaining.quantity import Quantity
from wxb.i18n import _
from wxb.numbers import thousands
from wxb.printable import beginning, cells, printable
from wxb.report.lines import READABLE, names, shortened, table, width, wrapped


def text(graph: Graph) -> str:
    """The whole explanation."""
    lines: list[str] = []
    if _is_chain(graph) and not graph.freed:
        lines += _arrows(graph)
    elif any(node.kind == "group" for node in graph.nodes):
        lines += _folded_table(graph)
    else:
        lines += _node_table(graph)
        lines += ["", *_edge_table(graph)] if graph.edges and any(edge.kind != "flow" for edge in graph.edges) else []
        lines += [""] if graph.chains else []
    for chain in graph.chains:
        lines += [line for written in chain.lines for line in broken(" " + written)]
    troubles = list(dict.fromkeys(node.note for node in graph.nodes if node.note and _("freed") not in node.note))
    for note in (*graph.notes, *troubles):
        lines += broken(_(" note: {note}", note=note))
    return printable("\n".join(part for line in lines for part in _folded(line.rstrip())))


def room() -> int:
    """Cells of a line: those of the page, 100 at most."""
    return min(width(), READABLE)


def _folded(line: str) -> list[str]:
    """A line that is too long still, a name of a hundred letters for one, cut at the edge."""
    parts: list[str] = []
    while cells(line) > READABLE:
        head = beginning(line, READABLE)
        parts.append(head)
        line = "    " + line[len(head) :]
    return [*parts, line]


def node_value(node: Node, width: int = 30) -> str:
    """A node's value, or why it is not known."""
    if node.value is None:
        return _(node.value_source)
    return node.value.text(width)


def edge_text(graph: Graph, edge: Edge, width: int = 30) -> str:
    """`dy/dw = 2w = 4`, `dz/dy = 2`, or the vector–Jacobian product."""
    head = derivative_name(graph.nodes[edge.target].name, graph.nodes[edge.source].name)
    if edge.kind == "vjp":
        known = edge.contribution
        block = f" {edge.block[0]}×{edge.block[1]}" if edge.block else ""
        return f"VJP{block} → {known.text(width)}" if known is not None else _("{head} not known", head=head)
    return f"{head} = {derivative_text(edge, width)}"


def derivative_text(edge: Edge, width: int = 30) -> str:
    """`2w = 4`; the number alone where the formula is that number."""
    number = "" if edge.derivative is None else edge.derivative.text(width)
    if edge.symbol and number in (edge.symbol, _("all {value}", value=edge.symbol)):
        return edge.symbol
    return f"{edge.symbol} = {number}" if edge.symbol else number


def _is_chain(graph: Graph) -> bool:
    """One leaf, one path, every value known: it fits on a line of arrows."""
    if len(graph.edges) != len(graph.nodes) - 1 or any(edge.kind != "derivative" for edge in graph.edges):
        return False
    sources = [edge.source for edge in graph.edges]
    targets = [edge.target for edge in graph.edges]
    return len(set(sources)) == len(sources) and len(set(targets)) == len(targets) and len(graph.nodes) <= 12


def _arrows(graph: Graph) -> list[str]:
    by_source = {edge.source: edge for edge in graph.edges}
    node = next(node for node in graph.nodes if node.kind == "leaf")
    pieces = [_with_value(node)]
    labels: list[str] = []
    while node.key in by_source:
        edge = by_source[node.key]
        labels.append(edge_text(graph, edge))
        node = graph.nodes[edge.target]
        pieces.append(_with_value(node))
    line = " " + pieces[0] + "".join(f" ──[{label}]──▶ {piece}" for label, piece in zip(labels, pieces[1:]))
    if cells(line) <= room():
        return [line]
    lines = [f" {pieces[0]}"]
    for label, piece in zip(labels, pieces[1:]):
        lines += [f"   │ {label}", "   ▼", f" {piece}"]
    return lines


def _with_value(node: Node) -> str:
    return f"{node.title} = {node_value(node)}" if node.value is not None else f"{node.title} ({_(node.value_source)})"


def _node_table(graph: Graph) -> list[str]:
    gradient = derivative_name(graph.of, "·")
    shaped = any(node.shape not in ((), None) for node in graph.nodes)
    placed = any(node.where for node in graph.nodes)
    head = [_("node"), *([_("shape")] if shaped else []), _("value"), gradient, *([_("line")] if placed else [])]
    rows = [
        [
            node.title,
            *([_shape_text(node.shape)] if shaped else []),
            node_value(node, 20),
            _gradient_text(node.gradient, graph.freed),
            *([node.where] if placed else []),
        ]
        for node in graph.nodes
    ]
    return _table([head, *rows], flexible=0)


def _folded_table(graph: Graph) -> list[str]:
    """Groups by number, with the numbers of what they are made from."""
    made_from: dict[int, list[str]] = {}
    for edge in graph.edges:
        made_from.setdefault(edge.target, []).append(str(edge.source + 1))
    rows = [["#", _("node"), _("operations"), _("shape"), derivative_name(graph.of, "·"), _("from")]]
    for node in graph.nodes:
        taken = ", ".join(made_from.get(node.key, []))
        count = "" if node.kind == "leaf" else thousands(node.operations)
        gradient = _gradient_text(node.gradient, graph.freed)
        shape = "" if node.shape is None else _shape_text(node.shape)
        title = node.name if node.kind != "operation" else node.title
        rows.append([str(node.key + 1), title, count, shape, gradient, shortened(taken, 12)])
    result = graph.result
    return [*broken(f" {result.title} = {node_value(result)}"), "", *_table(rows, flexible=1)]


def _gradient_text(gradient: Quantity | None, freed: bool) -> str:
    return gradient.text(20) if gradient is not None else _("freed") if freed else _("none")


def _shape_text(shape: tuple[int, ...] | None) -> str:
    return "?" if shape is None else "" if shape == () else f"({', '.join(str(size) for size in shape)})"


def _edge_table(graph: Graph) -> list[str]:
    rows = [[_("edge"), _("local derivative"), _("brings")]]
    for edge in graph.edges:
        if edge.kind == "flow":
            continue
        source, target = graph.nodes[edge.source], graph.nodes[edge.target]
        brings = "" if edge.contribution is None else edge.contribution.text(18)
        label = _jacobian(edge) if edge.kind == "vjp" else derivative_text(edge, 20)
        rows.append([f"{source.name} → {target.name}", label, brings])
    return _table(rows)


def _jacobian(edge: Edge) -> str:
    """Of what mixes elements: the size of its Jacobian, of which only the product with what comes back is known."""
    if not edge.block:
        return _("vector–Jacobian product")
    return _("Jacobian {rows}×{columns} (VJP)", rows=edge.block[0], columns=edge.block[1])


def _table(rows: list[list[str]], flexible: int = 0) -> list[str]:
    """Columns side by side; where the whole is wider than a page the `flexible` one is shortened, then whichever is widest."""
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    gap = "  " if sum(widths) + 2 * len(widths) <= room() else " "
    most = room() - len(gap) * (len(widths) - 1) - 1
    if sum(widths) > most:
        widths[flexible] = max(18, widths[flexible] - (sum(widths) - most))
    while sum(widths) > most and max(widths) > 8:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    columns = [[shortened(cell, most) for cell in column] for column, most in zip(zip(*rows), widths)]
    columns[flexible] = _apart([row[flexible] for row in rows], columns[flexible], widths[flexible])
    fitting = list(zip(*columns))
    return table(fitting, left=len(widths), gap=gap, indent=" ")


def _apart(whole: list[str], short: list[str], most: int) -> list[str]:
    """Texts as they were shortened; those that look alike then are shortened in the middle."""
    alike = [place for place, one in enumerate(short) if short.count(one) > 1 and whole[place] != one]
    other = names([whole[place] for place in alike], most)
    return [other[alike.index(place)] if place in alike else one for place, one in enumerate(short)]


def broken(text: str) -> list[str]:
    """Lines of at most `prose()` cells, broken at blanks; what is carried over is indented two further."""
    lines: list[str] = []
    for part in text.split("\n"):
        indent = part[: len(part) - len(part.lstrip())]
        lines += wrapped(" ".join(part.split()), indent, indent + "  ") or [""]
    return lines
