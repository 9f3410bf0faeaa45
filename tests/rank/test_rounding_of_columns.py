"""The rounding a column carries is its own: float32 columns are collinear but for theirs, and no others are called so."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb

RANDOM = np.random.default_rng(91)
C = RANDOM.normal(3, 1, 200).astype(np.float32)
TENTH = (C * np.float32(0.1)).astype(np.float32)
Y = RANDOM.normal(size=200) + C


def narrow_tables(tmp_path, dtype=np.float32) -> dict[str, object]:
    c = C.astype(dtype)
    tenth = (c * dtype(0.1)).astype(dtype)
    table = pa.table({"c": c, "tenth": tenth, "y": Y})
    pq.write_table(table, tmp_path / "t.parquet")
    return {
        "dict": {"c": c, "tenth": tenth, "y": Y},
        "pandas": pd.DataFrame({"c": c, "tenth": tenth, "y": Y}),
        "arrow": table,
        "polars": pl.from_arrow(table) if dtype is np.float32 else table,
        "parquet": tmp_path / "t.parquet",
        "arrays": (np.column_stack([c, tenth]), Y),
        "arrays of float32 alone": (np.column_stack([c, tenth]), Y.astype(np.float32)),
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_a_tenth_is_collinear_as_float32(tmp_path, dtype):
    for name, source in narrow_tables(tmp_path, dtype).items():
        target = "y" if not isinstance(source, tuple) else None
        with pytest.warns(wxb.WxbWarning, match="but for the rounding of the stored numbers"):
            model = wxb.fit(source, target)
        assert model.dropped == (model.terms[1],), name
        assert model.coef[0] == pytest.approx(1, abs=0.3)


def test_float64_columns_of_float32_numbers_stay_float64():
    """What a column went through before it became float64 is not seen; its digits are taken at their word."""
    model = wxb.fit({"c": C.astype(float), "tenth": TENTH.astype(float), "y": Y}, "y")
    assert model.dropped == ()


def test_a_float32_column_beside_its_float64_original():
    c = RANDOM.normal(3, 1, 200)
    with pytest.warns(wxb.WxbWarning, match="short = c: collinear, but for the rounding"):
        model = wxb.fit({"c": c, "short": c.astype(np.float32), "y": Y}, "y")
    assert model.dropped == ("short",)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from([0.0, 1.0, 30.0]), st.sampled_from([1e-6, 1, 1e9]))
def test_random_float32_columns_are_not_collinear(seed, p, offset, scale):
    random = np.random.default_rng(seed)
    X = ((offset + random.normal(size=(60, p))) * scale).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert wxb.fit((X, random.normal(size=60))).dropped == ()
        if p > 1 and offset == 0:  # nearly a combination, but by 100 times more than rounding could do
            X[:, -1] = (X[:, :-1].sum(axis=1) + 1e-4 * scale * random.normal(size=60)).astype(np.float32)
            assert wxb.fit((X, random.normal(size=60))).dropped == ()


def test_sums_of_two_widths_carry_the_larger_rounding():
    wide = wxb.fit({"c": C.astype(float), "tenth": 0.1 * C.astype(float) + RANDOM.normal(size=200) * 1e-8, "y": Y}, "y")
    assert wide.moments.rounding == (2.0**-53, 2.0**-53, 2.0**-53)
    with pytest.warns(wxb.WxbWarning, match="rounding of the stored"):
        both = wxb.update(wide, {"c": C, "tenth": TENTH, "y": Y})
    assert both.moments.rounding == (2.0**-24, 2.0**-24, 2.0**-53)
    assert both.dropped == ("tenth",)


def test_whole_numbers_have_no_rounding_in_any_width():
    whole = {"a": np.arange(50, dtype=np.int8), "b": np.arange(50, dtype=np.uint64), "y": RANDOM.normal(size=50)}
    with pytest.warns(wxb.WxbWarning, match="collinear; b is left out"):
        assert wxb.fit(whole, "y").moments.rounding == (0.0, 0.0, 2.0**-53)


def test_groups_of_float32_columns_are_told_so_too():
    groups = np.repeat(np.arange(100), 10)
    c = RANDOM.normal(3, 1, 1000).astype(np.float32)
    columns = {"g": groups, "c": c, "tenth": (c * np.float32(0.1)).astype(np.float32), "y": RANDOM.normal(size=1000)}
    found = wxb.fit(columns, "y", by="g")
    assert all(found[label].dropped == ("tenth",) for label in found)
    assert (found.coef[:, 1] == 0).all()
    columns["tenth"] = RANDOM.normal(size=1000).astype(np.float32)
    found = wxb.fit(columns, "y", by="g")
    assert all(found[label].dropped == () for label in found)


def test_bare_moments_of_float32_arrays():
    X = np.column_stack([C, TENTH])
    for source in (X, [X[:, 0], X[:, 1]]):
        moments = wxb.Moments.of(source, Y)
        assert moments.rounding == (2.0**-24, 2.0**-24, 2.0**-53)
        with pytest.warns(wxb.WxbWarning, match="rounding of the stored"):
            assert wxb.fit(moments).dropped == ("x2",)
    assert wxb.Moments.of(C, Y.astype(np.float16)).rounding == (2.0**-24, 2.0**-11)
