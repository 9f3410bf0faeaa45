"""Saved models with fields or bytes changed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from drawn import Made, mutated, shown

import wxb

ROW: dict[str, Any] = {"x": [1.0, 2.5], "a": [0, 3], "paid": ["yes", "no"]}


@cache
def saved_models(folder: Path) -> tuple[bytes, ...]:
    random = np.random.default_rng(1)
    data = {
        "x": random.normal(size=12),
        "a": random.integers(0, 9, 12),
        "paid": np.array(["yes", "no", "no"] * 4),
        "y": random.normal(size=12),
    }
    files = []
    for options in (
        {},
        {"test": 0.3, "folds": 2},
        {"lr": "auto", "epochs": 3},
        {"precision": "fast"},
        {"intercept": False},
    ):
        path = folder / "seed.json"
        path.unlink(missing_ok=True)
        wxb.fit(data, "y", **options).save(path)
        files.append(path.read_bytes())
    return tuple(files)


def _leaf(random: Random, content: Any) -> tuple[Any, Any]:
    """A container of a JSON value and a key in it."""
    holder, key = None, None
    while isinstance(content, dict | list) and content:
        holder = content
        key = random.choice(list(content)) if isinstance(content, dict) else random.randrange(len(content))
        content = content[key]
        if random.random() < 0.1:
            break
    return holder, key


HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 3, 2**63, 10**300, 10**399, 0.5, -0.0, 1e308, 5e-324, "", "x", "1p+0", "-1p+0",
    "1p+9999", "3p-3300", "fp+3300",
    "0p+0", "ffffffffffffffffp+900", [], {}, [1], {"a": 1}, "exact", "fast", "error", "drop", "torch", "\ud800", "\x1b[2J",
    "diverging",
    "exact minimum", "converged", "interrupted", "not finite", 1e-300, 12, "number", "whole", "instant", "truth",
)  # fmt: skip


def model_file(random: Random, folder: Path) -> Made:
    """A saved model with fields changed, or bytes changed."""
    data = random.choice(saved_models(folder))
    if random.random() < 0.7:
        content = json.loads(data)
        for _ in range(random.choice((1, 1, 2, 3))):
            holder, key = _leaf(random, content)
            if holder is None:
                continue
            match random.randrange(6):
                case 0 if isinstance(holder, dict):
                    del holder[key]
                case 1 if isinstance(holder, list):
                    holder.insert(key, holder[random.randrange(len(holder))])
                case 2:
                    other, place = _leaf(random, content)
                    holder[key] = other[place]
                case 3 if isinstance(holder[key], str) and holder[key]:
                    text = holder[key]
                    at = random.randrange(len(text))
                    holder[key] = text[:at] + random.choice("0123456789abcdefp+-") + text[at + 1 :]
                case _:
                    holder[key] = random.choice(HOSTILE)
        data = json.dumps(content).encode() if not _is_circular(content) else data
    else:
        data = mutated(random, data, (*map(str, HOSTILE[:24]), "1e999", "NaN", '"', "}", "]", "{", "[" * 50))
    path = folder / "m.json"

    def call() -> None:
        path.write_bytes(data)
        model = wxb.load(path)
        if random.random() < 0.3:
            str(model)
        model.predict(ROW if model.terms[:1] == ("x",) else [[1.0] * len(model.terms)])

    return call, shown(data)


def _is_circular(content: Any) -> bool:
    try:
        json.dumps(content)
    except (ValueError, RecursionError):
        return True
    return False
