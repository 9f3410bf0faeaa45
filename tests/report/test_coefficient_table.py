"""The table of coefficients: every one of them, in 80 cells whatever the names and the sizes, and nothing of a name cut off."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from wxb.printable import cells

RANDOM = np.random.default_rng(3)
ROWS = 90
X = RANDOM.normal(size=(ROWS, 70))
Y = X @ RANDOM.normal(size=70) + RANDOM.normal(size=ROWS)
NAMES = {
    "short": ["a", "b", "c"],
    "hangul": ["공부 시간이 아주 많은 어느 학교의 학생", "나이", "키"],
    "long": ["a_column_with_a_name_that_goes_on_and_on", "b", "c" * 200],
    "spaced": ["a name of many words " * 8, "two  spaces", "tab\there"],
}


def fitted(names: list[str], scale: float = 0.0, size: float = 1.0, **options: object) -> wxb.Model:
    columns = {name: X[:, i] * 10.0 ** (i * scale) for i, name in enumerate(names)}
    return wxb.fit(columns | {"y": Y * size}, "y", **options)  # type: ignore[arg-type]


def table(model: wxb.Model) -> list[str]:
    """The lines from the head of the table to the empty line under it."""
    lines = model.summary().splitlines()
    first = next(i for i, line in enumerate(lines) if "std. err" in line)
    return lines[first : lines.index("", first)]


def test_every_coefficient_has_a_line() -> None:
    names = [f"x{i}" for i in range(70)]
    shown = [line.split()[0] for line in table(fitted(names))[1:]]
    assert shown == [*names, "(b)"]


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("scale", [-7, 0, 4])
@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("descent", [False, True])
def test_no_line_is_wider_than_80_cells_and_no_name_is_cut(
    which: str, scale: float, size: float, descent: bool
) -> None:
    names = NAMES[which]
    options = {"lr": "auto", "epochs": 2} if descent else {}
    lines = table(fitted(names, scale, size, **options))
    assert max(map(cells, lines)) <= 80
    joined = "".join("".join(lines).split())
    assert all("".join(name.split()) in joined for name in names)


@pytest.mark.parametrize("level", [-123456789.0, 1e-9, 4e17])
@pytest.mark.parametrize("noise", [1e-5, 1e-2, 1e3, 1e9])
@pytest.mark.parametrize("precision", ["exact", "fast"])
def test_numbers_of_every_size_fit(level: float, noise: float, precision: str) -> None:
    x = np.arange(40.0)
    model = wxb.fit({"x": x * 1e-9, "z": np.cos(x), "y": level + x + noise * Y[:40]}, "y", precision=precision)
    assert max(map(cells, table(model))) <= 80


def test_a_name_of_its_own_line_stands_above_its_numbers() -> None:
    lines = table(fitted(NAMES["long"]))
    place = next(i for i, line in enumerate(lines) if "on_and_on" in line)
    assert lines[place].strip() == NAMES["long"][0]
    assert lines[place + 1].startswith("   ")
    assert "…" in lines[place + 1]
