"""scikit-learn's own checks of an estimator, all of them, each once, those of the array API too."""

from __future__ import annotations

import warnings

import pytest
from sklearn.utils.estimator_checks import check_estimator

import wxb


def test_scikit_learns_checks_pass_and_none_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # what scikit-learn asks before it checks arrays of other kinds
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", wxb.WxbWarning)  # collinear columns, constant targets
        done = check_estimator(wxb.LinearRegression(), on_skip=None, on_fail=None)
    assert len(done) > 40
    assert [
        (one["check_name"], one["status"], str(one["exception"])) for one in done if one["status"] != "passed"
    ] == []


def _lies_on(module: str, derived: bool) -> type:
    """A class as an engine has it: what makes an array of it brings every row here."""

    def brought(self: object, *asked: object, **more: object) -> None:
        raise AssertionError("all rows were brought here")

    kind = type(
        "Frame", (), {"__module__": module, "__array__": brought, "__len__": lambda self: 3, "shape": (3, 1), "ndim": 2}
    )
    return type("Mine", (kind,), {"__module__": "mine"}) if derived else kind


@pytest.mark.parametrize("derived", [False, True])
@pytest.mark.parametrize(
    ("module", "engine"),
    [
        ("dask.dataframe.dask_expr._collection", "Dask"),
        ("dask_expr._collection", "Dask"),  # before 2025
        ("dask.array.core", "Dask"),
        ("pyspark.sql.classic.dataframe", "Spark"),
        ("pyspark.sql.connect.column", "Spark"),
        ("pyspark.pandas.frame", "Spark"),
    ],
)
def test_what_lies_on_an_engine_stays_there(module: str, engine: str, derived: bool) -> None:
    thing, X, y = _lies_on(module, derived)(), [[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0]
    fitted = wxb.LinearRegression().fit(X, y)
    asked = {
        "X": [
            lambda: wxb.LinearRegression().fit(thing, y),
            lambda: fitted.predict(thing),
            lambda: fitted.score(thing, y),
        ],
        "y": [lambda: wxb.LinearRegression().fit(X, thing), lambda: fitted.score(X, thing)],
        "sample_weight": [lambda: wxb.LinearRegression().partial_fit(X, y, thing), lambda: fitted.score(X, y, thing)],
    }
    for name, calls in asked.items():
        for call in calls:
            with pytest.raises(wxb.DataError, match=f"^{name} is of {engine}, and all its rows would come here\n"):
                call()
    with pytest.raises(
        wxb.DataError, match=r"\n  `wxb.fit\(frame, target\)` sums the rows of one frame where they lie"
    ):
        wxb.LinearRegression().fit(thing, y)


def test_weights_beside_a_table_stay_on_their_engine() -> None:
    thing = _lies_on("dask.dataframe.dask_expr._collection", derived=False)()
    with pytest.raises(wxb.DataError, match=r"^weights is of Dask, and all its rows would come here\n"):
        wxb.fit({"x": [1.0, 2.0, 4.0], "y": [1.0, 2.0, 3.0]}, "y", weights=thing)
