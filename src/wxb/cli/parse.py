"""Words → values by name: what the shell gives, read by what a command declares.

    --name VALUE   --name=VALUE   -n VALUE   -nVALUE   -qn VALUE   -- (all that follows is no option)

The word after an option that takes a value is its value, whatever it looks like: `--at x=-1`, `--lr -1`. Options and arguments
may stand in any order. Names are not shortened: `--tar` means nothing, whatever options there will be. UsageError says which
option was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.cli import values
from wxb.cli.commands import ANYWHERE, COMMANDS, LANGUAGE, SHOW_HELP, TOP
from wxb.errors import UsageError
from wxb.i18n import _, either
from wxb.printable import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxb.cli.declared import Argument, Command, Option


def parsed(command: Command, words: Sequence[str]) -> dict[str, Any]:
    """The values that were given; what is not given is not there, but for arguments that take any number of words."""
    options = {flag: option for option in (*command.options, *ANYWHERE) for flag in option.flags}
    texts, free = _sorted_out(command, options, list(words))
    if SHOW_HELP.name in texts:
        return {SHOW_HELP.name: True}
    found: dict[str, Any] = {}
    for option, flag, given in texts.values():
        found[option.name] = _value(option, flag, given) if option.takes_value else option.value
    found.pop(LANGUAGE.name, None)  # spoken since before the first word was read
    missing = next((option for option in command.options if option.required and option.name not in found), None)
    found |= _arguments(command, free, texts)
    if missing is not None:
        raise UsageError(
            _(
                "wxb {name} needs `{option}`",
                name=command.name,
                option=f"{missing.flags[0]} {missing.metavar}",
            ),
            _see(command),
        )
    return found


def _value(option: Option, flag: str, given: Any) -> Any:
    if option.choices and given not in option.choices:
        meant = either(*(f"`{flag} {choice}`" for choice in option.choices))
        raise UsageError(
            _("`{flag}` {given} is not known", flag=flag, given=show(given)), _("give {meant}", meant=meant)
        )
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
        flag, text = _split(command, options, word, words[-1:])
        option = options[flag]
        if not option.takes_value:
            if text is not None and word.startswith("--"):
                raise UsageError(
                    _("`{flag}` takes no value, and is given {text}", flag=flag, text=show(text)), _see(command)
                )
            if text:  # -qt: -q and -t
                words.append(f"-{text}")
        elif text is None:
            if not words:
                raise UsageError(
                    _("`{flag}` needs a value: {metavar}", flag=flag, metavar=option.metavar), _see(command)
                )
            text = words.pop()
        other = given.get(option.name, (option, flag, None))
        if other[0] is not option:
            raise UsageError(
                _("`{other}` and `{flag}` are given, and only one of them can be", other=other[1], flag=flag),
                _see(command),
            )
        before = given[option.name][2] if option.repeated and option.name in given else []
        given[option.name] = (option, flag, [*before, text] if option.repeated else text)
    return given, free


def _split(command: Command, options: dict[str, Option], word: str, after: list[str]) -> tuple[str, str | None]:
    """`--name=VALUE` and `-nVALUE` as a flag and what stands behind it.  after : the next word"""
    if word.startswith("--"):
        flag, equals, text = word.partition("=")
        found = (flag, text if equals else None)
    else:
        found = (word[:2], word[2:] or None)
    if found[0] not in options:
        meant, why = _elsewhere(found[0], options)
        why = why or _so_already(found[0], options)
        if not meant and not why:
            meant = _writes(command, found[0], [found[1]] if found[1] else after) or _meant(found[0], options)
        raise UsageError(
            _("wxb {name} has no option {found}{meant}", name=command.name, found=show(found[0]), meant=meant),
            why or _see(command),
        )
    return found


def _elsewhere(word: str, options: dict[str, Option]) -> tuple[str, str]:
    """What other programs call so: what is meant by it here, and what is to be known of that; "" where nothing is."""
    from wxb.cli.flags import in_flags
    from wxb.keywords import other

    if word == "--svg" and "-o" in options:
        return _("; did you mean `{meant}`?", meant="-o F.svg"), ""
    if word in ("--save", "--out") and "-o" in options:
        return _("; did you mean `{meant}`?", meant=f"-o {options['-o'].metavar}"), ""
    found = other(word.lstrip("-").replace("-", "_"), [one.name for one in options.values()])
    if found is None:
        return "", ""
    meant = in_flags(found.written) if found.option else ""
    known = meant.split()[:1] != [] and meant.split()[0] in options
    return _("; did you mean `{meant}`?", meant=meant) if known else "", _(found.why)


def _so_already(word: str, options: dict[str, Option]) -> str:
    """What to do where a word is near what an option turns off, as `--standardise` is to `--no-standardise`; "" otherwise."""
    from difflib import get_close_matches

    if not word.startswith("--") or word.startswith("--no-"):
        return ""
    turned_off = {flag.removeprefix("--no-"): flag for flag in options if flag.startswith("--no-")}
    others = [flag.removeprefix("--") for flag in options if flag not in turned_off.values()]
    near = get_close_matches(word[2:], [*turned_off, *others], 1)
    if not near or near[0] not in turned_off:
        return ""
    return _("leave it out: that is so unless `{flag}` is given", flag=turned_off[near[0]])


def _arguments(command: Command, free: list[str], given: Given) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for argument in command.arguments:
        if argument.required and not free and not given.keys() & {*argument.unless}:
            if argument.unless:
                raise UsageError(_("wxb {name} needs DATA, or `--sql` and `--uri`", name=command.name), _see(command))
            raise UsageError(
                _(
                    "wxb {name} needs {metavar}: {help}",
                    name=command.name,
                    metavar=argument.metavar,
                    help=_(argument.help),
                ),
                _see(command),
            )
        if argument.repeated:
            found[argument.name], free = [_word(argument, word) for word in free], []
        elif free:
            found[argument.name] = _word(argument, free.pop(0))
    if free:
        raise UsageError(
            _("wxb {name} does not know what {free} is for", name=command.name, free=show(free[0])), _see(command)
        )
    return found


_WRITES = {"fit": "--save", "demo": "--notebook", "watch": "--report"}  # where others have -o
_OF_A_FIT = {".html": "--report", ".svg": "--picture", ".png": "--picture", ".pdf": "--picture"}


def _writes(command: Command, flag: str, after: Sequence[str]) -> str:
    """What is meant by `-o F` where a command calls it otherwise."""
    if flag not in ("-o", "--output", "--out") or command.name not in _WRITES:
        return ""
    named = next((word for word in after if not word.startswith("-")), "F")
    ending = named[named.rfind(".") :].lower()
    meant = (command.name == "fit" and _OF_A_FIT.get(ending)) or _WRITES[command.name]
    from wxb.printable import shell_word

    return _("; did you mean `{meant}`?", meant=f"{meant} {shell_word(named)}")


def _word(argument: Argument, word: str) -> Any:
    return getattr(values, argument.read)(word, argument.metavar)


def no_command(word: str) -> UsageError:
    """What to say of a first word that is none of the commands."""
    names = [*(one.name for one in COMMANDS), *(flag for option in (*TOP, *ANYWHERE) for flag in option.flags)]
    meant = _meant(word, names)
    what = (
        _("wxb has no option {word}{meant}", word=show(word), meant=meant)
        if word.startswith("-")
        else _("wxb has no command {word}{meant}", word=show(word), meant=meant)
    )
    return UsageError(what, _("wxb -h shows what it has"))


def no_language() -> UsageError:
    """What to say of `--lang xx` where no command follows."""
    languages = either(*(f"`{LANGUAGE.flags[0]} {code}`" for code in LANGUAGE.choices))
    return UsageError(_("`--lang` names no language that wxb speaks"), _("give {meant}", meant=languages))


def _meant(word: str, known: Any) -> str:
    from difflib import get_close_matches

    bare = {name.lstrip("-"): name for name in known}  # two dashes in common make nothing alike
    near = get_close_matches(word.lstrip("-"), [*bare], 1)
    return _("; did you mean `{meant}`?", meant=bare[near[0]]) if near else ""


def _see(command: Command) -> str:
    return _("wxb {name} -h shows what it takes", name=command.name)
