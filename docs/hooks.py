"""Pages that are made when the site is built: the help of every command."""

from __future__ import annotations

import contextlib
import io
import os

from mkdocs.structure.files import File, Files

os.environ.update(COLUMNS="80", WXB_LANG="en", NO_COLOR="1")


def on_files(files: Files, config) -> Files:
    files.append(File.generated(config, "reference/commands.md", content=_commands()))
    return files


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
