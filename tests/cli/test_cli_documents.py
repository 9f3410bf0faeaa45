"""What the documents show is what comes out: every screen, every command of the tables, in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "README.ko.md")


def _screens(name: str) -> list[tuple[str, list[str]]]:
    """(command, lines shown) of each `$ wxb …` in a fenced block."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ wxb "):
                found.append((line[2:], []))
            elif found and block.lstrip().startswith("$ "):
                found[-1][1].append(line)
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_screen_is_true(wxb, name):
    screens = _screens(name)
    assert screens
    for command, shown in screens:
        ended = wxb(*shlex.split(command)[1:])
        assert ended.code == 0
        lines = iter(ended.lines)
        for line in shown:
            if line.strip() not in ("", "…"):
                assert any(line == other for other in lines), f"{command}\n{line}\n{ended.out}"


@pytest.mark.torch
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_whole_command_of_the_table_works(wxb, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some write a file
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    commands = re.findall(r"\| `(wxb [^`…]*)`", (ROOT / name).read_text("utf-8"))
    assert len(commands) >= 6
    for command in commands:
        if "train.py" not in command:
            assert wxb(*shlex.split(command.replace(" [--zero-grad]", ""))[1:]).code == 0, command


def test_the_korean_document_has_every_section_of_the_english_one():
    english, korean = ((ROOT / name).read_text("utf-8") for name in DOCUMENTS)
    assert english.count("\n## ") == korean.count("\n## ")
    assert english.count("\n| ") == korean.count("\n| ")
    assert re.findall(r"`(wxb [^`]*)`", english.split("## Notebook")[1].split("## ")[0]) == re.findall(
        r"`(wxb [^`]*)`", korean.split("## 노트의 절")[1].split("## ")[0]
    )


@pytest.mark.parametrize(
    "name", ["README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md"]
)
def test_links_lead_somewhere(name):
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
