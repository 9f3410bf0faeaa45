"""What a call was given: weights of their own, names that are no texts, iterables of names, rows that go by their labels."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.notes import noted

pytestmark = pytest.mark.filterwarnings("ignore:the sums of parts")  # rows added twice, to be forgotten

RNG = np.random.default_rng(5)
X, Y, W = RNG.normal(size=(9, 2)), RNG.normal(size=9), RNG.uniform(1, 2, 9)
COLUMNS = {"x1": X[:, 0], "x2": X[:, 1], "y": Y}
ROWS = [dict(zip(COLUMNS, row)) for row in zip(*COLUMNS.values())]


def same(model: Any, other: Any) -> bool:
    return (model.terms, model.target, model.moments) == (other.terms, other.target, other.moments)


class TestWeights:
    EXPECTED = wxb.fit({**COLUMNS, "w": W}, "y", weights="w")

    @pytest.mark.parametrize(
        ("data", "target"),
        [
            ((X, Y), None), (COLUMNS, "y"), (pd.DataFrame(COLUMNS), "y"), (pl.DataFrame(COLUMNS), "y"), (pa.table(COLUMNS), "y"),
            (ROWS, "y"), ((pd.DataFrame(COLUMNS)[["x1", "x2"]], pd.Series(Y, name="y")), None),
        ],
        ids=["arrays", "dict", "pandas", "polars", "arrow", "rows", "frame and series"],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "weights", [W, W.tolist(), pd.Series(W), pl.Series(W), pa.array(W), W[:, None]], ids=lambda w: type(w).__name__
    )
    def test_of_their_own(self, data: Any, target: str | None, weights: Any) -> None:
        model = wxb.fit(data, target, weights=weights)
        assert same(model, self.EXPECTED)
        twice = wxb.update(model, data, weights=weights)
        assert same(wxb.forget(twice, data, weights=weights), model)
        assert wxb.rates(data, target, weights=weights).best == wxb.rates(model).best

    def test_third_of_three(self) -> None:
        model = wxb.fit((X, Y, W))
        assert same(model, self.EXPECTED)
        assert same(wxb.fit((pd.DataFrame(COLUMNS)[["x1", "x2"]], Y, pd.Series(W))), self.EXPECTED)
        assert same(wxb.forget(wxb.update(model, (X, Y, W)), (X, Y, W)), model)
        assert wxb.rates((X, Y, W)).best == wxb.rates(model).best
        assert model.predict((X, Y, W)).tolist() == model.predict(X).tolist()

    @given(st.lists(st.integers(0, 5), min_size=5, max_size=9).filter(lambda w: sum(v > 0 for v in w) > 3))
    @settings(max_examples=25)
    def test_are_the_column(self, weights: list[int]) -> None:
        n = len(weights)
        column = wxb.fit({"x1": X[:n, 0], "y": Y[:n], "w": weights}, "y", weights="w")
        assert same(wxb.fit((X[:n, 0], Y[:n], weights)), wxb.fit((X[:n, 0], Y[:n]), weights=np.array(weights)))
        assert wxb.fit((X[:n, 0], Y[:n], weights)).theta.tolist() == column.theta.tolist()

    def test_beside_a_column_w(self) -> None:
        model = wxb.fit({"w": X[:, 0], "y": Y}, "y", weights=W)
        assert model.terms == ("w",)
        assert model.theta.tolist() == wxb.fit((X[:, 0], Y, W)).theta.tolist()

    def test_with_groups_folds_and_test_rows(self) -> None:
        many = {name: np.tile(column, 9) for name, column in COLUMNS.items()}
        w = np.tile(W, 9)
        assert same(
            wxb.fit(many, "y", weights=w, test=0.2, seed=1),
            wxb.fit({**many, "w": w}, "y", weights="w", test=0.2, seed=1),
        )
        g = np.repeat([1, 2, 3], 27)
        groups, by_name = (
            wxb.fit({**many, "g": g}, "y", weights=w, by="g"),
            wxb.fit({**many, "w": w, "g": g}, "y", weights="w", by="g"),
        )
        assert [same(groups[k], by_name[k]) for k in (1, 2, 3)] == [True] * 3

    @pytest.mark.parametrize(
        ("data", "weights", "said"),
        [
            ((X, Y, W), W, "there are weights in (X, y, weights) and in weights=…"),
            ((X, Y, W, W), None, "a tuple of 4 is no table"),
            ((X, Y), W[:3], "X has 9 rows and w has 3"),
            ((X, Y), -W, "9 negative weights"),
            ("table.csv", W, "weights of files are the name of a column, not a ndarray"),
            (["a.csv", "b.csv"], list(W), "weights of files are the name of a column, not a list"),
            (pa.table(COLUMNS).to_reader(), W, "weights of a RecordBatchReader are the name of a column"),
            (COLUMNS, (w for w in W), "weights must be the name of a column, or one weight a row, not a generator"),
            ((X, Y), [[1.0, 2.0]] * 9, "column `w` does not hold numbers"),
            ((X, Y), ["a"] * 9, "column `w` holds text"),
        ],
    )  # fmt: skip
    def test_refused(self, data: Any, weights: Any, said: str) -> None:
        with pytest.raises(wxb.WxbError) as caught:
            wxb.fit(data, None if isinstance(data, tuple) else "y", weights=weights)
        assert said in str(caught.value)

    def test_of_files_read_in_a_layout(self, tmp_path: Path) -> None:
        path = tmp_path / "t.csv"
        pd.DataFrame(COLUMNS).to_csv(path, sep=";", index=False)
        for source in (path, (path, path), io.StringIO(path.read_text())):
            with pytest.raises(wxb.UsageError, match="weights of files"):
                wxb.fit(source, "y", weights=W, sep=";")
            with pytest.raises(wxb.UsageError, match="weights of files"):
                wxb.rates(source, "y", weights=W, sep=";")

    def test_a_given_line_has_none(self) -> None:
        with pytest.raises(wxb.UsageError, match="takes no weights"):
            wxb.cost_of((X, Y, W), None, "x1")


class TestFeatures:
    @pytest.mark.parametrize(
        "features",
        [["x2"], ("x2",), (name for name in ["x2"]), np.array(["x2"]), pd.Index(["x2"]), pd.Series(["x2"]), {"x2": 1}.keys()],
        ids=lambda f: type(f).__name__,
    )  # fmt: skip
    def test_any_iterable(self, features: Any) -> None:
        assert wxb.fit(COLUMNS, "y", features=features).terms == ("x2",)

    def test_a_generator_in_every_call(self) -> None:
        assert wxb.rates(COLUMNS, "y", features=iter(["x2"])).best == wxb.rates(COLUMNS, "y", features=["x2"]).best
        model = wxb.fit(COLUMNS, "y", features=iter(["x2"]), lr=0.1, epochs=2)
        assert model.terms == ("x2",)
        assert wxb.fit(COLUMNS, "y", features=[]).terms == ()

    @pytest.mark.parametrize(
        ("features", "said"),
        [
            ({"x1", "x2"}, "features is a set, which has no order"),
            ("x1", "features='x1' is a text, not a list of names\n  use features=['x1']"),
            (5, "features must be a list of names, not 5"),
            ([["x1"]], "one of them is ['x1']"),
            ([None], "one of them is None"),
            (["x1", "x1"], "asked for twice"),
        ],
    )
    def test_refused(self, features: Any, said: str) -> None:
        with pytest.raises(wxb.UsageError) as caught:
            wxb.fit(COLUMNS, "y", features=features)
        assert said in str(caught.value)


class TestNamesThatAreNoTexts:
    @pytest.mark.parametrize("number", [int, np.int64, str])
    def test_numbers(self, number: Any) -> None:
        frame: Any = pd.DataFrame(np.c_[X, Y, W, [1, 2, 3] * 3])
        model = wxb.fit(frame, number(2), features=[number(0), number(1)], weights=number(3))
        assert (model.terms, model.target) == (("0", "1"), "2")
        assert model.theta.tolist() == TestWeights.EXPECTED.theta.tolist()
        assert (
            model.predict(frame).tolist()
            == model.predict({0: X[:, 0], 1: X[:, 1]}).tolist()
            == model.predict(X).tolist()
        )
        assert same(wxb.forget(wxb.update(model, frame, weights=number(3)), frame, weights=number(3)), model)
        assert list(wxb.fit(frame, number(2), features=[number(0)], by=number(4))) == [1, 2, 3]
        assert wxb.cost_of(pd.DataFrame({"a": Y, 7: Y}), number(7), "a").cost == 0

    def test_years_and_series(self) -> None:
        assert wxb.fit({2020: X[:, 0], 2021: Y}, 2021).terms == ("2020",)  # pyright: ignore[reportArgumentType]
        frame = pd.DataFrame(np.c_[X, Y])
        model = wxb.fit((frame[[0, 1]], frame[2]))
        assert (model.terms, model.target) == (("0", "1"), "2")
        assert wxb.fit((frame[0], frame[2])).terms == ("0",)

    def test_of_several_levels(self) -> None:
        frame = pd.DataFrame(np.c_[X, Y])
        frame.columns = pd.MultiIndex.from_tuples([("a", 0), ("a", 1), ("b", 0)])
        target: Any = ("b", 0)
        assert wxb.fit(frame, target).terms == ("('a', 0)", "('a', 1)")

    @pytest.mark.parametrize(
        ("columns", "said"),
        [
            ({0: Y, "0": Y, "y": Y}, "two columns are called 0 and '0'"),
            (pd.DataFrame(np.c_[Y, Y, Y], columns=["y", 1, "1"]), "two columns are called 1 and '1'"),
            ({None: Y, "y": Y}, "column 1 is called None, which is no name"),
            (pd.DataFrame(np.c_[Y, Y], columns=["y", np.nan]), "column 2 is called nan, which is no name"),
            (pd.DataFrame(np.c_[Y, Y, Y], columns=["y", 1, 1]), "`1` occurs twice"),
        ],
    )
    def test_refused(self, columns: Any, said: str) -> None:
        with pytest.raises(wxb.DataError) as caught:
            wxb.fit(columns, "y")
        assert said in str(caught.value)


FRAME = pd.DataFrame({"x": [1.0, 2, 3, 5]}, index=list("abcd"))
TARGET = pd.Series([2.0, 1, 4, 4], index=list("abcd"), name="y")
WEIGHTS = pd.Series([1.0, 2, 1, 3], index=list("abcd"))
BACK = list("dbca")
PAIR = (FRAME, TARGET)


class TestLabels:
    @pytest.mark.parametrize(
        ("calls", "expected"),
        [
            (lambda: wxb.fit((FRAME, TARGET[BACK])), lambda: wxb.fit(PAIR)),
            (lambda: wxb.fit((FRAME.x, TARGET[BACK].to_frame())), lambda: wxb.fit(PAIR)),
            (lambda: wxb.fit({"x": FRAME.x, "y": TARGET[BACK]}, "y"), lambda: wxb.fit(PAIR)),
            (lambda: wxb.fit(({"x": FRAME.x}, TARGET[BACK])), lambda: wxb.fit(PAIR)),
            (lambda: wxb.fit(PAIR, weights=WEIGHTS[BACK]), lambda: wxb.fit((*PAIR, WEIGHTS))),
            (lambda: wxb.fit((*PAIR, WEIGHTS[BACK])), lambda: wxb.fit((*PAIR, WEIGHTS))),
            (lambda: wxb.fit(FRAME.assign(y=TARGET), "y", weights=WEIGHTS[BACK]), lambda: wxb.fit((*PAIR, WEIGHTS))),
            (lambda: wxb.fit((FRAME, TARGET.to_numpy(), WEIGHTS[BACK])), lambda: wxb.fit((*PAIR, WEIGHTS))),
        ],
        ids=[
            "series",
            "frame of one",
            "dict",
            "dict and series",
            "weights",
            "third",
            "weights of a frame",
            "third to X",
        ],
    )
    def test_in_another_order_are_matched_and_that_is_said(self, calls: Any, expected: Any) -> None:
        found = calls()
        assert noted("in another order than .*: matched by their index labels", found)
        assert found.theta.tolist() == expected().theta.tolist()

    def test_of_weights_and_y_without_those_of_X(self) -> None:
        found = wxb.fit((FRAME[["x"]].to_numpy(), TARGET, WEIGHTS[BACK]))
        assert noted("w has its rows in another order than y", found)
        assert found.theta.tolist() == wxb.fit((*PAIR, WEIGHTS)).theta.tolist()

    @given(st.permutations(range(6)))
    @settings(max_examples=20)
    def test_any_order_is_pandas_own_alignment(self, order: list[int]) -> None:
        frame, target = pd.DataFrame({"x": X[:6, 0]}), pd.Series(Y[:6], name="y")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = wxb.fit((frame, target.iloc[order]))
        assert same(found, wxb.fit(frame.assign(y=target.iloc[order]), "y"))

    def test_that_are_equal_are_left_alone(self) -> None:
        index = [3, 3, 1, 7]
        assert wxb.fit((FRAME.set_axis(index), TARGET.set_axis(index))).theta.tolist() == wxb.fit(PAIR).theta.tolist()
        frame = FRAME.reset_index(drop=True)
        assert wxb.fit((frame, TARGET.set_axis([0, 1, 2, 3]))).theta.tolist() == wxb.fit(PAIR).theta.tolist()

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ((FRAME, TARGET.reset_index(drop=True)), "row 1 is 'a' in X and 0 in y"),
            ((FRAME, TARGET.set_axis(list("abce"))), "row 4 is 'd' in X and 'e' in y"),
            ((FRAME.set_axis(list("aabb")), TARGET.set_axis(list("abab"))), "row 2 is 'a' in X and 'b' in y, and labels"),
            ((FRAME, TARGET), ""),
            ((FRAME, TARGET[:2]), "X has 4 rows and y has 2"),
            ((FRAME, TARGET, WEIGHTS.set_axis(list("abcx"))), "row 4 is 'd' in X and 'x' in w"),
            ({"x": FRAME.x, "y": TARGET.set_axis(list("abcx"))}, "row 4 is 'd' in column `x` and 'x' in column `y`"),
            ({"x": FRAME.x, "z": [1.0, 2, 3, 4], "y": TARGET[BACK]}, "column `z` has no index"),
        ],
    )  # fmt: skip
    def test_that_are_others_are_refused(self, data: Any, said: str) -> None:
        if not said:
            wxb.fit(data)
            return
        with pytest.raises(wxb.DataError) as caught:
            wxb.fit(data, None if isinstance(data, tuple) else "y")
        assert said in str(caught.value)
        assert "reset_index(drop=True)" in str(caught.value) or "rows and y" in said
