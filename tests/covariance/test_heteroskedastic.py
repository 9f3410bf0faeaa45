"""HC0 … HC3: 37 models against fifty digits, weights and counts, what gives way, what is certainly 0, what is refused."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import wxb
from support import peer_terms
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.heteroskedastic import heteroskedastic
from wxb.covariance.rows import answered
from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.methods.exact import Exact
from wxb.moments import Moments
from wxb.passes.again import MomentsAlone, RowPasses
from wxb.question import Question, Running, Shares

KINDS = ("HC0", "HC1", "HC2", "HC3")


def errors_of(data, kind: str, *, intercept: bool = True, shares: Shares | None = None, **chosen) -> Covariance:
    selection = Selection(**chosen)
    table = open_table(data)
    again = partial(table.scan, selection) if table.rereadable else None
    passes = RowPasses(table.scan(selection), Running(threads=1), again=again)
    question = Question(method=Exact(), selection=selection, intercept=intercept, shares=shares or Shares())
    return answered(heteroskedastic(question.method.estimate(question, passes), passes, Errors.parse(kind)), passes)


@pytest.mark.parametrize("name", peer_terms.SETS)
def test_peers_to_twelve_digits(name):
    for model in peer_terms.models(name):
        columns = peer_terms.columns(name, model)
        terms, found = [term for term in model["terms"] if term != "Intercept"], {}
        for kind in KINDS:
            truth = model["mp50"]["hc_se"].get(kind)
            ask = partial(errors_of, columns, kind, target=model["response"], features=terms)
            if truth is None:  # anscombe's fourth: one row stands alone
                with pytest.raises(NumericalError, match="data row 8 has a leverage of 1"):
                    ask()
                continue
            found[kind] = se = ask(intercept=model["intercept"]).se
            truth = [float(value) for value in truth]
            assert se == pytest.approx(truth, rel=1e-12), (model["formula"], kind)
        assert len(found) == 2 or (found["HC3"] >= found["HC2"]).all()


RANDOM = np.random.default_rng(2)
TABLE = {
    "x": RANDOM.normal(size=60),
    "z": RANDOM.normal(size=60) + 1e6,
    "w": RANDOM.uniform(0.2, 4, 60),
    "f": RANDOM.integers(0, 4, 60),
}
TABLE["y"] = 2 * TABLE["x"] + RANDOM.normal(size=60) * (1 + TABLE["x"] ** 2)


def plainly(kind: str, X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """By inverses of float64, for data that allow it."""
    inverse = np.linalg.inv((X * w[:, None]).T @ X)
    e, h = y - X @ (inverse @ (X.T @ (w * y))), w * np.einsum("ij,jk,ik->i", X, inverse, X)
    v = (w * e) ** 2 / (1 - h) ** {"HC2": 1, "HC3": 2}.get(kind, 0)
    factor = len(y) / (len(y) - X.shape[1]) if kind == "HC1" else 1
    return np.sqrt(factor * (inverse @ (X * v[:, None]).T @ X @ inverse).diagonal())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("intercept", [True, False])
def test_weights_and_no_intercept(kind, intercept):
    x, z, y, w = TABLE["x"], TABLE["z"] - 1e6, TABLE["y"], TABLE["w"]
    X = np.column_stack([*([np.ones(60)] if intercept else []), x, z])
    data = {"x": x, "z": z, "y": y, "w": w}
    found = errors_of(data, kind, intercept=intercept, target="y", weights="w", features=["x", "z"])
    assert found.se == pytest.approx(plainly(kind, X, y, w), rel=1e-11)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frequency_is_the_rows_repeated(kind):
    again = {name: np.repeat(column, TABLE["f"]) for name, column in TABLE.items()}
    chosen = {"target": "y", "features": ["x", "z"], "weights": "w"}
    found = errors_of(TABLE, kind, frequency="f", **chosen)
    assert found.matrix == pytest.approx(errors_of(again, kind, **chosen).matrix, rel=1e-12)


def test_terms_that_gave_way_have_none_and_leave_no_trace():
    more = {"x": TABLE["x"], "twice": 2 * TABLE["x"], "z": TABLE["z"], "y": TABLE["y"]}
    found = errors_of(more, "HC3", target="y").matrix
    few = errors_of({name: more[name] for name in ("x", "z", "y")}, "HC3", target="y").matrix
    assert np.isnan(found[2]).all()
    assert np.isnan(found[:, 2]).all()
    assert np.delete(np.delete(found, 2, 0), 2, 1).tolist() == few.tolist()


def test_a_perfect_fit_has_no_errors_and_no_freedom_none_to_tell():
    line = {"x": [1, 2, 3, 4], "y": [3, 5, 7, 9]}
    assert errors_of(line, "HC3", target="y").matrix.tolist() == [[0, 0], [0, 0]]
    assert np.isnan(errors_of({"x": [1, 2], "y": [3, 4]}, "HC1", target="y").matrix).all()


def test_rows_held_out_are_not_counted():
    shares = Shares(test=0.3, seed=5)
    kept = shares.of(np.arange(60)) >= 0
    found = errors_of(TABLE, "HC2", target="y", features=["x", "z"], shares=shares)
    few = {name: column[kept] for name, column in TABLE.items()}
    assert found.matrix == pytest.approx(errors_of(few, "HC2", target="y", features=["x", "z"]).matrix, rel=1e-13)


def test_numbers_of_any_size_and_those_that_are_none():
    """Units change errors as they change coefficients, up to powers of ten that no square survives."""
    truth = errors_of(TABLE, "HC3", target="y", features=["x", "z"]).se
    scaled = TABLE | {"x": TABLE["x"] * 2.0**200, "y": TABLE["y"] * 2.0**-180}
    assert errors_of(scaled, "HC3", target="y", features=["x", "z"]).se[1] * 2.0**380 == truth[1]
    with pytest.raises(NumericalError, match="so large or so small"):
        errors_of(TABLE | {"x": TABLE["x"] * 1e-290}, "HC3", target="y", features=["x", "z"])


def test_what_it_says_of_itself():
    found = errors_of(TABLE, "HC1", target="y", features=["x"])
    assert found.factor == "factor n/(n − k) = 1.03448, t with n − k = 58 degrees of freedom"
    assert found.read == "the rows once more"
    assert found.freedom.tolist() == [58, 58]


def test_without_the_rows_it_says_what_to_give():
    moments = Moments.of(TABLE["x"][:, None], TABLE["y"])
    estimate = Exact().estimate(Question(method=Exact()), MomentsAlone(moments, Running()))
    assert isinstance(estimate, Estimate)
    with pytest.raises(UsageError, match="HC1 errors need the rows once more, and moments hold none"):
        answered(heteroskedastic(estimate, MomentsAlone(moments, Running()), Errors.parse("HC1")), None)
    pyarrow = pytest.importorskip("pyarrow")
    whole = pyarrow.table({"x": TABLE["x"], "y": TABLE["y"]})
    with pytest.raises(UsageError, match="can be read only once") as told:
        errors_of(whole.to_reader(), "HC2", target="y")
    assert "write it to a file" in told.value.do


@pytest.mark.parametrize("size", [2.0**-700, 2.0**-520, 2.0**520, 2.0**700])
@pytest.mark.parametrize("se", ["HC0", "HC2", "HC3"])
def test_the_size_of_all_weights_is_nothing_to_them(se: str, size: float) -> None:
    rng = np.random.default_rng(8)
    x, w = rng.normal(size=40), rng.integers(1, 9, 40) / 4
    data = {"x": x, "z": x**2, "y": x + rng.normal(size=40), "w": w}
    plain, found = (wxb.fit({**data, "w": w * by}, "y", weights="w", se=se) for by in (1.0, size))
    np.testing.assert_allclose(found.inference.se, plain.inference.se, rtol=1e-13)
    assert found.inference.f == pytest.approx(plain.inference.f, rel=1e-12)
    told, other = (model.diagnose({**data, "w": w * by}, white=True) for model, by in ((plain, 1.0), (found, size)))
    assert other.white is not None
    assert told.white is not None
    assert other.white.freedom == told.white.freedom == 4
    assert other.white.statistic == pytest.approx(told.white.statistic, rel=1e-11)
    assert other.breusch_pagan.statistic == pytest.approx(told.breusch_pagan.statistic, rel=1e-11)
    np.testing.assert_allclose(other.errors[se], found.inference.se, rtol=1e-12)
