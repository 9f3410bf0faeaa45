"""Lines under a penalty: laws of the minimum, rational arithmetic, and numbers that scikit-learn and mpmath gave."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

import wxb
from wxb.errors import WxbError
from wxb.moments import Moments
from wxb.penalties.answer import answer
from wxb.penalties.lasso import shrunk
from wxb.penalties.penalty import Penalty
from wxb.penalties.seen import Seen
from wxb.pictures.options import Options
from wxb.pictures.penalty import folds_scene
from wxb.question import Shares

pytestmark = pytest.mark.filterwarnings("ignore:.*predicts best")
ROWS, TERMS = 60, 5


def rows(seed: int = 0, n: int = ROWS, p: int = TERMS) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.integers(-40, 40, (n, p)) / 8 + rng.integers(-8, 8, (n, 1)) / 4
    return X, X[:, 0] - 2 * X[:, 1] + rng.integers(-16, 16, n) / 8 + 3


def penalty(p: int = TERMS, **options: object) -> Penalty:
    plain = {"l2": 0.0, "l1": 0.0, "factors": np.ones(p), "standardise": False, "positive": False}
    return Penalty(**(plain | options))  # pyright: ignore[reportArgumentType]


def solved_in_fractions(X: np.ndarray, y: np.ndarray, l2: float) -> list[float]:
    """W of a ridge by Gauss in rational arithmetic, columns centred."""
    n = len(y)
    columns = [[Fraction(v) for v in column] for column in [*X.T.tolist(), y.tolist()]]
    centred = [[v - sum(column) / n for v in column] for column in columns]
    *x, target = centred
    table = [[sum(a * b for a, b in zip(one, other)) / n for other in (*x, target)] for one in x]
    for i, row in enumerate(table):
        row[i] += Fraction(l2)
    for i in range(len(x)):
        table[i] = [v / table[i][i] for v in table[i]]
        for j in range(len(x)):
            if j != i:
                table[j] = [a - table[j][i] * b for a, b in zip(table[j], table[i])]
    return [float(row[-1]) for row in table]


@pytest.mark.parametrize("l2", [1e-9, 0.25, 1e6])
def test_ridge_is_rounded_once(l2):
    X, y = rows()
    assert wxb.fit((X, y), l2=l2, standardise=False).coef.tolist() == solved_in_fractions(X, y, l2)


def test_no_penalty_is_the_exact_minimum_to_the_bit():
    X, y = rows()
    assert wxb.fit((X, y), l2=0).theta.tolist() == wxb.fit((X, y)).theta.tolist()
    assert wxb.fit((X, y), l1=0.0, intercept=False).theta.tolist() == wxb.fit((X, y), intercept=False).theta.tolist()


@pytest.mark.parametrize(
    "options", [{"l1": 0.7}, {"l1": 0.3, "l2": 0.2}, {"positive": True}, {"l2": 0.1, "positive": True}]
)
@pytest.mark.parametrize("standardise", [True, False])
def test_the_conditions_of_the_minimum_hold_on_the_rows(options, standardise):
    X, y = rows(1)
    weighed = {"standardise": standardise} if len(options) > 1 or "positive" not in options else {}
    model = wxb.fit((X, y), **weighed, **options)
    unit = X.std(axis=0) if standardise and weighed else np.ones(TERMS)
    e = y - model.predict(X)
    slope = 2 * ((X - X.mean(axis=0)) / unit).T @ e / len(y) - 2 * options.get("l2", 0) * unit * model.coef
    l1 = options.get("l1", 0)
    assert np.allclose(slope[model.coef != 0], l1 * np.sign(model.coef[model.coef != 0]), atol=1e-12)
    assert (slope[model.coef == 0] <= l1 + 1e-12).all()
    assert model.penalised.gap < 1e-14
    assert not options.get("positive") or (model.coef >= 0).all()


def test_a_large_penalty_leaves_nothing_and_the_intercept_is_the_mean():
    X, y = rows()
    model = wxb.fit((X, y), l1=1e3)
    assert not model.coef.any()
    assert model.intercept == y.mean()


def test_units_of_the_columns_do_not_matter_when_they_are_standardised():
    X, y = rows()
    one, other = wxb.fit((X, y), l1=0.5), wxb.fit((X * 1024, y), l1=0.5)
    assert (one.coef / 1024).tolist() == other.coef.tolist()


def test_weights_are_rows_repeated():
    X, y = rows()
    often = np.arange(ROWS) % 3 + 1
    one = wxb.fit((X, y, often), l1=0.4, l2=0.1)
    other = wxb.fit((np.repeat(X, often, axis=0), np.repeat(y, often)), l1=0.4, l2=0.1)
    assert one.theta.tolist() == other.theta.tolist()


def test_a_term_without_a_penalty():
    X, y = rows()
    model = wxb.fit((X, y), l1=1e3, penalise={"x2": 0})
    alone = wxb.fit((X[:, 1:2], y))
    assert np.flatnonzero(model.coef).tolist() == [1]
    assert model.coef[1] == alone.coef[0]
    assert model.intercept == alone.intercept


@pytest.mark.parametrize("l1", [0.0, 0.05])
def test_collinear_columns_and_more_columns_than_rows_have_an_answer(l1):
    X, y = rows(2, 6, 9)
    X[:, 8] = X[:, 0]
    model = wxb.fit((X, y), l2=0.1, l1=l1)
    assert model.penalised.gap < 1e-12
    assert model.coef[0] == pytest.approx(model.coef[8], abs=1e-12)


def test_lasso_of_collinear_columns_is_certified_by_its_gap():
    X, y = rows(3)
    found = answer(Seen.of(Moments.of(np.hstack([X, X[:, :2]]), y), True), penalty(7, l1=0.3))
    assert found.gap < 1e-12


@pytest.mark.parametrize("intercept", [True, False])
def test_nearly_collinear_columns_end_at_the_minimum(intercept):
    powers = np.vander(np.linspace(0, 1, 50), 13)[:, :12]
    found = wxb.fit((powers, rows()[1][:50]), l1=1e-6, intercept=intercept).penalised
    assert found.solved
    assert found.gap < 1e-10


def test_a_hair_of_a_penalty_on_more_columns_than_rows_ends_at_the_minimum():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 48)), rng.normal(size=20)
    found = wxb.fit((X, y), l1=1e-8)
    assert found.penalised.solved
    assert found.penalised.gap < 1e-14
    assert np.count_nonzero(found.coef) < 20


@pytest.mark.parametrize("positive", [False, True])
def test_where_the_descent_begins_leaves_no_trace(positive):
    X, y = rows(5)
    X = X - X.mean(axis=0)
    square, cross = X.T @ X / ROWS, X.T @ (y - y.mean()) / ROWS
    l1, l2 = np.outer(np.geomspace(20, 0.02, 30), np.ones(TERMS)), np.full((30, TERMS), 0.01)
    begun = np.random.default_rng(0).normal(size=(30, TERMS))
    one, __ = shrunk(square, cross, l1, l2, positive)
    other, gap = shrunk(square, cross, l1, l2, positive, np.abs(begun) if positive else begun)
    assert gap.max() < 1e-12
    assert other == pytest.approx(one, abs=1e-11)
    assert np.array_equal(one == 0, other == 0)


def test_a_lasso_of_many_columns_solves_systems_of_those_that_stand_in_it(monkeypatch):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(40, 120))
    X -= X.mean(axis=0)
    cross = X.T @ (2 * X[:, 3] - X[:, 70] + rng.normal(size=40) / 8) / 40
    widths, solve = [], np.linalg.solve
    monkeypatch.setattr(np.linalg, "solve", lambda a, b: widths.append(a.shape[-1]) or solve(a, b))
    l1 = np.repeat(2 * np.abs(cross).max() * np.geomspace(0.9, 0.3, 20)[:, None], 120, axis=1)
    found, gaps = shrunk(X.T @ X / 40, cross, l1, np.zeros(l1.shape))
    assert gaps.max() < 1e-13
    assert (found != 0).sum(axis=1).max() < 15
    assert max(widths) < 60


def test_scikit_learn_and_fifty_digits():
    """Ridge(alpha=6.0) and Lasso(alpha=0.25, tol=1e-15) of scikit-learn 1.9, confirmed by mpmath with 50 digits."""
    X, y = rows()
    ridge, lasso = wxb.fit((X, y), l2=0.1, standardise=False), wxb.fit((X, y), l1=0.5, standardise=False)
    assert ridge.coef == pytest.approx(RIDGE, rel=1e-13)
    assert lasso.coef == pytest.approx(LASSO, rel=1e-12)


RIDGE = [0.9526660169606715, -2.000421819222848, 0.00692384873208085, -0.045792863864660256, 0.11896241271332386]
LASSO = [0.933279036596875, -1.9870439078754938, 0.0, -0.020507434643345975, 0.09586248198383465]


# ---- choice


def folds_of(n: int, k: int) -> np.ndarray:
    return Shares(folds=k).of(np.arange(n))


@pytest.mark.parametrize("options", [{"l2": "auto"}, {"l1": "auto"}, {"l1": "auto", "l2": 0.05}])
def test_each_fold_is_judged_by_the_line_of_the_others(options):
    X, y = rows(4)
    among, fold = [0.01, 0.1, 1.0], folds_of(ROWS, 3)
    path = wxb.fit((X, y), folds=3, among=among, **options).path
    wanted = np.empty((3, 3))
    for k in range(3):
        for i, value in enumerate(reversed(among)):
            numbers = {name: value if one == "auto" else one for name, one in options.items()}
            line = wxb.fit((X[fold != k], y[fold != k]), **numbers)
            wanted[k, i] = np.mean((line.predict(X[fold == k]) - y[fold == k]) ** 2)
    assert path.fold_costs == pytest.approx(wanted, rel=1e-12)
    assert path.judged[path.least] == path.judged.min()
    assert path.chosen == path.least


def test_one_standard_error_takes_the_largest_that_is_as_good():
    X, y = rows(5)
    best = wxb.fit((X, y), l1="auto", folds=5)
    simple = wxb.fit((X, y), l1="auto", folds=5, choose="one-se").path
    assert simple.least == best.path.least
    assert simple.chosen < simple.least
    within = simple.judged[simple.least] + simple.spread[simple.least]
    assert simple.judged[simple.chosen] <= within < simple.judged[simple.chosen - 1]


@pytest.mark.parametrize("options", [{}, {"intercept": False}, {"penalise": {"x1": 0}}, {"standardise": False}])
def test_leaving_one_out_is_leaving_each_row_out(options):
    X, y = rows(6, 12, 3)
    plain = {"standardise": False, **options}
    path = wxb.fit((X, y), l2="auto", among=[0.05, 0.5], **plain).path
    assert path.judged_by == "leave-one-out"
    for value, judged in zip(path.values, path.judged):
        # the penalty is of the mean over n rows, and a line of n − 1 rows has the mean over these
        lines = [wxb.fit((np.delete(X, i, 0), np.delete(y, i)), l2=value * 12 / 11, **plain) for i in range(12)]
        errors = [y[i] - line.predict(X[i : i + 1])[0] for i, line in enumerate(lines)]
        assert judged == pytest.approx(np.mean(np.square(errors)), rel=1e-12)


def test_rows_far_from_0_are_left_out_as_exactly():
    X, y = rows(6, 12, 3)
    near, far = (wxb.fit((X + level, y), l2="auto", among=[0.05, 0.5]).path.judged for level in (1 / 3, 2.0**40))
    alone = wxb.fit(((X + 2.0**40) - 2.0**40, y), l2="auto", among=[0.05, 0.5]).path.judged
    assert near == pytest.approx(alone, rel=1e-14)
    assert far == pytest.approx(alone, rel=1e-14)


def test_the_summary_says_what_leaving_one_out_costs():
    model = wxb.fit(rows(), l2="auto")
    least = float(model.path.judged.min())
    assert f"best by all others, at a cost of {least:.4g} ·" in " ".join(model.summary().split())


def test_weighted_rows_left_out():
    X, y = rows(6, 12, 3)
    often = np.arange(12) % 2 + 1
    table = {f"x{i}": X[:, i] for i in range(3)} | {"y": y, "often": often}
    repeated = {name: np.repeat(column, often) for name, column in table.items() if name != "often"}
    options = {"l2": "auto", "among": [0.1, 1.0]}
    one, other = wxb.fit(table, "y", frequency="often", **options), wxb.fit(repeated, "y", **options)
    assert one.path.judged == pytest.approx(other.path.judged, rel=1e-13)


def test_sums_alone_choose_by_generalised_cross_validation():
    X, y = rows()
    path = wxb.fit(Moments.of(X, y), l2="auto").path
    freedom = path.freedom / ROWS
    assert path.judged_by == "gcv"
    assert path.judged == pytest.approx(path.cost / (1 - freedom) ** 2)
    assert wxb.fit((X, y), l2="auto", choose="gcv").path.judged.tolist() == path.judged.tolist()


@pytest.mark.parametrize("options", [{"l1": "auto"}, {"l2": "auto", "l1": 0.1}, {"l2": "auto", "positive": True}])
def test_where_leaving_a_row_out_has_no_formula_the_sums_choose(options):
    X, y = rows()
    one = wxb.fit((X, y), **options)
    assert one.path.judged_by == "gcv"
    assert one.path.judged == pytest.approx(one.path.cost / (1 - one.path.freedom / ROWS) ** 2)
    assert one.theta.tolist() == wxb.fit((X, y), choose="gcv", **options).theta.tolist()
    assert one.theta.tolist() == wxb.fit(Moments.of(X, y), **options).theta.tolist()
    assert "generalised cross-validation" in one.summary()


def test_a_line_through_every_row_is_not_chosen_by_the_sums():
    X, y = rows(2, 6, 9)
    model = wxb.fit((X, y), l1="auto")
    judged = model.path.judged
    assert np.isinf(judged[model.path.freedom >= 6]).all()
    assert np.isfinite(judged[model.path.chosen])


@pytest.mark.parametrize("options", [{"l2": 0.1}, {"l1": 0.5}])
def test_folds_under_a_penalty_have_their_mean_absolute_error(options):
    X, y = rows()
    fold, found = folds_of(ROWS, 3), wxb.fit((X, y), folds=3, **options).cross_validation.overall
    errors = [y[fold == k] - wxb.fit((X[fold != k], y[fold != k]), **options).predict(X[fold == k]) for k in range(3)]
    assert found.mae == pytest.approx(np.abs(np.concatenate(errors)).mean(), rel=1e-12)


def test_the_path_as_a_table():
    table = wxb.fit(rows(), l1="auto", folds=3).path.to_arrow()
    assert table.num_rows == 100
    assert sum(table["chosen"].to_pylist()) == 1
    assert len(table["coef"][0]) == TERMS
    assert len(table["fold_costs"][0]) == 3


# ---- what a model is asked


@pytest.mark.parametrize(
    "options", [{"l2": 0.1}, {"l1": "auto", "folds": 3, "penalise": {"x1": 0.5}}, {"l2": "auto", "among": [1, 0.1]}]
)
def test_a_model_file_keeps_the_penalty_and_its_path(options, tmp_path):
    model = wxb.fit(rows(), **options)
    model.save(tmp_path / "m.json")
    again = wxb.load(tmp_path / "m.json")
    assert again == model
    assert again.summary() == model.summary()
    assert again.question.method == model.question.method
    assert (again.path is None) == (model.path is None)
    if model.path is not None:
        assert again.path.to_arrow().equals(model.path.to_arrow())
    assert again.fold_costs.tolist() == model.fold_costs.tolist()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "m.json"
    wxb.fit(rows(), l2="auto", l1=0.1, folds=3).save(path)
    return path.read_text("utf-8")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("recipe", "l1"), 0.5),
        (("recipe", "l2"), 0.5),
        (("penalty", "l2"), 0.5),
        (("penalty", "l1"), 0.5),
        (("penalty", "path", "chosen"), 0),
        (("penalty", "path", "varied"), "l1"),
        (("penalty", "path", "values", 0), 1e-9),
        (("penalty", "path", "values", -1), -1.0),
        (("coef", 0), 0.75),
        (("intercept",), 3.5),
    ],
)
def test_a_model_file_that_contradicts_itself_is_refused(place, value, saved, tmp_path):
    path = tmp_path / "m.json"
    content = part = json.loads(saved)
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(wxb.ModelFileError):
        wxb.load(path)


def test_update_merge_and_forget_keep_the_penalty():
    X, y = rows()
    whole, half = wxb.fit((X, y), l2=0.1), wxb.fit((X[:40], y[:40]), l2=0.1)
    other = wxb.fit((X[40:], y[40:]), l2=0.1)
    assert wxb.update(half, (X[40:], y[40:])) == whole
    assert wxb.merge(half, other) == whole
    assert wxb.forget(whole, (X[40:], y[40:])) == half


REFUSED = {
    "predict with an interval": lambda m: m.predict(np.ones((1, TERMS)), interval=0.9),
    "the error of a coefficient": lambda m: m["x1"].se,
    "a test": lambda m: m.test("x1 = 0"),
    "anova": lambda m: m.anova(),
    "vif": lambda m: m.vif(),
    "other errors": lambda m: m.with_se("HC1", rows()),
    "diagnose": lambda m: m.diagnose(rows()),
    "rates": wxb.rates,
    "a bowl": lambda m: m.plot("bowl"),
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_is_not_known_under_a_penalty_is_refused(asked):
    with pytest.raises(WxbError, match="penalty"):
        REFUSED[asked](wxb.fit(rows(), l2=0.1))


@pytest.mark.parametrize(
    "asked", ["summary", "glance", "coefficients", "equation", "to_sql", "to_python", "_repr_mimebundle_"]
)
def test_what_is_known_is_told(asked):
    assert getattr(wxb.fit(rows(), l1=0.5), asked)()


def test_a_line_under_a_penalty_is_written_without_what_is_0():
    model = wxb.fit(rows(), l1=8.0)
    gone = [term for term, w in zip(model.terms, model.coef) if w == 0]
    assert gone
    line = model.equation().replace("·", "").split()
    assert not {*gone} & {*line}
    assert {*model.terms} - {*gone} <= {*line}
    assert wxb.fit(rows(), l1=1e6).equation().count(" ") == 2


@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html"])
def test_a_penalty_stands_beside_least_squares_in_a_table(format):
    plain, under = wxb.fit(rows()), wxb.fit(rows(), l1=8.0)
    for models, names in (((plain, under), ["ols", "lasso"]), ((under,), ["lasso"])):
        text = str(wxb.table(*models, names=names, format=format))
        assert "A minimum under a penalty, of which errors are not known: lasso." in text.replace("\\", "")


def test_an_answer_is_shown_in_a_line():
    assert repr(wxb.fit(rows(), l2=0.5).penalised).startswith("Answer(l2 0.5: freedom 4.197 of 6, gap ")
    assert repr(wxb.fit(rows(), positive=True).penalised).startswith("Answer(no coefficient below 0: ")


def test_only_a_penalty_that_chose_is_said_to_have_chosen():
    said = "chose by these rows"
    assert said not in " ".join(wxb.fit(rows(), l2=0.5).summary().split())
    assert said in " ".join(wxb.fit(rows(), l2="auto").summary().split())
    assert said in " ".join(wxb.fit(rows(), l1=8.0).summary().split())


def test_a_least_penalty_that_is_the_best_says_which_to_try():
    with pytest.warns(wxb.WxbWarning, match=r"a smaller one may be better, as among `among=\[10"):
        wxb.fit(rows(), l2="auto", among=[10, 100], folds=3)


# ---- bad input


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"l2": -1}, "l2"),
        ({"l1": float("nan")}, "l1"),
        ({"l2": float("inf")}, "l2"),
        ({"l2": "much"}, "l2"),
        ({"l1": "auto", "l2": "auto"}, "cannot both"),
        ({"l1": "auto", "choose": "one-se"}, "folds"),
        ({"l2": 0.1, "choose": "gcv"}, "`l2=0.1` is given"),
        ({"l2": "auto", "choose": "one-se"}, "folds"),
        ({"l2": "auto", "among": []}, "among"),
        ({"l2": "auto", "among": [-1]}, "among"),
        ({"l2": 1, "penalise": {"zz": 1}}, "no term"),
        ({"l2": 1, "penalise": {"x1": -1}}, "a finite number ≥ 0, not -"),
        ({"l2": 1, "penalise": ["x1"]}, "a dict of factors by term"),
        ({"l2": 1, "se": "HC1"}, "penalty"),
        ({"l2": 1, "lr": 0.1}, "penalty"),
        ({"l2": 1, "precision": "fast"}, "penalty"),
        ({"standardise": False}, "none is asked for"),
        ({"l2": "auto", "folds": 100}, "more folds than rows"),
        ({"l2": 1, "penalise": ["x1"]}, "penalise must be a dict of factors by term"),
        ({"l2": 1, "penalise": [("x1", 0), ("x1", 1)]}, "penalise must be a dict of factors by term"),
        ({"l2": 1, "penalise": {"x1": np.nan}}, "the factor of `x1` must be a finite number ≥ 0, not nan"),
    ],
)
def test_options_that_cannot_be(options, said):
    with pytest.raises(WxbError, match=said):
        wxb.fit(rows(), **options)


@pytest.mark.filterwarnings("ignore")
def test_constant_columns_targets_one_row_one_feature():
    X, y = rows()
    X[:, 2] = 7.0
    still = wxb.fit((X, y), l2="auto")
    assert still.coef[2] == 0
    assert still.dropped == ("x3",)
    assert not wxb.fit((X, np.full(ROWS, 2.0)), l1="auto", folds=3).coef.any()
    one = wxb.fit((X[:1], y[:1]), l2=1.0)
    assert not one.coef.any()
    assert one.intercept == y[0]
    assert wxb.fit((X[:, :1], y), l1=0.1).penalised.gap < 1e-15


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "options", [{"l1": "auto"}, {"l1": "auto", "standardise": False}, {"positive": True, "l2": "auto"}]
)
def test_columns_that_do_not_vary_among_the_rows_of_a_fold(options):
    later, y = np.repeat([0.0, 1.0], 10), np.arange(20.0) ** 2
    path = wxb.fit((later, y), folds="time:3", among=[0.0, 1.0], **options).path
    mean = y[:5].mean()
    assert path.fold_costs[0] == pytest.approx(np.mean((y[5:10] - mean) ** 2), rel=1e-14)


@pytest.mark.parametrize(("column", "target", "name"), [(1e-165, 1.0, "x2"), (1.0, 1e-165, "y"), (2e-152, 1.0, "x2")])
def test_what_varies_by_too_little_for_float64_is_not_called_constant(column, target, name):
    X, y = rows()
    X[:, 1] *= column
    for options in ({"l2": 1.0}, {"l1": "auto", "folds": 3}, {"positive": True}):
        with pytest.raises(wxb.NumericalError, match=f"`{name}` is too small for a penalty"):
            wxb.fit((X, y * target), **options)


# ---- pictures


@pytest.mark.parametrize("kind", ["path", "folds"])
@pytest.mark.parametrize("options", [{"l1": "auto", "folds": 3, "choose": "one-se"}, {"l2": "auto"}])
def test_pictures_of_a_chosen_penalty(kind, options):
    model = wxb.fit(rows(), **options)
    picture = model.plot(kind)
    table = picture.scene.table
    assert table[model.path.varied] == model.path.values.tolist()
    chosen = next(mark for mark in picture.scene.panels[0].marks if mark.name == "chosen")
    assert chosen.points[0, 0] == pytest.approx(-np.log10(model.path.values[model.path.chosen]))
    assert picture.to_svg() if hasattr(picture, "to_svg") else str(picture)


def test_a_term_that_is_asked_for_has_its_name_in_the_picture():
    X, y = rows(0, 60, 20)
    model = wxb.fit((X, y), l2="auto", folds=3)
    named = {kind: [mark.name for mark in model.plot("path", **given).scene.panels[0].marks if mark.name]
             for kind, given in (("largest", {}), ("asked", {"term": "x17"}))}  # fmt: skip
    assert "x17" not in named["largest"]
    assert len(named["asked"]) == len(named["largest"])
    assert named["asked"][0] == "x17"
    with pytest.raises(
        wxb.UsageError, match="`term=` names `x170`, which is no term of the line\n  did you mean `x17`"
    ):
        model.plot("path", term="x170")


def test_every_fold_stands_in_the_picture_where_it_is_best_and_where_the_choice_fell():
    X, y = rows()
    model = wxb.fit((X, y + np.where(np.arange(ROWS) == 7, 30.0, 0.0)), l1="auto", folds=6, choose="one-se")
    path, axis = model.path, folds_scene(model, None, Options()).panels[0].y
    for costs in (path.fold_costs.min(axis=1), path.fold_costs[:, path.chosen]):
        assert axis.low <= costs.min()
        assert costs.max() <= axis.high


def test_pictures_of_a_penalty_that_was_given_are_refused():
    with pytest.raises(WxbError, match="none was"):
        wxb.fit(rows(), l2=0.1).plot("folds")
