"""The oldest versions that are tried are those that are allowed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def versions(lines: list[str], sign: str) -> dict[str, tuple[int, ...]]:
    """The version after `sign` of each requirement, without the zeros at its end."""
    found = [re.match(rf"([a-z-]+){sign}([0-9.]+)", line) for line in lines]
    return {match[1]: tuple(map(int, re.sub(r"(\.0)+$", "", match[2]).split("."))) for match in found if match}


def test_the_oldest_constraints_are_the_lower_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    allowed = [*project["project"]["dependencies"], *extras["report"], *extras["excel"], *extras["sklearn"]]
    allowed += project["dependency-groups"]["test"]
    tried = (ROOT / "constraints-oldest.txt").read_text("utf-8").splitlines()
    assert len(versions(allowed, ">=")) == len(allowed)
    assert versions(tried, "==") == versions(allowed, ">=")
