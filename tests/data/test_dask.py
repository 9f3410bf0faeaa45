"""Dask for real: frames in partitions, in its own threads and on a cluster of processes of which some die."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wxb

dd = pytest.importorskip("dask.dataframe")
distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]
ROWS = 3000


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    random = np.random.default_rng(1)
    x = random.normal(size=ROWS)
    return pd.DataFrame(
        {
            "x": x,
            "z": random.normal(size=ROWS) * 1e5,
            "school": random.choice(["north", "south", "east"], ROWS),
            "firm": random.integers(0, 50, ROWS),
            "w": random.uniform(0, 2, ROWS).round(1),
            "y": 2 * x + random.normal(size=ROWS),
        }
    )


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, distributed.Client(cluster) as client:
        yield client


ASKED: list[dict[str, Any]] = [
    {"features": ["x", "z"]},
    {"features": ["x", "z"], "weights": "w"},
    {"features": ["x", "z"], "where": "z > 0 and school != 'east'"},
    {"features": ["x", "z"], "folds": 5, "se": "HC3"},
    {"features": ["x", "z"], "by": "school"},
    {"formula": "y ~ x*C(school)"},
    {"formula": "y ~ x + z | firm", "se": "cluster:firm"},
    {"features": ["x", "z"], "l2": "auto", "folds": 4},
]


def fitted(data: Any, asked: dict[str, Any]) -> Any:
    return wxb.fit(data, **(asked if "formula" in asked else {"target": "y", **asked}))


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_a_frame_has_the_bits_of_its_rows(rows: pd.DataFrame, asked: dict[str, Any]) -> None:
    assert fitted(dd.from_pandas(rows, npartitions=7), asked) == fitted(rows, asked)


@pytest.mark.parametrize("asked", [ASKED[3], ASKED[6]], ids=["HC3", "cluster"])
def test_on_a_cluster(rows: pd.DataFrame, client: Any, asked: dict[str, Any]) -> None:
    told: list[Any] = []
    asked = {**asked, "progress": lambda *now: told.append(now)}
    assert fitted(dd.from_pandas(rows, npartitions=7), asked) == fitted(rows, {**asked, "progress": None})
    assert told[-1][0] in (0, ROWS)
