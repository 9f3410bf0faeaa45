"""`wxb --help` and `wxb COMMAND --help`: options by panel, names in colour on a terminal.

At most 80 columns wide when piped, 100 on a terminal that has them. Where the help of wxb itself is higher than the terminal its
options are only named.
"""

from __future__ import annotations

import os
import sys

from wxb.cli.commands import ANYWHERE, BRIEF, COMMANDS, HELP, TOP
from wxb.cli.streams import is_coloured, is_terminal
from wxb.i18n import N_, _, language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wxb.cli.declared import Argument, Command, Option

    Painter = Callable[[str, str], str]

WIDEST_TERM = 29
USAGE = "wxb [OPTIONS] COMMAND [ARGS]..."
PIPED, READABLE = 80, 100  # columns
TIED = "\0"  # a space at which no line ends
BOLD, CYAN, DIM = "1", "36", "2"


def show_help(command: Command | None = None) -> int:
    """Print it; the exit code."""
    text = help_of(command, coloured=is_coloured(sys.stdout))
    if command is None and is_terminal(sys.stdout) and text.count("\n") + 1 >= _height():
        text = "\n".join(_brief())
    print(text)
    return 0


def help_of(command: Command | None, coloured: bool) -> str:
    """The help of a command, or of wxb itself."""
    return "\n".join(_lines(command, lambda text, code: f"\x1b[{code}m{text}\x1b[0m" if coloured and text else text))


def _lines(command: Command | None, paint: Painter) -> Iterator[str]:
    usage = USAGE if command is None else _usage(command)
    yield f"{paint(_('Usage:'), BOLD)} {usage}"
    for paragraph in _(HELP if command is None else command.help).split("\n\n"):
        yield ""
        example = paragraph.startswith("  ")
        lines = _wrapped(" ".join(paragraph.split("\n")), 2, 4 if example else 2)
        yield from (paint(line, DIM) for line in lines) if example else lines
    if command is None:
        yield from _panel(N_("Options"), [_row(option) for option in (*TOP, *ANYWHERE)], paint)
        yield from _panel(N_("Commands"), [(one.name, one.summary) for one in COMMANDS], paint)
        return
    panels: dict[str, list[tuple[str, str]]] = {}
    if command.arguments:
        panels[N_("Arguments")] = [(one.metavar, _(one.help)) for one in command.arguments]
    for option in (*command.options, *ANYWHERE):
        panels.setdefault(option.panel, []).append(_row(option))
    widest = max(len(term) for rows in panels.values() for term, __ in rows)
    for title, rows in panels.items():
        yield from _panel(title, rows, paint, widest)


def _brief() -> Iterator[str]:
    """What fits on a screen of 24 lines."""
    yield from (f"{_('Usage:')} {USAGE}", f"  {_(BRIEF)}", "")
    yield from _rows([(one.name, one.summary) for one in COMMANDS], lambda text, code: text, 0)
    named = [TIED.join([*sorted(one.flags, key=len), one.metavar]).strip(TIED) for one in (*TOP, *ANYWHERE)]
    yield from ("", *_wrapped(f"{_('Options')}: {' '.join(named)}", 0, 2))


def _usage(command: Command) -> str:
    return " ".join(["wxb", command.name, "[OPTIONS]", *map(_place, command.arguments)])


def _place(argument: Argument) -> str:
    return (argument.metavar if argument.required and not argument.unless else f"[{argument.metavar}]") + (
        "..." if argument.repeated else ""
    )


def _row(option: Option) -> tuple[str, str]:
    """`-t, --target COLUMN` and what it is."""
    shown = ", ".join(sorted(option.flags, key=len))
    note = ""
    if option.default:
        note = _("[default: {value}]", value=option.default).replace(" ", TIED)
    elif option.required:
        note = _("[required]")
    told = _(option.help)
    return f"{shown} {option.metavar}".strip(), f"{told} {TIED}{note}" if note else told


def _panel(title: str, rows: Sequence[tuple[str, str]], paint: Painter, widest: int = 0) -> Iterator[str]:
    yield ""
    yield paint(f"{_(title)}:", BOLD)
    yield from _rows(rows, paint, widest)


def _rows(rows: Sequence[tuple[str, str]], paint: Painter, widest: int) -> Iterator[str]:
    """Terms, and what each is beside it, or below one that is too wide."""
    width = min(max(widest, *(len(term) for term, __ in rows)), WIDEST_TERM)
    for term, text in rows:
        lines = _wrapped(text, 0, 0, _width() - width - 4)
        beside = lines.pop(0) if len(term) <= width else ""
        yield f"  {paint(term, CYAN)}{' ' * (width - len(term))}  {beside}".rstrip()
        yield from (" " * (width + 4) + line for line in lines)


def _wrapped(text: str, first: int, others: int, width: int = 0) -> list[str]:
    """Text in lines; what TIED joins stays together."""
    width = width or _width()
    cells = _cells()
    words = text.strip(" ").split(" ") if first + cells(text.strip(" ")) > width else [text.strip(" ")]
    lines = [" " * first + words[0]]
    for word in words[1:]:
        if cells(lines[-1]) + 1 + cells(word) > width:
            lines.append(" " * others + word.lstrip(TIED))
        else:
            lines[-1] += f" {word}"
    return [line.replace(TIED, " ") for line in lines]


def _cells() -> Callable[[str], int]:
    """How wide a text is: what tells wide letters takes longer to load than all else here."""
    if language() == "en":
        return len
    from wxb.printable import cells

    return cells


def _width() -> int:
    """Of the terminal, as far as lines can be read; 80 where it is none: textbooks and mails are no wider."""
    return min(max(_size("COLUMNS", 0, PIPED), 40), READABLE if is_terminal(sys.stdout) else PIPED)


def _height() -> int:
    return _size("LINES", 1, 24)


def _size(name: str, place: int, unknown: int) -> int:
    """The columns or the lines of the terminal: what the variable says, else what it says itself."""
    given = os.environ.get(name, "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno())[place]  # pyright: ignore[reportOptionalMemberAccess]
    except (AttributeError, ValueError, OSError):
        return unknown
