r"""In LaTeX: a table environment with the rules of booktabs; what LaTeX would read in a name is written as the sign itself.

Letters beyond Latin-1 need XeLaTeX or LuaLaTeX and a font that has them, as Hangul \setmainfont{NanumGothic} of fontspec; some of
Latin-1 («, ð) need \usepackage[T1]{fontenc}. Where there are any the first line says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from wxb.i18n import _
from wxb.printable import one_line
from wxb.report.side_by_side.content import Content, Row

SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    '"': "{''}", "'": "{'}", "`": r"\`{}",  # which is what every encoding of a font has
    "[": "{[}", "]": "{]}", "*": "{*}",  # which \\ before them would take for its own
    "-": "{-}",  # two of them are a dash
    "−": "$-$", "…": r"\ldots{}", "²": "$^2$", "—": r"\textemdash{}", "–": r"\textendash{}", "·": r"$\cdot$", "×": r"$\times$",
}  # fmt: skip
OF_T1 = "«»ÐÞðþ"  # which the font that LaTeX begins with lacks


def latex(table: Content) -> str:
    """The environment, a row in each line."""
    across = len(table.names) + 1
    lines = ["% needs \\usepackage{booktabs}" + _needs(table), r"\begin{table}", r"\centering"]
    if table.caption:
        lines.append(rf"\caption{{{escaped(table.caption)}}}")
    lines += [rf"\begin{{tabular}}{{l{'c' * len(table.names)}}}", r"\toprule"]
    lines += [_line(["", *map(escaped, table.names)]), r"\midrule"]
    lines += [*(line for row in table.rows for line in _rows(row, across)), r"\midrule"]
    lines += [*(line for row in table.foot for line in _rows(row, across)), r"\bottomrule", r"\end{tabular}"]
    if table.notes:
        lines += [r"\par\smallskip", r"{\footnotesize " + r"\\ ".join(map(escaped, table.notes)) + r"\par}"]
    return "\n".join([*lines, r"\end{table}"])


def escaped(text: str) -> str:
    """A text that is set as it is."""
    written = "".join(SIGNS.get(sign, sign) for sign in one_line(" ".join(text.split())))
    return written.replace(",,", ",{},").replace(",,", ",{},")  # two of them are a quote


def _needs(table: Content) -> str:
    texts = [table.caption, *table.names, *table.notes, *(row.name for row in (*table.rows, *table.foot))]
    texts += [cell.value for row in (*table.rows, *table.foot) for cell in row.cells if cell]
    signs = {sign for text in texts for sign in text} - SIGNS.keys()
    if any(sign > "\xff" for sign in signs):
        font = (
            r"\setmainfont{NanumGothic}"
            if any("가" <= sign <= "힣" for sign in signs)
            else _("a font that has its letters")
        )
        return _(r", and XeLaTeX or LuaLaTeX with \usepackage{{fontspec}} and {font}", font=font)
    return r", \usepackage[T1]{fontenc}" if signs & {*OF_T1} else ""


def _rows(row: Row, across: int) -> Iterator[str]:
    name = r"\quad " * row.depth + escaped(row.name)
    if not row.cells:
        yield rf"\multicolumn{{{across}}}{{l}}{{{name}}} \\"
        return
    values = (
        escaped(cell.value) + (rf"$^{{{'*' * cell.stars}}}$" if cell.stars else "") if cell else ""
        for cell in row.cells
    )
    yield _line([name, *values])
    if any(cell and cell.beneath for cell in row.cells):
        yield _line(["", *(escaped(cell.beneath) if cell else "" for cell in row.cells)])


def _line(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"
