"""The documentation: its screens are what comes out, its programs are the files of that name, its pages are all in the list."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from wxb.cli import main

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
MADE = {"reference/commands.md", "tutorial/index.md", "tutorial/ko.md"}  # when the site is built
OVERHEAD = "   cost of watching:"  # a time, different in every run


def _screens(page: Path) -> list[tuple[str, list[str]]]:
    """(command, lines shown) of every console block of a page."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip():
                found[-1][1].append(line)
    return found


@pytest.mark.torch
@pytest.mark.parametrize("page", [page for page in PAGES if _screens(page)], ids=lambda page: page.stem)
def test_what_a_page_shows_comes_out(page, tmp_path, monkeypatch, capsys):
    """In this process; what a shell has to put together in a shell."""
    for name in ("examples", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "more.csv").write_text("hours,score\n4,8\n5,11\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("WXB_LANG", "ko" if page.name.startswith("ko") else "en")
    for command, shown in _screens(page):
        first, *words = shlex.split(command)
        if first == "wxb" and not re.search("[|<>;&$*]", command):
            main(words)
            text = "".join(capsys.readouterr())
        else:
            line = command.replace("wxb ", f'"{sys.executable}" -m wxb ', 1)
            done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
            text = done.stdout + done.stderr
        come = [line for line in text.splitlines() if line.strip() and not line.startswith(OVERHEAD)]
        assert sorted(come) == sorted(shown), command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_program_that_a_page_shows_is_the_file_of_that_name(page):
    for name, text in re.findall(r'```python title="(.*?)"\n(.*?)```', page.read_text("utf-8"), re.DOTALL):
        assert text == (ROOT / name).read_text("utf-8"), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_of_a_page_come_out_as_shown(page, tmp_path, monkeypatch):
    import doctest

    (tmp_path / "tests").symlink_to(ROOT / "tests")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    text = "\n".join(re.findall(r"```pycon\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    report: list[str] = []
    assert not doctest.DocTestRunner().run(test, out=report.append).failed, "".join(report)


def test_every_page_is_in_the_list():
    listed = set(re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    assert listed == {str(page.relative_to(DOCS)) for page in PAGES} | MADE


def test_a_page_links_only_to_what_is_there():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            path = page.parent / target
            assert path.exists() or str(path.resolve().relative_to(DOCS)) in MADE, f"{page}: {target}"
