"""A line written down computes what `predict` does: SQL by DuckDB and SQLite, Python by Python; no name is ever code."""

from __future__ import annotations

import csv
import math
import sqlite3
from io import StringIO

import duckdb
import numpy as np
import pandas as pd
import pytest

import wxb
from support.levels import of_levels
from wxb.report.transcripts.sql import DIALECTS

RANDOM = np.random.default_rng(12)
ROWS = 50
FRAME = pd.DataFrame(
    {
        "speed": RANDOM.normal(size=ROWS),
        "나이": RANDOM.integers(10, 60, size=ROWS),
        "far": 51_000_000 + RANDOM.integers(0, 50, size=ROWS),
        "tiny": 1e-9 * RANDOM.normal(size=ROWS),
    }
)
FRAME["y"] = FRAME.speed - 0.3 * FRAME["나이"] + 0.27 * FRAME.far + RANDOM.normal(size=ROWS)
HOSTILE = [
    'a"b', "a'b", "a\\", "*/ drop /*", "-- x", "new\nline", "; DROP TABLE t; --", '"; --', "$$", "{x}", '"""', "\\'", "' || '",
    "%s", "row", "total", "math", "__import__('os')", "\u202e", "x_0", "' OR 1=1 --",
]  # fmt: skip


def by_duckdb(model: wxb.Model, table: pd.DataFrame) -> np.ndarray:
    with duckdb.connect() as base:
        base.register("t", table)
        found = base.execute(f"SELECT {model.to_sql()} AS h FROM t").fetchall()
    return np.array([math.nan if value is None else value for (value,) in found])


def by_sqlite(model: wxb.Model, table: pd.DataFrame) -> np.ndarray:
    with sqlite3.connect(":memory:") as base:
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in table.columns)
        base.execute(f"CREATE TABLE t ({names})")
        rows = [
            [None if value != value else value for value in row] for row in table.astype(object).itertuples(index=False)
        ]
        base.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(table.columns))})", rows)
        found = base.execute(f"SELECT {model.to_sql('sqlite')} FROM t ORDER BY rowid").fetchall()
    return np.array([math.nan if value is None else value for (value,) in found])


def function_of(model: wxb.Model):  # type: ignore[no-untyped-def]
    space: dict[str, object] = {}
    exec(compile(model.to_python(), "written", "exec"), space)  # noqa: S102
    return space["predict"]


def by_python(model: wxb.Model, table: pd.DataFrame) -> np.ndarray:
    predict = function_of(model)
    return np.array([predict(row) for row in table.to_dict("records")])  # type: ignore[operator]


ROADS = [by_duckdb, by_sqlite, by_python]


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    "features", [["speed"], ["speed", "나이"], ["far"], ["far", "speed", "나이", "tiny"], ["tiny"]], ids=str
)
@pytest.mark.parametrize("intercept", [True, False])
def test_numbers(road, features, intercept) -> None:  # type: ignore[no-untyped-def]
    model = wxb.fit(FRAME, "y", features=features, intercept=intercept)
    true = model.predict(FRAME[features])
    np.testing.assert_allclose(road(model, FRAME), true, rtol=1e-13)


@pytest.mark.parametrize("road", ROADS)
def test_yes_and_no_of_every_spelling(road) -> None:  # type: ignore[no-untyped-def]
    table = FRAME.assign(paid=["yes", "no"] * 25)
    model = wxb.fit(table, "y", features=["paid", "speed"])
    true = model.predict(table[["paid", "speed"]])
    for spelled in (["yes", "no"], [" Yes", "NO "], [True, False], [1, 0], [1.0, 0.0]):
        np.testing.assert_allclose(road(model, table.assign(paid=spelled * 25)), true, rtol=1e-13)


@pytest.mark.parametrize("road", ROADS)
def test_what_is_missing_stays_missing(road) -> None:  # type: ignore[no-untyped-def]
    model = wxb.fit(FRAME, "y", features=["speed", "far"])
    table = FRAME.astype({"speed": object})
    table.loc[3, "speed"] = None
    found = road(model, table)
    assert math.isnan(found[3])
    assert not np.isnan(np.delete(found, 3)).any()


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("coding", ["treatment", "sum"])
@pytest.mark.parametrize("crossed", [False, True])
def test_levels_and_their_slopes(road, coding, crossed) -> None:  # type: ignore[no-untyped-def]
    model = of_levels(4, coding=coding, crossed=crossed, base="s002")
    table = pd.DataFrame({"hours": RANDOM.normal(size=20), "school": [f"s00{i % 4}" for i in range(20)]})
    true = _by_hand(model, table)
    np.testing.assert_allclose(road(model, table), true, rtol=1e-13)


def _by_hand(model: wxb.Model, table: pd.DataFrame) -> np.ndarray:
    """Σ θ · term, each term by what it stands for."""
    design = model.design
    total = np.full(len(table), model.intercept)
    for term, weight in zip(design.terms, model.coef):
        column = np.ones(len(table)) if not term.component.names else table["hours"].to_numpy()
        for one, level in zip(design.pieces[term.piece].categories, term.levels):
            sign = -1.0 if design.category(one.column).coding == "sum" else 0.0
            label = table[one.column].to_numpy()
            column = column * np.where(label == level, 1.0, np.where(label == design.base(one.column), sign, 0.0))
        total = total + weight * column
    return total


@pytest.mark.parametrize("road", [by_duckdb, by_sqlite])
def test_a_level_that_was_not_seen_is_null_in_sql(road) -> None:  # type: ignore[no-untyped-def]
    table = pd.DataFrame({"hours": [1.0, 1.0, 1.0], "school": ["s001", "elsewhere", None]})
    assert np.isnan(road(of_levels(3, crossed=True), table)).tolist() == [False, True, True]


def test_a_level_that_was_not_seen_is_named_in_python() -> None:
    predict = function_of(of_levels(3))
    with pytest.raises(ValueError, match="school: 'elsewhere'"):
        predict({"hours": 1.0, "school": "elsewhere"})
    assert math.isnan(predict({"hours": 1.0, "school": None}))
    assert predict({"hours": "1.0", "school": " s001 "}) == predict({"hours": 1.0, "school": "s001"})


def test_rows_of_a_csv_file_are_read_as_they_are() -> None:
    model = wxb.fit(FRAME, "y", features=["speed", "나이"])
    rows = list(csv.DictReader(StringIO(FRAME.to_csv(index=False))))
    rows[2]["speed"] = ""
    predict = function_of(model)
    found = np.array([predict(row) for row in rows])
    assert math.isnan(found[2])
    np.testing.assert_allclose(np.delete(found, 2), np.delete(model.predict(FRAME[["speed", "나이"]]), 2), rtol=1e-13)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize("road", ROADS)
def test_a_name_is_never_code(name, road) -> None:  # type: ignore[no-untyped-def]
    table = pd.DataFrame({name: FRAME.speed, "y": FRAME.y})
    model = wxb.fit(table, "y")
    np.testing.assert_allclose(road(model, table[[name]]), model.predict(table[[name]]), rtol=1e-13)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
@pytest.mark.parametrize("road", ROADS)
def test_a_level_is_never_code(name, road) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    model = of_levels(3)
    state = replace(model.design.state, levels={"school": ("s000", name.strip(), "s002")})
    model = replace(model, design=replace(model.design, state=state))
    table = pd.DataFrame({"hours": [1.0, 2.0, 3.0], "school": ["s000", name, "s002"]})
    table["school"] = table["school"].str.strip()
    np.testing.assert_allclose(road(model, table), _by_hand(model, table), rtol=1e-13)


def test_postgresql_is_told_of_backslashes_as_it_reads_them() -> None:
    from dataclasses import replace

    model = of_levels(3)
    state = replace(model.design.state, levels={"school": ("s000", "a\\'b", "s002")})
    text = replace(model, design=replace(model.design, state=state)).to_sql("postgresql")
    assert "E'a\\\\''b'" in text


FORMULAS = [
    "y ~ speed*school", "y ~ poly(age, 3) + speed", "y ~ poly(year, 3, raw=True)", "y ~ poly(year, 3):school", "log(age) ~ speed",
    "y ~ log(age) + I(age^2) + sqrt(age) + log2(far) + log10(year) + log1p(year - 2018) + exp(age/60) + abs(speed)",
    "y ~ C(year, base=2021)*poly(age, 2)", "y ~ scale(age) + center(far)", "y ~ C(school, coding=sum)*speed", "y ~ 0 + school:k",
    "y ~ I(age > 30) + I((age > 30) * (speed < 0) + (k_number != 2))", "y ~ bs(age, df=5) + ns(speed, df=3)", "y ~ 1",
]  # fmt: skip


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_formulas(road, formula) -> None:  # type: ignore[no-untyped-def]
    rows = np.arange(ROWS)
    table = FRAME.rename(columns={"나이": "age"}).assign(
        year=2019 + rows % 4,
        school=np.array(["north", "south", "중앙"])[rows % 3],
        k=np.array(["a", "b"])[rows // 3 % 2],
        k_number=rows % 5,
    )
    model = wxb.fit(table, formula=formula)
    np.testing.assert_allclose(road(model, table), model.predict(table), rtol=1e-12)


def test_what_no_sql_can_hold_is_refused_by_name() -> None:
    model = wxb.fit({"a\0b": FRAME.speed.to_numpy(), "y": FRAME.y.to_numpy()}, "y")
    with pytest.raises(wxb.UsageError, match="no SQL text can hold"):
        model.to_sql()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_times_are_days(dialect) -> None:  # type: ignore[no-untyped-def]
    table = pd.DataFrame({"t": pd.date_range("2024-01-01", periods=ROWS, freq="7h"), "y": FRAME.speed})
    model = wxb.fit(table, "y")
    text = model.to_sql(dialect)
    assert {"duckdb": "EPOCH(", "sqlite": "JULIANDAY(", "postgresql": "EXTRACT(EPOCH FROM"}[dialect] in text
    if dialect == "duckdb":
        np.testing.assert_allclose(by_duckdb(model, table), model.predict(table[["t"]]), rtol=1e-9, atol=1e-9)
    with pytest.raises(wxb.UsageError, match="holds times"):
        model.to_python()


INSTANTS = pd.to_datetime(["2024-01-02 03:04:05", "2024-01-02", "2025-12-31 23:59:59.5"], format="ISO8601")


@pytest.mark.parametrize(
    ("times", "aware"),
    [
        (INSTANTS, False),
        (INSTANTS.tz_localize("Asia/Seoul"), True),
        (pd.to_timedelta([1, 7200, 90_000], unit="s"), False),
    ],
    ids=["naive", "aware", "durations"],
)
def test_a_category_of_times_is_compared_as_times(times, aware) -> None:  # type: ignore[no-untyped-def]
    table = pd.DataFrame({"t": times[np.arange(ROWS) % 3], "speed": FRAME.speed, "y": FRAME.y})
    model = wxb.fit(table, formula="y ~ C(t) + speed")
    true = model.predict(table[["t", "speed"]])
    if not aware:  # which a session of DuckDB reads by a library of its own
        np.testing.assert_allclose(by_duckdb(model, table), true, rtol=1e-13)
    sort = "INTERVAL" if times.dtype.kind == "m" else "TIMESTAMPTZ" if aware else "TIMESTAMP"
    assert f"""CAST("t" AS {sort}) = CAST('""" in model.to_sql("postgresql")
    if times.dtype.kind == "m":
        with pytest.raises(wxb.UsageError, match="durations"):
            model.to_sql("sqlite")
    else:
        written = table.assign(t=[one.isoformat(sep=" ") for one in table.t])
        np.testing.assert_allclose(by_sqlite(model, written), true, rtol=1e-13)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("formula", ["y ~ yn:ok", "y ~ I(yn * speed) + ok", "y ~ speed + ok*yn"])
def test_words_in_products_are_read_as_numbers(road, formula) -> None:  # type: ignore[no-untyped-def]
    rows = np.arange(ROWS)
    table = FRAME.assign(yn=np.array(["yes", "no"])[rows % 2], ok=rows % 3 == 0)
    model = wxb.fit(table, formula=formula)
    np.testing.assert_allclose(road(model, table), model.predict(table), rtol=1e-13)


def test_postgresql_is_told_what_it_would_refuse() -> None:
    """A text is no number to it, a boolean no double precision, and what rounds to 0 is an error."""
    rows = np.arange(ROWS)
    table = FRAME.assign(
        ids=np.array(["007", "8"])[rows % 2],
        half=np.array([0.5, 1.5])[rows % 2],
        ok=rows % 3 == 0,
        low=-rows / 5,
    )
    whole = table.assign(ids=rows % 2 + 7)
    assert 'CAST("ids" AS NUMERIC) = 7' in wxb.fit(whole, formula="y ~ C(ids)").to_sql("postgresql")
    assert 'CAST("ids" AS NUMERIC) = 7' in wxb.fit(table, formula="y ~ C(ids)").to_sql("postgresql")
    assert 'CAST("half" AS DOUBLE PRECISION) = 0.5e0' in wxb.fit(table, formula="y ~ C(half)").to_sql("postgresql")
    truths = wxb.fit(table, formula="y ~ C(ok)").to_sql("postgresql")
    assert '"ok" = FALSE' in truths
    assert 'CAST("ok" AS DOUBLE' not in wxb.fit(table, formula="y ~ ok:speed").to_sql("postgresql")
    low = wxb.fit(table, formula="y ~ exp(low)")
    assert "< -745.13e0 THEN 0e0 ELSE EXP(" in low.to_sql("postgresql")
    assert "745" not in low.to_sql("duckdb")


@pytest.mark.parametrize("road", ROADS)
def test_a_polynomial_keeps_its_digits_whatever_the_middle_of_its_column(road) -> None:  # type: ignore[no-untyped-def]
    """Powers of x itself cancel where the mean is a few deviations from 0: the sum of their sizes stays near the value."""
    x = np.linspace(0.1, 9, 400)
    table = pd.DataFrame({"x": x, "y": np.sin(x) + 3})
    model = wxb.fit(table, formula="y ~ poly(x, 7)")
    np.testing.assert_allclose(road(model, table), model.predict(table), rtol=4e-14)


def test_other_dialects_and_runs_without_an_answer_are_refused() -> None:
    model = wxb.fit(FRAME, "y", features=["speed"])
    with pytest.raises(wxb.UsageError, match="'postgresql'"):
        model.to_sql("mysql")
    with pytest.warns(wxb.WxbWarning):
        gone = wxb.fit(FRAME, "y", features=["speed"], lr=1e3, epochs=900)
    with pytest.raises(wxb.UsageError, match="no line to write down"):
        gone.to_sql()


def test_the_equation_in_latex() -> None:
    cars = wxb.fit("tests/reference/peers/cars.csv", "dist")
    assert cars.equation("latex") == r"\text{dist} = 3.932\,\text{speed} - 17.58"
    assert cars.equation() == "dist = 3.932 · speed − 17.58"
    odd = wxb.fit({"a_b & 50%": FRAME.tiny, "y": FRAME.speed}, "y").equation("latex")
    assert r"\text{a\_b \& 50\%}" in odd
    assert r"\times 10^{" in odd
    far = wxb.fit(FRAME, "y", features=["far"])
    assert (r"(\text{far} - 5" in far.equation("latex")) == ("(far − 5" in far.equation())
    near = wxb.fit({"far": FRAME.far, "y": 2.5 + 0.2691 * (FRAME.far - 51_000_009) + 1e-4 * FRAME.speed}, "y")
    assert r"(\text{far} - 5" in near.equation("latex")


def test_the_equation_has_all_terms() -> None:
    X = RANDOM.normal(size=(200, 90))
    model = wxb.fit({f"x{i}": X[:, i] for i in range(90)} | {"y": X.sum(axis=1) + RANDOM.normal(size=200)}, "y")
    for text in (model.equation(), model.equation("latex")):
        assert all(f"x{i}" in text for i in range(90))
        assert "more" not in text


@pytest.mark.parametrize("road", ROADS)
def test_a_fit_of_text_columns(road) -> None:  # type: ignore[no-untyped-def]
    table = FRAME.assign(
        school=[("north", "south", "중앙 '고'")[i % 3] for i in range(ROWS)], ok=[i % 2 == 0 for i in range(ROWS)]
    )
    features = ["speed", "school", "ok", "far"]
    model = wxb.fit(table, "y", features=features)
    np.testing.assert_allclose(road(model, table), model.predict(table[features]), rtol=1e-13)
