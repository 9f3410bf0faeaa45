"""Words → values by name: what the shell gives, read by what a command declares.

    --name VALUE   --name=VALUE   -n VALUE   -nVALUE   -qn VALUE   -- (all that follows is no option)

The word after an option that takes a value is its value, whatever it looks like: `--at x=-1`, `--lr -1`. Options and arguments
may stand in any order. Names are not shortened: `--tar` means nothing, whatever options there will be. UsageError says which
option was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.cli import values
from wxb.cli.commands import COMMANDS, SHOW_HELP, TOP
from wxb.errors import UsageError
from wxb.printable import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxb.cli.declared import Argument, Command, Option


def parsed(command: Command, words: Sequence[str]) -> dict[str, Any]:
    """The values that were given; what is not given is not there, but for arguments that take any number of words."""
    options = {flag: option for option in (*command.options, SHOW_HELP) for flag in option.flags}
    texts, free = _sorted_out(command, options, list(words))
    if SHOW_HELP.name in texts:
        return {SHOW_HELP.name: True}
    found: dict[str, Any] = {}
    for option, flag, given in texts.values():
        found[option.name] = _value(option, flag, given) if option.takes_value else option.value
    missing = next((option for option in command.options if option.required and option.name not in found), None)
    found |= _arguments(command, free)
    if missing is not None:
        raise UsageError(f"wxb {command.name} needs `{missing.flags[0]} {missing.metavar}`", _see(command))
    return found


def _value(option: Option, flag: str, given: Any) -> Any:
    if option.choices and given not in option.choices:
        *others, last = (f"`{flag} {choice}`" for choice in option.choices)
        meant = f"{', '.join(others)} or {last}" if others else last
        raise UsageError(f"`{flag}` {show(given)} is not known", f"give {meant}")
    return getattr(values, option.read)(given, flag)


Given = dict[str, tuple["Option", str, Any]]


def _sorted_out(command: Command, options: dict[str, Option], words: list[str]) -> tuple[Given, list[str]]:
    """The options by name, each with the flag and the text (or texts) it was given, and all other words."""
    given: Given = {}
    free: list[str] = []
    words.reverse()  # the next word is the last
    while words:
        word = words.pop()
        if word == "--":
            return given, free + words[::-1]
        if not word.startswith("-") or word == "-":
            free.append(word)
            if command.handed_on:
                return given, free + words[::-1]
            continue
        flag, text = _split(command, options, word)
        option = options[flag]
        if not option.takes_value:
            if text is not None and word.startswith("--"):
                raise UsageError(f"`{flag}` takes no value, and is given {show(text)}", _see(command))
            if text:  # -qt: -q and -t
                words.append(f"-{text}")
        elif text is None:
            if not words:
                raise UsageError(f"`{flag}` needs a value: {option.metavar}", _see(command))
            text = words.pop()
        other = given.get(option.name, (option, flag, None))
        if other[0] is not option:
            raise UsageError(f"`{other[1]}` and `{flag}` are given, and only one of them can be", _see(command))
        before = given[option.name][2] if option.repeated and option.name in given else []
        given[option.name] = (option, flag, [*before, text] if option.repeated else text)
    return given, free


def _split(command: Command, options: dict[str, Option], word: str) -> tuple[str, str | None]:
    """`--name=VALUE` and `-nVALUE` as a flag and what stands behind it."""
    if word.startswith("--"):
        flag, equals, text = word.partition("=")
        found = (flag, text if equals else None)
    else:
        found = (word[:2], word[2:] or None)
    if found[0] not in options:
        raise UsageError(f"wxb {command.name} has no option {show(found[0])}{_meant(found[0], options)}", _see(command))
    return found


def _arguments(command: Command, free: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for argument in command.arguments:
        if argument.required and not free:
            raise UsageError(f"wxb {command.name} needs {argument.metavar}: {argument.help}", _see(command))
        if argument.repeated:
            found[argument.name], free = [_word(argument, word) for word in free], []
        elif free:
            found[argument.name] = _word(argument, free.pop(0))
    if free:
        raise UsageError(f"wxb {command.name} does not know what {show(free[0])} is for", _see(command))
    return found


_ELSEWHERE = {  # what other programs call it
    "--cluster": "--se cluster:COLUMN",
    "--vce": "--se HC1",
    "--vcov": "--se HC1",
    "--cov-type": "--se HC1",
    "--robust": "--se HC1",
    "--hac": "--se HAC:LAGS",
    "--fe": "--absorb",
    "--fixed-effects": "--absorb",
    "--iv": "--instruments",
    "--group-by": "--by",
    "--groupby": "--by",
}


def _word(argument: Argument, word: str) -> Any:
    return getattr(values, argument.read)(word, argument.metavar)


def no_command(word: str) -> UsageError:
    """What to say of a first word that is none of the commands."""
    names = [*(one.name for one in COMMANDS), *(flag for option in TOP for flag in option.flags)]
    kind = "option" if word.startswith("-") else "command"
    return UsageError(f"wxb has no {kind} {show(word)}{_meant(word, names)}", "wxb -h shows what it has")


def _meant(word: str, known: Any) -> str:
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in known}  # two dashes in common make nothing alike
    near = get_close_matches(word.lstrip("-"), [*bare], 1)
    meant = _ELSEWHERE.get(word) or (bare[near[0]] if near else "")
    return f"; did you mean `{meant}`?" if meant and meant.split()[0] in known else ""


def _see(command: Command) -> str:
    return f"wxb {command.name} -h shows what it takes"
