"""`wxb.LinearRegression` has the bits of `wxb.fit`, and stands where scikit-learn's own estimators stand."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
import sklearn
from sklearn import linear_model
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler

import wxb
from wxb import LinearRegression
from wxb.errors import KeywordError

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(60, 3)) * [1, 100, 1e-3] + [0, 5, 1]
Y = np.column_stack([X @ [1, 0.02, 3e3], X @ [0, 1, 0]]) + RANDOM.normal(size=(60, 2))
y = Y[:, 0]
w = RANDOM.uniform(0, 2, size=60)
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])
TARGET = pd.Series(y, name="score")


def same(found: LinearRegression, model: wxb.Model) -> bool:
    """Whether an estimator has the bits of a model."""
    return found.coef_.tobytes() == model.coef.tobytes() and found.intercept_ == model.intercept


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"intercept": False},
        {"lr": "auto", "epochs": 50, "momentum": 0.5},
        {"se": "HC3"},
        {"precision": "fast"},
        {"l2": 0.1},
        {"l1": 0.3, "l2": 0.1, "standardise": False},
        {"positive": True, "intercept": False},
        {"l2": "auto"},
        {"l1": "auto", "folds": 4, "choose": "one-se"},
    ],
)
def test_the_bits_are_those_of_fit(options) -> None:
    face = {"fit_intercept" if name == "intercept" else name: value for name, value in options.items()}
    found = LinearRegression(**face)
    assert same(found.fit(X, y), wxb.fit((X, y), **options))
    assert same(found.fit(X, y, sample_weight=w), wxb.fit((X, y, w), **options))
    assert found.predict(X).tobytes() == wxb.fit((X, y, w), **options).predict(X).tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.int8, np.bool_])
def test_the_bits_are_those_of_fit_whatever_the_numbers_are(dtype) -> None:
    numbers = RANDOM.integers(-100, 100, size=(60, 3)) * (2**56 + 1 if dtype == np.int64 else 1)
    numbers = (numbers > 0) if dtype == np.bool_ else numbers.astype(dtype)
    target = y.astype(np.float32)
    found, model = LinearRegression().fit(numbers, target), wxb.fit((numbers, target))
    assert same(found, model)
    assert found.model_.inference.se.tobytes() == model.inference.se.tobytes()


def test_several_targets_are_lines_of_their_own() -> None:
    found = LinearRegression().fit(FRAME, pd.DataFrame(Y, columns=["one", "two"]))
    assert found.coef_.shape == (2, 3)
    assert found.predict(FRAME).shape == (60, 2)
    for place, model in enumerate(found.models_):
        alone = wxb.fit((FRAME, Y[:, place]))
        assert found.coef_[place].tobytes() == alone.coef.tobytes()
        assert found.intercept_[place] == alone.intercept
        assert model.inference.se.tobytes() == alone.inference.se.tobytes()
    assert [model.target for model in found.models_] == ["one", "two"]
    assert not hasattr(found, "model_")
    column = LinearRegression().fit(X, y[:, None])
    assert column.coef_.shape == (1, 3)
    assert column.predict(X).shape == (60, 1)


def test_the_model_knows_the_names_and_the_rows() -> None:
    found = LinearRegression().fit(FRAME, TARGET)
    model = found.model_
    assert list(found.feature_names_in_) == ["a", "b", "c"]
    assert (model.terms, model.target, found.rank_, found.n_features_in_) == (("a", "b", "c"), "score", 3, 3)
    assert "a" in model.summary()
    np.testing.assert_array_equal(model.predict(FRAME, interval=0.9).value, found.predict(FRAME))
    again = wxb.fit((FRAME, TARGET))
    assert model == again
    assert model.ranges == again.ranges
    assert wxb.update(model, FRAME.assign(score=TARGET + 1)).n == 120
    frame = pl.DataFrame({name: FRAME[name].to_numpy() for name in "abc"})
    assert LinearRegression().fit(frame, pl.Series("score", y)).model_ == model
    assert LinearRegression().fit(FRAME, TARGET.rename("a")).model_.target == "y"


@pytest.mark.parametrize(
    "options",
    [{"l2": 0.1}, {"l1": 0.5}, {"positive": True}, {"l2": "auto", "choose": "gcv"}],
)
def test_pieces_under_a_penalty_end_with_the_bits_of_fit(options) -> None:
    found = LinearRegression(**options)
    for cut in (slice(40, 60), slice(0, 1), slice(1, 40)):
        found.partial_fit(X[cut], Y[cut], sample_weight=w[cut])
    for place, model in enumerate(found.models_):
        assert found.coef_[place].tobytes() == wxb.fit((X, Y[:, place], w), **options).coef.tobytes()
        assert model.penalised.l2 == wxb.fit((X, Y[:, place], w), **options).penalised.l2


def test_a_penalty_has_an_answer_where_rows_are_few() -> None:
    found = LinearRegression(l2=0.1).fit(X[:3], y[:3])
    assert same(found, wxb.fit((X[:3], y[:3]), l2=0.1))
    assert (found.rank_, found.model_.terms) == (3, ("x1", "x2", "x3"))


def test_a_penalty_is_searched_as_that_of_ridge() -> None:
    grid = np.array([0.001, 0.1, 1.0])
    ours = GridSearchCV(LinearRegression(standardise=False), {"l2": grid}, cv=3).fit(X, y)
    theirs = GridSearchCV(linear_model.Ridge(), {"alpha": 40 * grid}, cv=3).fit(X, y)
    np.testing.assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], rtol=1e-9)
    assert clone(ours.best_estimator_).get_params() == ours.best_estimator_.get_params()


@pytest.mark.parametrize("weights", [None, w])
def test_pieces_in_any_order_end_with_the_same_bits(weights) -> None:
    whole = LinearRegression().fit(X, Y, sample_weight=weights)
    cuts = [slice(0, 1), slice(1, 9), slice(9, 30), slice(30, 60)]
    for order in (cuts, cuts[::-1]):
        found = LinearRegression()
        for cut in order:
            found.partial_fit(X[cut], Y[cut], sample_weight=None if weights is None else weights[cut])
            found = pickle.loads(pickle.dumps(found))  # noqa: S301 - what was written here
        assert found.coef_.tobytes() == whole.coef_.tobytes()
        assert found.intercept_.tobytes() == whole.intercept_.tobytes()
        assert found.models_[0].ranges == whole.models_[0].ranges
        assert found.models_[0].source_rows == 60


def test_a_piece_may_be_of_rows_that_do_not_count() -> None:
    found = LinearRegression().partial_fit(X[:1], y[:1], sample_weight=[0.0]).partial_fit(X, y)
    assert same(found, wxb.fit((X, y)))
    nothing = LinearRegression().partial_fit(X, y, sample_weight=np.zeros(len(X)))
    with pytest.raises(wxb.DataError, match="no row counts"):
        nothing.predict(X)


def test_a_line_of_pieces_is_what_was_asked_for_when_the_last_one_came() -> None:
    found = LinearRegression().partial_fit(X, y).set_params(se="HC3", l2=1.0)
    assert same(found, wxb.fit((X, y)))
    with pytest.raises(wxb.UsageError, match="HC3"):
        found.partial_fit(X, y)


def test_rows_are_added_to_a_fit_and_the_line_between_is_that_of_the_rows_so_far() -> None:
    found = LinearRegression().fit(X[:20], y[:20])
    assert same(found, wxb.fit((X[:20], y[:20])))
    assert same(found.partial_fit(X[20:], y[20:]), wxb.fit((X, y)))
    assert same(found.fit(X[:20], y[:20]), wxb.fit((X[:20], y[:20])))


def test_sparse_rows_are_summed_as_they_are() -> None:
    thin = np.where(RANDOM.random((5000, 4)) < 0.9, 0.0, RANDOM.normal(size=(5000, 4)))
    target = thin @ [1.0, 2, 3, 4] + RANDOM.normal(size=5000)
    dense = LinearRegression().fit(thin, target)
    for made in (sp.csr_matrix, sp.csc_array, sp.coo_array):
        found = LinearRegression().fit(made(thin), target)
        assert found.coef_.tobytes() == dense.coef_.tobytes()
        assert found.predict(made(thin)).tobytes() == dense.predict(thin).tobytes()
    with pytest.raises(wxb.DataError, match="134 217 728 at most"):
        LinearRegression().fit(sp.csr_array((300_000, 500)), np.ones(300_000))


def test_where_rows_are_too_few_later_columns_give_way_and_fit_refuses() -> None:
    with pytest.raises(wxb.NumericalError, match="too few"):
        wxb.fit((X[:3], y[:3]))
    with pytest.warns(wxb.WxbWarning) as said:
        found = LinearRegression().fit(X[:3], Y[:3])
    assert "1 of 3 columns give way" in str(said[0].message)
    assert said[0].filename == __file__
    assert (found.coef_[:, 2] == 0).all()
    assert found.rank_ == 2
    np.testing.assert_allclose(found.predict(X[:3]), Y[:3])
    assert found.models_[0].terms == ("x1", "x2")
    with pytest.raises(wxb.NumericalError, match="too few"):
        LinearRegression(rank="error").fit(X[:3], y[:3])
    with pytest.warns(wxb.WxbWarning):
        assert LinearRegression().partial_fit(X[:1], y[:1]).predict(X[:2]).tolist() == [y[0], y[0]]


def test_collinear_columns_give_way() -> None:
    with pytest.warns(wxb.WxbWarning, match="collinear"):
        found = LinearRegression().fit(np.column_stack([X, X[:, 0]]), y)
    assert found.coef_[3] == 0
    assert found.rank_ == 3


REFUSED = {
    "NaN": (lambda: LinearRegression().fit([[1.0], [np.nan], [2.0]], [1.0, 2, 3]), "contains NaN"),
    "infinite": (lambda: LinearRegression().fit([[1.0], [np.inf], [2.0]], [1.0, 2, 3]), "contains infinity"),
    "NaN in an array": (lambda: LinearRegression().fit(np.full((60, 3), np.nan), y), "contains NaN"),
    "NaN in a piece": (
        lambda: LinearRegression().fit(X, y).partial_fit(np.full((2, 3), np.nan), y[:2]),
        "contains NaN",
    ),
    "complex": (lambda: LinearRegression().fit(X * 1j, y), "Complex data not supported"),
    "one row": (lambda: LinearRegression().fit(X[:1], y[:1]), "1 sample"),
    "no rows": (lambda: LinearRegression().fit(X[:0], y[:0]), "0 sample"),
    "text": (lambda: LinearRegression().fit(X, ["a"] * 60), "y is an array of"),
    "lengths": (lambda: LinearRegression().fit(X, y[:-1]), "inconsistent numbers of samples"),
    "negative weights": (lambda: LinearRegression().fit(X, y, sample_weight=-w), "Negative values"),
    "no weight": (lambda: LinearRegression().fit(X, y, sample_weight=0 * w), "non-zero|every weight is 0"),
    "names": (lambda: LinearRegression().fit(FRAME, y).predict(FRAME[["b", "a", "c"]]), "feature names"),
    "columns": (lambda: LinearRegression().fit(X, y).partial_fit(X[:, :2], y), "2 features"),
    "targets": (lambda: LinearRegression().fit(X, y).partial_fit(X, Y), "y has 2 columns"),
    "option": (lambda: LinearRegression(rank="keep").fit(X, y), "rank must be"),
    "momentum": (lambda: LinearRegression(momentum=0.9).fit(X, y), "belongs to a descent"),
    "errors": (lambda: LinearRegression(se="HC3").partial_fit(X, y), "goes through all rows at once"),
    "fast": (lambda: LinearRegression(precision="fast").partial_fit(X, y), "goes through all rows at once"),
    "folds": (
        lambda: LinearRegression(l2="auto", folds=4).partial_fit(X, y),
        "`folds=4` goes through all rows at once",
    ),
    "auto": (lambda: LinearRegression(l2="auto").partial_fit(X, y), 'give `choose="gcv"`'),
    "more folds than rows": (lambda: LinearRegression(l2="auto", folds=80).fit(X, y), "more folds than rows"),
    "negative penalty": (lambda: LinearRegression(l2=-1.0).fit(X, y), "number ≥ 0"),
    "no number": (lambda: LinearRegression(l2="much").fit(X, y), "l2 must be a number"),
    "several penalties": (lambda: LinearRegression(l2=[0.1]).fit(X, y), "`l2=` is one λ"),
    "truth for a number": (
        lambda: LinearRegression(l2=1).fit(X, y).set_params(l2=True).fit(X, y),
        "l2 must be a number",
    ),
    "penalty and errors": (lambda: LinearRegression(l2=1.0, se="HC3").fit(X, y), "does not go with a penalty"),
    "NaN in rows to predict": (lambda: LinearRegression().fit(X, y).predict(X * np.nan), "contains NaN"),
    "too few columns": (lambda: LinearRegression().fit(X, y).predict(X[:, :2]), "2 features"),
    "no sums": (
        lambda: LinearRegression(se="HC3").fit(X, y).set_params(se=None).partial_fit(X, y),
        "keeps no sums",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_a_value_error(what) -> None:
    call, words = REFUSED[what]
    with pytest.raises(ValueError, match=words):
        call()


def test_before_a_fit_there_is_nothing() -> None:
    found = LinearRegression()
    assert not hasattr(found, "coef_")
    with pytest.raises(NotFittedError):
        found.predict(X)
    with pytest.raises(AttributeError, match="not fitted yet"):
        found.model_  # noqa: B018


def test_one_column_and_a_target_that_does_not_vary() -> None:
    assert LinearRegression().fit(X[:, :1], y).coef_.tobytes() == wxb.fit((X[:, 0], y)).coef.tobytes()
    with pytest.warns(wxb.WxbWarning, match="does not vary"):
        found = LinearRegression().fit(X, np.full(60, 3.0))
    assert (found.coef_.tolist(), found.intercept_) == ([0, 0, 0], 3)


def test_it_stands_in_pipelines_searches_and_inspections() -> None:
    table = FRAME.assign(school=np.where(X[:, 0] > 0, "north", "south"))
    columns = ColumnTransformer(
        [("number", StandardScaler(), ["a", "b", "c"]), ("label", OneHotEncoder(drop="first"), ["school"])]
    )
    line = make_pipeline(
        columns.set_output(transform="pandas").set_params(label__sparse_output=False), LinearRegression()
    )
    line.fit(table, y)
    assert line[-1].model_.terms[-1] == "label__school_south"
    searched = [
        GridSearchCV(
            make_pipeline(StandardScaler(), PolynomialFeatures(include_bias=False), made),
            {"polynomialfeatures__degree": [1, 2], made.__class__.__name__.lower() + "__fit_intercept": [True, False]},
            cv=3,
        ).fit(X, y)
        for made in (LinearRegression(), linear_model.LinearRegression())
    ]
    ours, theirs = (one.cv_results_["mean_test_score"] for one in searched)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    assert cross_validate(line, table, y, cv=3, return_estimator=True)["test_score"].mean() > 0.5
    logged = TransformedTargetRegressor(LinearRegression(), func=np.log1p, inverse_func=np.expm1)
    assert logged.fit(X, np.abs(y)).predict(X).shape == (60,)
    found = LinearRegression().fit(FRAME, y)
    assert permutation_importance(found, FRAME, y, n_repeats=2, random_state=0).importances.shape == (3, 2)
    assert partial_dependence(found, FRAME, ["a"], grid_resolution=5).average.shape == (1, 5)


def test_parameters_travel_and_weights_are_routed() -> None:
    found = LinearRegression(se="HC1", threads=1).fit(FRAME, TARGET)
    copy = clone(found)
    assert copy.get_params() == found.get_params()
    assert not hasattr(copy, "coef_")
    back = pickle.loads(pickle.dumps(found))  # noqa: S301 - what was written here
    assert same(back, found.model_)
    with sklearn.config_context(enable_metadata_routing=True):
        line = make_pipeline(
            StandardScaler().set_fit_request(sample_weight=False),
            LinearRegression().set_fit_request(sample_weight=True),
        )
        line.fit(X, y, sample_weight=w)
    scaled = StandardScaler().fit_transform(X)
    assert same(line[-1], wxb.fit((scaled, y, w)))


@pytest.mark.parametrize(
    ("name", "said"), [("weights", "sample_weight"), ("select", "`wxb.fit` has it"), ("alpha", "l2=λ")]
)
def test_an_estimator_says_where_its_options_end(name, said):
    with pytest.raises(KeywordError, match=rf"`wxb.LinearRegression` has no option `{name}`(.|\n)*{said}"):
        wxb.LinearRegression(**{name: 1})
