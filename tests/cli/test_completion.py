"""<Tab> in the shells that are here: what is offered is what there is."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from wxb.cli.commands import COMMANDS
from wxb.cli.completion import SHELLS, script

NAMES = {command.name for command in COMMANDS}
ASK_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_wxb
printf '%s\\n' "${COMPREPLY[@]}"
"""


def bash(tmp_path, *words: str) -> set[str]:
    """What bash offers for the last word."""
    (tmp_path / "wxb.sh").write_text(script("bash"), "utf-8")
    command = ["bash", "-c", ASK_BASH, "bash", str(tmp_path / "wxb.sh"), *words]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not here")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("wxb", ""), NAMES),
        (("wxb", "f"), {"fit", "forget"}),
        (("wxb", "--v"), {"--version"}),
        (("wxb", "fit", "--stop"), {"--stop-gradient", "--stop-cost", "--stop-se"}),
        (("wxb", "fit", "--missing", ""), {"error", "drop"}),
        (("wxb", "fit", "d.csv", "--precision", "=", "f"), {"fast"}),
        (("wxb", "fit", "d.csv", "--rank", "="), {"drop", "error"}),
        (("wxb", "predict", "--missing", "n"), {"nan"}),
        (("wxb", "fit", "d"), set()),  # files: bash's own
        (("wxb", "fit", "--target", ""), set()),
    ],
)
def test_bash_offers(tmp_path, words, offered):
    assert bash(tmp_path, *words) == offered


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not here")
@pytest.mark.parametrize(
    ("line", "offered"),
    [("wxb f", {"fit", "forget"}), ("wxb fit --stop", {"--stop-gradient", "--stop-cost", "--stop-se"}),
     ("wxb fit --missing ", {"error", "drop"})],
)  # fmt: skip
def test_fish_offers(tmp_path, line, offered):
    (tmp_path / "wxb.fish").write_text(script("fish"), "utf-8")
    program = f"source {tmp_path}/wxb.fish; complete -C '{line}'"
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["fish", "-c", program], capture_output=True, text=True, check=True, env=env)
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == offered


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_read_its_script(tmp_path, shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not here")
    (tmp_path / "script").write_text(script(shell), "utf-8")
    subprocess.run([shell, "-n", str(tmp_path / "script")], check=True, env={"HOME": str(tmp_path), "PATH": "/bin"})


def test_installing_twice_adds_one_line(wxb, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "/bin/bash")
    (tmp_path / ".bashrc").write_text("alias ll='ls -l'", "utf-8")
    for _ in range(2):
        assert wxb("--install-completion").code == 0
    assert (tmp_path / ".bash_completions" / "wxb.sh").read_text("utf-8") == script("bash")
    alias, source = (tmp_path / ".bashrc").read_text("utf-8").splitlines()
    assert (alias, source) == ("alias ll='ls -l'", f"source '{tmp_path}/.bash_completions/wxb.sh'")


def test_a_shell_without_completion_is_refused(wxb, monkeypatch):
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    ended = wxb("--show-completion")
    assert ended.code == 2
    assert "bash, zsh, fish" in ended.err
    assert wxb("--show-completion", "zsh").out == script("zsh")
