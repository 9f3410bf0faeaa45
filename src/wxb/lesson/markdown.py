"""The lesson as a page of Markdown with its pictures as SVG: the tutorial of the documentation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wxb import lesson
from wxb.i18n import _
from wxb.lesson.parts import Code, Command, Formula, Lines, Part, Section, Shown, Table, Words

_SPECIAL = re.compile(r"([\\*_<>|#\[\]])")


def page(torch: bool = True) -> str:
    """The whole lesson, in the language that is spoken."""
    sections = (lesson.section(place, torch) for place in range(len(lesson.plan(torch))))
    parts = [f"# {_(lesson.TITLE)}", _(lesson.ABOUT)]
    for section in sections:
        parts += [f"## {section.heading.replace('  ', '. ')} {{ #{section.key} }}", *_parts(section)]
    return "\n\n".join(parts) + "\n"


def _parts(section: Section) -> list[str]:
    commands = [part for part in section.parts if isinstance(part, Command)]
    found = [_text(part) for part in section.flat() if not isinstance(part, Command)]
    return [*found, _("On the command line:"), command_block(commands)] if commands else found


def _text(part: Part) -> str:
    if isinstance(part, Words):
        return told(part.text)
    if isinstance(part, Formula):
        return f"```text\n{part.text}\n```"
    if isinstance(part, Table):
        return table_text(part)
    if isinstance(part, Lines):
        return "\n".join(["```text", *part.lines, "```"])
    if isinstance(part, Shown):
        from wxb.marks.svg import svg

        return f'<figure class="lesson">\n{svg(part.scene)}</figure>'
    assert isinstance(part, Code)
    return f"```python\n{part.source}\n```"


def told(text: str) -> str:
    """Words as Markdown: its signs stand for themselves, but in what is code."""
    pieces = text.split("`")
    return "`".join(piece if position % 2 else _SPECIAL.sub(r"\\\1", piece) for position, piece in enumerate(pieces))


def table_text(table: Table) -> str:
    """A table of Markdown: numbers to the right; heads of rows, and words, to the left."""
    head, *rows = [[told(cell) for cell in row] for row in table.rows]
    columns = len(head)
    left = [place < table.left or (table.words_last and place == columns - 1) for place in range(columns)]
    rule = [":--" if is_left else "--:" for is_left in left]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def command_block(commands: Sequence[Command]) -> str:
    return "\n".join(["```sh", *(command.line for command in commands), "```"])
