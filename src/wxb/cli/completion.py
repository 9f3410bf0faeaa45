"""What a shell offers after <Tab>: a script for bash, zsh or fish, written from the declared commands. No Python runs at a <Tab>.

Commands, options and the words a value may be are offered, and files wherever another word may stand.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wxb.cli.commands import ANYWHERE, COMMANDS, TOP
from wxb.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wxb.cli.declared import Command, Option

SHELLS = ("bash", "zsh", "fish")


def run(flag: str, words: Sequence[str]) -> int:
    """`--show-completion` prints the script, `--install-completion` puts it where the shell looks for it."""
    shell = words[0] if words and not words[0].startswith("-") else os.path.basename(os.environ.get("SHELL", ""))
    if shell not in SHELLS:
        from wxb.cli.guard import tell
        from wxb.errors import UsageError

        shells = ", ".join(SHELLS)
        what = (
            _("completion is for {shells}, and the shell is {shell!r}", shells=shells, shell=shell)
            if shell
            else _("completion is for {shells}, and the shell is 'not known'", shells=shells)
        )
        return tell(UsageError(what, _("say which: wxb {flag} bash", flag=flag)), as_json=False)
    if flag == "--show-completion":
        sys.stdout.write(script(shell))
    else:
        file = _installed(shell)
        print(_("{shell} completion installed in {file}; it works in the next terminal", shell=shell, file=file))
    return 0


def script(shell: str) -> str:
    """The script for a shell."""
    return "\n".join({"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()) + "\n"


def _installed(shell: str) -> Path:
    """Write the script, and the line that loads it where the shell needs one."""
    from wxb.writing import write_atomically

    home = Path.home()
    place, start, line = {
        "bash": (home / ".bash_completions" / "wxb.sh", home / ".bashrc", "source '{}'"),
        "zsh": (home / ".zfunc" / "_wxb", home / ".zshrc", "fpath+=~/.zfunc; autoload -Uz compinit; compinit"),
        "fish": (home / ".config" / "fish" / "completions" / "wxb.fish", None, ""),
    }[shell]
    place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, script(shell))
    line = line.format(place)
    before = start.read_bytes() if start is not None and start.exists() else b""
    if start is not None and line.encode() not in before.splitlines():
        write_atomically(
            start, before + (b"" if before.endswith(b"\n") or not before else b"\n") + line.encode() + b"\n"
        )
    return place


def _options(command: Command) -> tuple[Option, ...]:
    return (*command.options, *ANYWHERE)


def _flags(options: Sequence[Option]) -> str:
    return " ".join(flag for option in options for flag in option.flags)


# ---- bash


def _bash() -> Iterator[str]:
    names = " ".join(command.name for command in COMMANDS)
    yield "_wxb() {"
    yield "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} offered="
    yield '    [[ $prev == "=" ]] && prev=${COMP_WORDS[COMP_CWORD-2]}'
    yield '    [[ $cur == "=" ]] && cur='
    yield "    if ((COMP_CWORD == 1)); then"
    yield f'        offered="{names}"; [[ $cur == -* ]] && offered="{_flags((*TOP, *ANYWHERE))}"'
    yield '    else case "${COMP_WORDS[1]} $prev" in'
    for command in COMMANDS:
        for option in _options(command):
            if option.takes_value:
                patterns = "|".join(f'"{command.name} {flag}"' for flag in option.flags)
                yield f'        {patterns}) offered="{" ".join(option.choices)}" ;;'
        yield f'        "{command.name} "*) [[ $cur == -* ]] && offered="{_flags(_options(command))}" ;;'
    yield "    esac; fi"
    yield '    COMPREPLY=($(compgen -W "$offered" -- "$cur"))'
    yield "}"
    yield "complete -o bashdefault -o default -F _wxb wxb"


# ---- zsh


def _zsh() -> Iterator[str]:
    yield "#compdef wxb"
    yield "_wxb() {"
    yield "    local line state"
    yield f"    _arguments -C {_zsh_options((*TOP, *ANYWHERE))} '1: :->command' '*:: :->words'"
    yield "    case $state in"
    described = " ".join(_quoted(f"{command.name}:{command.summary}") for command in COMMANDS)
    yield f"    command) local -a names=({described}); _describe command names ;;"
    yield "    words) case $line[1] in"
    for command in COMMANDS:
        start = " '1:script:_files' '*:: :_files'" if command.handed_on else " '*: :_files'"
        yield f"        {command.name}) _arguments -s {_zsh_options(_options(command))}{start} ;;"
    yield "    esac ;;"
    yield "    esac"
    yield "}"
    yield 'if [[ $funcstack[1] == _wxb ]]; then _wxb "$@"; else compdef _wxb wxb; fi'


def _zsh_options(options: Sequence[Option]) -> str:
    return " ".join(_zsh_option(option, flag) for option in options for flag in option.flags)


def _zsh_option(option: Option, flag: str) -> str:
    """`'(-t --target)'--target'[the column to predict]:COLUMN: '`."""
    text = "".join(f"\\{letter}" if letter in "[]:\\" else letter for letter in _(option.help))
    others = "*" if option.repeated else f"({' '.join(option.flags)})"
    joined = "=" if option.takes_value and flag.startswith("--") else "+" if option.takes_value else ""
    offered = f"({' '.join(option.choices)})" if option.choices else "_files" if option.read == "path" else " "
    return _quoted(f"{others}{flag}{joined}[{text}]{f':value:{offered}' if option.takes_value else ''}")


# ---- fish


def _fish() -> Iterator[str]:
    for command in COMMANDS:
        yield f"complete -c wxb -f -n __fish_use_subcommand -a {command.name} -d {_fish_quoted(command.summary)}"
    yield from (_fish_option(option, "__fish_use_subcommand") for option in (*TOP, *ANYWHERE))
    for command in COMMANDS:
        for option in _options(command):
            yield _fish_option(option, f"'__fish_seen_subcommand_from {command.name}'")


def _fish_option(option: Option, where: str) -> str:
    names = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
    value = "" if not option.takes_value else " -r" if option.read == "path" else " -x"
    choices = f" -a '{' '.join(option.choices)}'" if option.choices else ""
    return f"complete -c wxb -n {where} {names}{value}{choices} -d {_fish_quoted(_(option.help))}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
