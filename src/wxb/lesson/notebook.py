"""The lesson as a notebook of Jupyter (nbformat 4.5), written by hand: words become cells of text, code becomes cells to run.

What code gives is left to whoever runs it, so writing the notebook computes no PyTorch and works without it.
"""

from __future__ import annotations

import json
from typing import Any

from wxb import lesson
from wxb.i18n import _, language
from wxb.lesson.markdown import command_block, table_text, told
from wxb.lesson.parts import Code, Command, Formula, Lines, Part, Section, Shown, Table, Words


def notebook() -> str:
    """The whole lesson as the text of an .ipynb file, in the language that is spoken."""
    cells = [_markdown("title", f"# {_(lesson.TITLE)}\n\n{_(lesson.ABOUT)}")]
    for place in range(len(lesson.plan(False))):
        cells += _cells(lesson.section(place, torch=False))
    content = {
        "metadata": {
            "wxb": "lesson",  # at the head as wxb writes it; what Jupyter saves has its cells there, and is its user's
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": cells,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _cells(section: Section) -> list[dict[str, Any]]:
    """Parts that follow each other without code share a cell; a picture that no code gives is left out."""
    found: list[dict[str, Any]] = []
    text = [f"## {section.heading}"]
    commands: list[Command] = [part for part in section.parts if isinstance(part, Command)]
    for part in section.parts:
        if isinstance(part, Code):
            if text:
                found.append(_markdown(f"{section.key}-{len(found)}", "\n\n".join(text)))
                text = []
            found.append(_code(f"{section.key}-{len(found)}", _spoken(part.source)))
        elif not isinstance(part, Shown | Command):
            text.append(_text(part))
    if commands:
        text.append(f"{_('On the command line:')}\n\n{command_block(commands)}")
    if text:
        found.append(_markdown(f"{section.key}-{len(found)}", "\n\n".join(text)))
    return found


def _spoken(source: str) -> str:
    """The first cell has wxb speak the language of the text."""
    start = "import wxb\n"
    return source.replace(start, f'{start}wxb.language("{language()}")\n') if source.startswith(start) else source


def _text(part: Part) -> str:
    if isinstance(part, Words):
        return told(part.text)
    if isinstance(part, Formula):
        return f"$${part.tex}$$"
    if isinstance(part, Table):
        return table_text(part)
    assert isinstance(part, Lines)
    return "\n".join(["```text", *part.lines, "```"])


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(name: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }
