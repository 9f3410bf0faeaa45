"""Whoever installs wxb has the page: all that stands in web/ is declared as data of the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

from wxb.laboratory.joined import WEB

ROOT = Path(__file__).resolve().parents[2]


def test_every_file_of_the_page_is_data_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    package = ROOT / "src" / "wxb"
    declared = {
        path for pattern in project["tool"]["setuptools"]["package-data"]["wxb"] for path in package.glob(pattern)
    }
    files = {path for path in (package / "laboratory" / "web").rglob("*") if path.is_file()}
    assert files - declared == set()
    assert {path.name for path in files} >= {"page.html", "lab.css", "main.js"}
    assert WEB.is_dir()
