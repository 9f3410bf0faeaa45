"""An explanation as SVG: boxes for values, labelled edges for derivatives, the chain rule below. No other program.

Colours come from a style sheet that follows the reader's light or dark setting; an own background keeps it readable in
any page. Text is never outlined, so it can be searched, copied and read aloud, and Korean names need only a Korean font.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from wxb.explaining.explanation import Edge, Graph, Node, derivative_name
from wxb.explaining.placement import Box, Placed, place
from wxb.explaining.terminal import edge_text, node_value
from wxb.i18n import _, language
from wxb.marks.svg import escape
from wxb.numbers import thousands
from wxb.printable import cells

MARGIN = 24.0
PADDING = 12.0
TITLE, LINE, LABEL = 15.0, 12.5, 12.0  # font sizes
_NARROW = set("iljt.,:;|!'()[]f ")
_BROAD = set("mwMW@…─→·")
_STYLE = """
.wxb-page{fill:#ffffff;stroke:#e3e6ea}
.wxb-box{fill:#f6f8fa;stroke:#c9d1d9;stroke-width:1.2}
.wxb-leaf{fill:#e8f1fd;stroke:#5b9bea}
.wxb-result{fill:#e9f7ec;stroke:#4caf6a}
.wxb-group{fill:#f3effb;stroke:#9b7fd1}
.wxb-edge{fill:none;stroke:#8b949e;stroke-width:1.4}
.wxb-tip{fill:#8b949e}
.wxb-tag{fill:#ffffff}
.wxb-text{fill:#1f2328}
.wxb-dim{fill:#59636e}
.wxb-gradient{fill:#b3430f}
.wxb-svg text{font-family:Inter,"Helvetica Neue",Arial,"Noto Sans","Noto Sans CJK KR","Malgun Gothic",sans-serif}
@media (prefers-color-scheme: dark){
.wxb-page{fill:#16191e;stroke:#2b3138}
.wxb-box{fill:#1f242b;stroke:#454c56}
.wxb-leaf{fill:#16283f;stroke:#4a86cf}
.wxb-result{fill:#15301d;stroke:#3f9a5a}
.wxb-group{fill:#271f3a;stroke:#8468bd}
.wxb-edge{stroke:#79818c}
.wxb-tip{fill:#79818c}
.wxb-tag{fill:#16191e}
.wxb-text{fill:#e6edf3}
.wxb-dim{fill:#9aa4af}
.wxb-gradient{fill:#ff9a63}
}"""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    style: str
    bold: bool = False

    @property
    def width(self) -> float:
        return text_width(self.text, self.size) * (1.06 if self.bold else 1.0)


def text_width(text: str, size: float) -> float:
    """Width of a text in the fonts named, rather too much than too little."""
    width = 0.0
    for letter in text:
        if cells(letter) == 2:
            width += 1.0
        elif cells(letter) == 0:
            continue
        elif letter in _NARROW:
            width += 0.34
        elif letter in _BROAD or ord(letter) > 0x2190:
            width += 0.95
        else:
            width += 0.72 if letter.isupper() else 0.6
    return width * size


def svg(graph: Graph) -> str:
    """The picture, complete with its style sheet."""
    node_lines = [_node_lines(graph, node) for node in graph.nodes]
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
    parts = [_head(graph, width, height)]
    parts += [_edge_path(placed, boxes, steps, step_of[number], shift) for number in range(len(graph.edges))]
    parts += [
        _lines_at(placed.centres[label_box[number]], edge_lines[number], shift, tag=boxes[label_box[number]])
        for number in labelled
    ]
    for node, lines in zip(graph.nodes, node_lines):
        parts.append(_node_box(node, placed.centres[node.key], boxes[node.key], shift))
        parts.append(_lines_at(placed.centres[node.key], lines, shift))
    parts.append(_footer(below, placed.height + 2 * MARGIN))
    return "\n".join([part for part in parts if part] + ["</svg>"])


def _head(graph: Graph, width: float, height: float) -> str:
    title = escape(_("How {name} depends on what it was computed from", name=graph.of))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wxb-svg" role="img" xml:lang="{language()}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n"
        f'<rect class="wxb-page" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="10"/>'
    )


def _node_lines(graph: Graph, node: Node) -> list[_Line]:
    lines = [_Line(_cut(node.title, 44), TITLE, "wxb-text", bold=True)]
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
    return [_Line(_cut(edge_text(graph, edge), 48), LABEL, "wxb-dim")]


def _lines_below(graph: Graph) -> list[_Line]:
    lines = [
        _Line(part, 13.0, "wxb-text") for chain in graph.chains for line in chain.lines for part in line.split("\n")
    ]
    lines = lines[:24] + [_Line("…", 13.0, "wxb-text")] * (len(lines) > 24)
    notes = [*graph.notes, *dict.fromkeys(node.note for node in graph.nodes if node.note)]
    return lines + [_Line(note, LINE, "wxb-dim") for note in notes]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


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
            f'<text class="{line.style}" x="{x:.1f}" y="{top - 0.35 * line.size:.1f}" font-size="{line.size:g}" '
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
            f'<text class="{line.style}" x="{MARGIN:.0f}" y="{top - 0.4 * line.size:.1f}" font-size="{line.size:g}" '
            f'xml:space="preserve">{escape(line.text)}</text>'
        )
    return "\n".join(parts)
