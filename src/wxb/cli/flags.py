"""Advice as it is typed on a command line: `lr=0.1` is `--lr 0.1`, quoted for the shell where a shell would read more into it."""

from __future__ import annotations

from wxb.advice import Advice, rewritten
from wxb.printable import shell_word


def in_flags(text: str) -> str:
    """A text of wxb's with its advice in the spelling of the command line."""
    return rewritten(text, flag, lambda command: f"`wxb {command}`")


def flag(advice: Advice) -> str:
    """`--lr 0.1`, `--line-search`, `--no-intercept`, `--features a,b`, `--at w=2 --at x=2`, `--sheet`."""
    name, value = advice.option.replace("_", "-"), advice.value
    if value is None or value is True:
        return f"--{name}"
    if value is False:
        return f"--no-{name}"
    if isinstance(value, dict):
        return " ".join(f"--{name} {shell_word(f'{key}={one}')}" for key, one in value.items())
    if isinstance(value, list):
        import csv
        from io import StringIO

        line = StringIO()
        csv.writer(line, lineterminator="").writerow(value)
        value = line.getvalue()
    return f"--{name} {shell_word(str(value))}"
