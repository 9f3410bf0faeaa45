"""Pages that are made when the site is built: the tutorial in both languages, computed now, and the help of every command."""

from __future__ import annotations

import contextlib
import io
import os

from mkdocs.structure.files import File, Files

os.environ.update(COLUMNS="80", WXB_LANG="en", NO_COLOR="1")


def on_files(files: Files, config) -> Files:
    files.append(File.generated(config, "reference/commands.md", content=_commands()))
    for name, language, other in (("index", "en", "[한국어](ko.md)"), ("ko", "ko", "[English](index.md)")):
        files.append(File.generated(config, f"tutorial/{name}.md", content=_tutorial(language, other)))
    return files


def _tutorial(language: str, other: str) -> str:
    from wxb import i18n
    from wxb.lesson.markdown import page

    i18n.speak(language)
    try:
        title, _, rest = page().partition("\n")
    finally:
        i18n.speak("en")
    return f"{title}\n\n{other}\n{rest}"


def _commands() -> str:
    from wxb.cli.commands import COMMANDS

    parts = ["# The commands\n", "Every command takes `--json` for programs and `--help`.\n", _help([])]
    parts += [f"## wxb {command.name}\n\n{_help([command.name])}" for command in COMMANDS]
    return "\n".join(parts)


def _help(words: list[str]) -> str:
    from wxb.cli import main

    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        main([*words, "--help"])
    return f"```text\n{shown.getvalue().rstrip()}\n```\n"
