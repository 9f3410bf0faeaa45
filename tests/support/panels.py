"""A panel of firms and years, and the ways to take categories out of it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.elimination import terms

BOUNDS: list[dict[str, int]] = [{}, {"LEFT": 6}, {"LEFT": 6, "MOST_LEFT": 5}]  # dummies, two solved for, two iterated


def panel(rows: int = 260, seed: int = 3, alone: bool = False) -> pd.DataFrame:
    """Unbalanced; every firm has two rows at least, but for one with `alone`."""
    rng = np.random.default_rng(seed)
    firm = np.concatenate([np.repeat(np.arange(30), 2), rng.integers(0, 30, rows - 60)])
    if alone:
        firm[-1] = 30
    year, state = rng.integers(0, 8, rows), rng.integers(0, 5, rows)
    x = rng.standard_normal(rows) + firm / 10 + year / 5
    made = {"x": x, "z": rng.standard_normal(rows) + 1000, "w": rng.uniform(0.5, 2, rows)}
    made["y"] = x + np.sin(firm) + year - state + rng.standard_normal(rows) * (1 + np.abs(x))
    labels = {"firm": firm, "year": year, "state": state, "industry": firm % 7}
    return pd.DataFrame(made | {name: [f"{name[0]}{i:02d}" for i in own] for name, own in labels.items()})


def quietly(data: Any, **options: Any) -> wxb.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return wxb.fit(data, **options)


def within(monkeypatch: pytest.MonkeyPatch, bounds: dict[str, int]) -> None:
    for name, value in bounds.items():
        monkeypatch.setattr(terms, name, value)
