"""The columns of the peers' 37 models, by the names patsy gave their terms; arithmetic on columns that is obviously right."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from support.peers import FOLDER

SETS = sorted(path.stem for path in FOLDER.glob("*.json"))


def models(name: str) -> Iterator[dict[str, Any]]:
    """What is known of each model of a set."""
    yield from json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["ols"]


def columns(name: str, model: dict[str, Any]) -> dict[str, np.ndarray]:
    """{term: (n,)} of a model without its intercept, and its response under the name of that."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    terms = [term for term in model["terms"] if term != "Intercept"]
    used = {column for term in [*terms, model["response"]] for column in rows[0] if _names(term, column)}
    rows = [row for row in rows if all(row[column] not in ("", "NA") for column in used)]
    return {term: _column(term, rows) for term in [*terms, model["response"]]}


def _names(term: str, column: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(column)}(?![\w.])", term) is not None


def _column(term: str, rows: list[dict[str, str]]) -> np.ndarray:
    product = np.ones(len(rows))
    for factor in term.split(":"):
        product = product * _factor(factor, rows)
    return product


def _factor(factor: str, rows: list[dict[str, str]]) -> np.ndarray:
    if level := re.fullmatch(r"C\(([\w.]+).*\)\[T\.(.+)\]", factor):
        cells = [row[level[1]] for row in rows]
        return np.array([cell == level[2] or _number(cell) == _number(level[2]) for cell in cells], dtype=float)
    if power := re.fullmatch(r"I\((\w+) ?\*\* ?2\)", factor):
        return _column(power[1], rows) ** 2
    if logged := re.fullmatch(r"log\((\w+)\)", factor):
        return np.log(_column(logged[1], rows))
    return np.array([float(row[factor]) for row in rows])


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
