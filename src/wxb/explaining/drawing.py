"""An explanation as SVG: boxes for values, labelled edges for derivatives, the chain rule below. No other program.

Colours come from a style sheet that follows the reader's light or dark setting; an own background keeps it readable in
any page. Text is never outlined, so it can be searched, copied and read aloud, and Korean names need only a Korean font.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from wxb.explaining.explanation import Edge, Graph, Node, derivative_name
from wxb.explaining.placement import Box, Placed, place
from wxb.explaining.terminal import edge_text, node_value
from wxb.i18n import _
from wxb.marks.mark import Role
from wxb.marks.measure import shortened, text_width
from wxb.marks.style import FRAME, GROUND, INK, LOOKS, SOFT, Theme, legible, mix
from wxb.marks.svg import KEY, escape, keyed, opening, style_sheet, wide
from wxb.numbers import thousands
from wxb.printable import one_line

MARGIN = 24.0
PADDING = 12.0
TITLE, LINE, LABEL = 15.0, 12.5, 12.0  # font sizes
_RULES = (".wxb-box{stroke-width:1.2}", ".wxb-edge{fill:none;stroke-width:1.4}", ".wxb-group{stroke-dasharray:5 3}")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    style: str
    bold: bool = False

    @property
    def width(self) -> float:
        return text_width(one_line(self.text), self.size) * (1.06 if self.bold else 1.0)


def title_of(graph: Graph) -> str:
    return _("How {name} depends on what it was computed from", name=graph.of)


def svg(graph: Graph, theme: Literal["auto", "light", "dark"] = "auto") -> str:
    """The picture, complete with its style sheet."""
    titles = shortened([node.title for node in graph.nodes], lambda title: len(title) <= 44)
    node_lines = [_node_lines(graph, node, title) for node, title in zip(graph.nodes, titles)]
    edge_lines = [_edge_lines(graph, edge) for edge in graph.edges]
    labelled = [number for number, lines in enumerate(edge_lines) if lines]
    boxes = [_box(lines, PADDING) for lines in node_lines] + [_box(edge_lines[number], 3.0) for number in labelled]
    label_box = {number: len(graph.nodes) + position for position, number in enumerate(labelled)}
    steps: list[tuple[int, int]] = []
    step_of: list[tuple[int, ...]] = []
    for number, edge in enumerate(graph.edges):
        middle = label_box.get(number)
        if middle is None:
            step_of.append((len(steps),))
            steps.append((edge.source, edge.target))
        else:
            step_of.append((len(steps), len(steps) + 1))
            steps += [(edge.source, middle), (middle, edge.target)]
    placed = place(boxes, steps)
    below = _lines_below(graph)
    width = max([placed.width, *(line.width for line in below)]) + 2 * MARGIN
    height = placed.height + 2 * MARGIN + (sum(1.5 * line.size for line in below) + MARGIN if below else 0)
    shift = (width - placed.width) / 2
    parts = [_head(graph, below, width, height, theme)]
    parts += [_edge_path(placed, boxes, steps, step_of[number], shift) for number in range(len(graph.edges))]
    parts += [
        _lines_at(placed.centres[label_box[number]], edge_lines[number], shift, tag=boxes[label_box[number]])
        for number in labelled
    ]
    for node, lines in zip(graph.nodes, node_lines):
        parts.append(_node_box(node, placed.centres[node.key], boxes[node.key], shift))
        parts.append(_lines_at(placed.centres[node.key], lines, shift))
    parts.append(_footer(below, placed.height + 2 * MARGIN))
    return keyed("\n".join([part for part in parts if part] + ["</svg>"]))


def _head(
    graph: Graph, below: list[_Line], width: float, height: float, theme: Literal["auto", "light", "dark"]
) -> str:
    title = title_of(graph)
    described = " ".join([f"{title}.", *(line.text for line in below[:6])])
    return (
        f"{opening(KEY, title, described, width, height)}\n"
        f"<style>{style_sheet(KEY, _RULES, _colours, theme)}</style>\n"
        f'<rect class="wxb-page" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="10"/>'
    )


def _colours(theme: Theme) -> dict[str, str]:
    """Leaves and results as in every picture, blocks of operations violet and dashed, derivatives as gradients are."""
    ground, grey = GROUND[theme], LOOKS["quiet"].colour(theme)
    kinds: dict[str, Role] = {"leaf": "leaf", "result": "result", "group": "other"}
    looks = {name: LOOKS[role].colour(theme) for name, role in kinds.items()}
    boxes = {f".wxb-{name}": f"fill:{mix(colour, ground, 0.1)};stroke:{colour}" for name, colour in looks.items()}
    return {
        ".wxb-page": f"fill:{ground};stroke:{FRAME[theme]}",
        ".wxb-box": f"fill:{mix(grey, ground, 0.08)};stroke:{grey}",
        **boxes,
        ".wxb-edge": f"stroke:{grey}",
        ".wxb-tip": f"fill:{grey}",
        ".wxb-tag": f"fill:{ground}",
        ".wxb-text": f"fill:{INK[theme]}",
        ".wxb-dim": f"fill:{SOFT[theme]}",
        ".wxb-gradient": f"fill:{legible(LOOKS['gradient'].colour(theme), theme, 5.5)}",
    }


def _node_lines(graph: Graph, node: Node, title: str) -> list[_Line]:
    lines = [_Line(title, TITLE, "wxb-text", bold=True)]
    if node.operation == "leaf" and node.kind == "leaf" and node.value is None and not node.value_source:
        return lines
    shape = "" if node.shape in ((), None) else f"({', '.join(str(size) for size in node.shape or ())}): "
    if node.kind == "group":
        lines.append(_Line(shape + _("{count} operations", count=thousands(node.operations)), LINE, "wxb-dim"))
    elif node.value is not None:
        lines.append(_Line(f"{shape}{node_value(node)}", LINE, "wxb-text"))
    else:
        lines.append(_Line(f"{shape}{_(node.value_source)}", LINE, "wxb-dim"))
    if node.gradient is not None and node.kind != "result":
        by = "·" if node.kind == "group" or len(node.name) > 24 else node.name
        lines.append(_Line(f"{derivative_name(graph.of, by)} = {node.gradient.text()}", LINE, "wxb-gradient"))
    if node.where:
        lines.append(_Line(node.where, 11.0, "wxb-dim"))
    return lines


def _edge_lines(graph: Graph, edge: Edge) -> list[_Line]:
    if edge.kind == "flow":
        return [_Line(edge.symbol, LABEL, "wxb-dim")] if edge.symbol else []
    (text,) = shortened([edge_text(graph, edge)], lambda text: len(text) <= 48)
    return [_Line(text, LABEL, "wxb-dim")]


def _lines_below(graph: Graph) -> list[_Line]:
    lines = [
        _Line(part, 13.0, "wxb-text") for chain in graph.chains for line in chain.lines for part in line.split("\n")
    ]
    lines = lines[:24] + [_Line("…", 13.0, "wxb-text")] * (len(lines) > 24)
    notes = [*graph.notes, *dict.fromkeys(node.note for node in graph.nodes if node.note)]
    return lines + [_Line(note, LINE, "wxb-dim") for note in notes]


def _box(lines: list[_Line], padding: float) -> Box:
    return Box(max(line.width for line in lines) + 2 * padding, sum(1.35 * line.size for line in lines) + 1.4 * padding)


def _node_box(node: Node, centre: tuple[float, float], box: Box, shift: float) -> str:
    style = "" if node.kind == "operation" else f" wxb-{node.kind}"
    left, top = centre[0] - box.width / 2 + shift, centre[1] - box.height / 2 + MARGIN
    return (
        f'<rect class="wxb-box{style}" x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        'rx="7"/>'
    )


def _lines_at(centre: tuple[float, float], lines: list[_Line], shift: float, tag: Box | None = None) -> str:
    """Lines of text around a centre, on a plain ground where `tag` is given."""
    parts: list[str] = []
    x, y = centre[0] + shift, centre[1] + MARGIN
    if tag is not None:
        parts.append(
            f'<rect class="wxb-tag" x="{x - tag.width / 2:.1f}" y="{y - tag.height / 2:.1f}" '
            f'width="{tag.width:.1f}" height="{tag.height:.1f}" rx="3"/>'
        )
    top = y - sum(1.35 * line.size for line in lines) / 2
    for line in lines:
        top += 1.35 * line.size
        weight = ' font-weight="600"' if line.bold else ""
        parts.append(
            f'<text class="{line.style}{wide(line.text)}" x="{x:.1f}" y="{top - 0.35 * line.size:.1f}" font-size="{line.size:g}" '
            f'text-anchor="middle"{weight}>{escape(line.text)}</text>'
        )
    return "\n".join(parts)


def _edge_path(
    placed: Placed, boxes: list[Box], steps: list[tuple[int, int]], numbers: tuple[int, ...], shift: float
) -> str:
    """A smooth line through the bends of an edge, from box to box, with its tip."""
    points = list(placed.routes[numbers[0]])
    for number in numbers[1:]:  # straight down behind the label, which hides the line
        x, y = points.pop()
        half = boxes[steps[number][0]].height / 2
        points += [(x, y - half), (x, y + half), *placed.routes[number][1:]]
    start, end = steps[numbers[0]][0], steps[numbers[-1]][1]
    points[0] = (points[0][0], points[0][1] + boxes[start].height / 2)
    points[-1] = (points[-1][0], points[-1][1] - boxes[end].height / 2 - 7)
    points = [(x + shift, y + MARGIN) for x, y in points]
    path = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        if x0 == x1:
            path.append(f"V{y1:.1f}")
            continue
        path.append(f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}")
    x, y = points[-1]
    tip = f"M{x - 4.5:.1f} {y:.1f}L{x + 4.5:.1f} {y:.1f}L{x:.1f} {y + 7:.1f}Z"
    return f'<path class="wxb-edge" d="{"".join(path)}"/>\n<path class="wxb-tip" d="{tip}"/>'


def _footer(lines: list[_Line], top: float) -> str:
    parts: list[str] = []
    for line in lines:
        top += 1.5 * line.size
        parts.append(
            f'<text class="{line.style}{wide(line.text)}" x="{MARGIN:.0f}" y="{top - 0.4 * line.size:.1f}" '
            f'font-size="{line.size:g}" xml:space="preserve">{escape(line.text)}</text>'
        )
    return "\n".join(parts)
