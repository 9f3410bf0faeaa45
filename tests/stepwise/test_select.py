"""Which terms are selected: by R, by plain least squares of every line, by exact sums of every subset; what it goes with."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.moments import Moments
from wxb.report.record import model_record
from wxb.solve import exact_mean_square, solve
from wxb.stepwise.choose import Candidate, select

CARS = Path(__file__).resolve().parents[1] / "reference" / "peers" / "mtcars.csv"
TERMS = ["cyl", "disp", "hp", "drat", "wt", "qsec", "vs", "am", "gear", "carb"]
CRITERIA: Any = ("aic", "bic", "adjusted-r2")
RANDOM = np.random.default_rng(3)
N = 240
G, H = RANDOM.choice(list("abcd"), N), RANDOM.choice(["u", "v", "w"], N)
XS = RANDOM.normal(size=(N, 3))
TABLE: dict[str, Any] = {
    "g": G, "h": H, "x": XS[:, 0], "z": XS[:, 1], "u": XS[:, 0] + XS[:, 1], "paid": RANDOM.choice([True, False], N),
    "w": RANDOM.uniform(0.5, 2, N), "f": RANDOM.integers(0, 3, N),
    "y": 1 + 2 * XS[:, 0] + 1.5 * (G == "b") + 0.8 * XS[:, 0] * XS[:, 1] + RANDOM.normal(size=N),
}  # fmt: skip


def value(rss: float, n: int, k: int, criterion: str) -> float:
    """What is made the least, as far as it differs between lines."""
    if criterion == "adjusted-r2":
        return rss / (n - k)
    return n * math.log(rss / n) + k * (2 if criterion == "aic" else math.log(n))


def walk(
    rss: Any, p: int, n: int, criterion: str, direction: str, always: frozenset[int] = frozenset()
) -> list[frozenset[int]]:
    """The lines on the way, each as its columns, by trying all that are one column away."""
    line, found = always if direction == "forward" else frozenset(range(p)), []
    while True:
        found.append(line)
        near = [line - {j} for j in line - always if direction != "forward"]
        near += [line | {j} for j in range(p) if j not in line and direction != "backward"]
        best = min(near, key=lambda some: value(rss(some), n, len(some) + 1, criterion))
        now = value(rss(line), n, len(line) + 1, criterion)
        if not value(rss(best), n, len(best) + 1, criterion) < now:
            return found
        line = best


def singly(p: int) -> list[Candidate]:
    return [Candidate(text=f"x{j + 1}", columns=(j,)) for j in range(p)]


def test_the_steps_are_those_of_r() -> None:
    """step(lm(mpg ~ ., mtcars)); its AIC is without n (1 + log 2π)."""
    model = wxb.fit(CARS, "mpg", features=TERMS, select="aic")
    steps = model.steps
    assert [(one.sign, one.term) for one in steps.lines[1:]] == [
        ("−", name) for name in ("cyl", "vs", "carb", "gear", "drat", "disp", "hp")
    ]
    r = [one.value - 32 * (1 + math.log(2 * math.pi)) for one in steps.lines]
    assert (round(r[0], 2), round(r[-1], 2)) == (70.90, 61.31)
    assert model.terms == steps.chosen == ("wt", "qsec", "am")
    assert model == wxb.fit(CARS, "mpg", features=["wt", "qsec", "am"])
    assert steps.lines[-1].value == pytest.approx(model.inference.aic, rel=1e-14)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_step_is_the_best_of_all_lines_one_term_away(criterion: Any) -> None:
    random, n, p = np.random.default_rng(5), 40, 7
    for direction in ("both", "backward", "forward"):
        X = random.normal(size=(n, p)) @ random.normal(size=(p, p)) + [1e3, 0, 0, 0, 0, 0, 5]
        y = X[:, :3] @ [1, -1, 0.5] + 2 * random.normal(size=n)
        moments = Moments.of(X, y)

        def rss(some: Any, X: Any = X, y: Any = y) -> float:
            made = np.column_stack([np.ones(n), X[:, sorted(some)]])
            return float(np.square(y - made @ np.linalg.lstsq(made, y, rcond=None)[0]).sum())

        for always in (frozenset(), frozenset({3, 6})):
            wanted = walk(rss, p, n, criterion, direction, always)
            steps, terms = select(moments, singly(p), criterion, direction, always)  # pyright: ignore[reportArgumentType]
            assert [one.coefficients - 1 for one in steps.lines] == list(map(len, wanted))
            assert terms == tuple(f"x{j + 1}" for j in sorted(wanted[-1]))
            np.testing.assert_allclose([one.rss for one in steps.lines], list(map(rss, wanted)), rtol=1e-9)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_of_columns_that_tell_nothing_of_each_other_the_best_of_all_subsets_is_found(criterion: Any) -> None:
    random = np.random.default_rng(6)
    X, __ = np.linalg.qr(np.column_stack([np.ones(64), random.normal(size=(64, 6))]))
    y = X[:, 1:] @ [3.0, 1.2, 0.9, 0, 0.1, 2] + 0.5 * random.normal(size=64)
    moments = Moments.of(X[:, 1:], y)
    every = [some for size in range(7) for some in itertools.combinations(range(6), size)]
    lines = {some: solve(moments.select([f"x{j + 1}" for j in some])) for some in every}
    best = min(every, key=lambda some: value(float(lines[some].rss), 64, len(some) + 1, criterion))
    for direction in ("both", "backward", "forward"):
        steps, terms = select(moments, singly(6), criterion, direction)  # pyright: ignore[reportArgumentType]
        assert terms == tuple(f"x{j + 1}" for j in best)
        assert steps.lines[-1].rss == pytest.approx(float(lines[best].rss), rel=1e-15)


def test_terms_that_are_always_there(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"formula": "y ~ C(g)*u + h + z + x", "select": "bic", "always": "h + u:x"}
    with pytest.raises(wxb.UsageError, match="`always=` names `u:x`, which is no term to select from") as caught:
        wxb.fit(TABLE, **asked)
    assert caught.value.do
    for direction in ("both", "forward"):
        model = wxb.fit(TABLE, **{**asked, "always": "C(h) + u:g", "direction": direction})
        assert set(model.steps.always) == {"C(g)", "u", "C(g):u", "h"} <= set(model.steps.chosen)
        assert set(model.steps.always) <= set(model.steps.start)
        model.save(tmp_path / "m.json")
        back = wxb.load(tmp_path / "m.json")
        assert (back.steps.always, back.summary()) == (model.steps.always, model.summary())
        assert "in every line: `C(g)`, `u`, `h`, `C(g):u`" in " ".join(model.summary().split())
        assert ", of 2 candidates:" in model.steps.remark
    spaced = {"my age": TABLE["u"], "x": TABLE["x"], "y": TABLE["y"]}
    assert "my age" in wxb.fit(spaced, "y", select="bic", always="`my age`", folds=3).terms
    with pytest.raises(wxb.ExpressionError, match="expected a name"):
        wxb.fit(TABLE, "y", select="bic", always="x +")
    with pytest.raises(wxb.NumericalError, match=r"5 rows are too few to begin with the terms of `always=`"):
        wxb.fit((np.eye(5), np.arange(5.0)), select="bic", direction="forward", always="x1 + x2 + x3 + x4")


def test_nearly_collinear_columns_are_told_apart_by_exact_sums() -> None:
    """x⁶ and its like of the years 1947 to 1986: float64 has no digit of what is left of them."""
    years = np.arange(1947.0, 1987.0)
    X = np.column_stack([years**power for power in range(1, 6)])
    y = np.sin(years / 7) + 0.01 * years + 0.1 * np.random.default_rng(2).normal(size=40)
    moments = Moments.of(X, y)

    def rss(some: Any) -> float:
        return float(solve(moments.select([f"x{j + 1}" for j in sorted(some)])).rss)

    for direction in ("both", "forward"):
        wanted = walk(rss, 5, 40, "aic", direction)
        steps, terms = select(moments, singly(5), "aic", direction)  # pyright: ignore[reportArgumentType]
        np.testing.assert_allclose([one.rss for one in steps.lines], list(map(rss, wanted)), rtol=1e-14)
        assert terms == tuple(f"x{j + 1}" for j in sorted(wanted[-1]))


@pytest.mark.parametrize("direction", ["both", "backward", "forward"])
def test_of_collinear_columns_one_set_goes_in_and_the_earlier_of_equals_stays(direction: str) -> None:
    table = TABLE | {"again": TABLE["x"], "one": np.ones(N), "minutes": 60 * TABLE["x"]}
    model = wxb.fit(table, "y", features=["one", "x", "again", "z", "u", "minutes"], select="aic", direction=direction)
    assert model.terms == ("x",)
    assert model == wxb.fit(table, "y", features=["x"])
    whole = wxb.fit(
        TABLE | {"y": TABLE["y"] - 3 * TABLE["z"]}, "y", features=["x", "z", "u"], select="aic", direction=direction
    )
    assert len(whole.terms) == 2
    assert not whole.dropped


@pytest.mark.parametrize(
    "formula",
    [
        "y ~ g*x + x*z + h + paid", "log(y * y + 1) ~ poly(x, 2)*g + bs(z, df=5) + h:g", "y ~ x + z + g + offset(w)",
        "y ~ C(f) + I(x^2) + x + h", "y ~ z + w", "y ~ h:x + z:x:g",
    ],
)  # fmt: skip
@pytest.mark.parametrize("direction", ["both", "forward"])
def test_terms_of_a_formula_go_as_wholes_and_what_is_left_is_a_line_like_any_other(
    formula: str, direction: str
) -> None:
    model = wxb.fit(TABLE, formula=formula, select="bic", direction=direction)
    again = wxb.fit(TABLE, formula=model.design.formula)
    assert model == again
    assert (model.terms, model.ranges, model.design) == (again.terms, again.ranges, again.design)
    assert model.gathered.train == again.gathered.train
    assert model.inference.se.tobytes() == again.inference.se.tobytes()
    pieces = {piece.text for piece in model.design.pieces}
    assert pieces == set(model.steps.chosen)
    for text in pieces:  # what it is made of is there, where it was to be had
        assert all(part in pieces for part in text.split(":") if part in model.steps.candidates)
    point = {name: values[:5] for name, values in TABLE.items() if name != "y"}
    np.testing.assert_array_equal(model.predict(point), again.predict(point))


def test_categories_of_a_table_go_as_wholes() -> None:
    model = wxb.fit(TABLE, "y", features=["g", "h", "x", "paid", "z"], select="bic")
    assert model.steps.chosen == ("g", "x")
    assert model.terms == ("g[b]", "g[c]", "g[d]", "x")
    again = wxb.fit(TABLE, "y", features=["g", "x"])
    assert (model, model.design) == (again, again.design)
    assert wxb.fit(TABLE, "y", features=["h"], select="bic").terms == ()


def test_the_file_the_record_and_the_summary_say_that_rows_chose_the_terms(tmp_path: Path) -> None:
    for model in (
        wxb.fit(TABLE, "y", features=["x", "z", "paid"], select="bic", test=0.2, folds=4),
        wxb.fit(TABLE, formula="y ~ x*z + g + h", select="aic", direction="forward", weights="w"),
        wxb.fit(TABLE, "y", features=["z", "h"], select="bic"),
    ):
        model.save(tmp_path / "m.json")
        back = wxb.load(tmp_path / "m.json")
        assert back == model
        assert (back.steps.lines, back.steps.candidates) == (model.steps.lines, model.steps.candidates)
        assert back.warnings == model.warnings
        assert "these rows chose the terms" in back.warnings[-1]
        assert model_record(back)["steps"] == model_record(model)["steps"]
        folds, kept = model.cross_validation, back.cross_validation
        assert (folds and (folds.overall, folds.spread)) == (kept and (kept.overall, kept.spread))
        assert back.fold_costs.tolist() == model.fold_costs.tolist()
        text = " ".join(back.summary().split())
        assert "these rows chose the terms" in text
        assert f"{len(model.steps.chosen)} of {len(model.steps.candidates)}" in text
        assert model.steps.to_arrow().num_rows == len(model.steps) + 1


def test_tables_and_tests_of_a_selected_line_say_so_too() -> None:
    model, whole = (wxb.fit(CARS, "mpg", features=TERMS[:6], select=select) for select in ("bic", None))
    assert model.steps.remark in model.test("wt").notes
    assert model.steps.remark in model.anova().notes
    assert model.steps.remark in wxb.compare(model, whole).notes
    assert "These rows chose the terms, so p values and errors are too good: (1)." in str(wxb.table(model, whole))


CHANGED: dict[str, Any] = {
    "criterion": "aic", "direction": "forward", "always": ["x"], "candidates": ["x"], "start": [], "chosen": ["q"], "lines": [],
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_file_that_was_changed_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    wxb.fit(TABLE, "y", features=["x", "z"], select="bic").save(path)
    content = json.loads(path.read_text("utf-8"))
    content["steps"][name] = CHANGED[name]
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(wxb.ModelFileError, match=r"\$\.steps\."):
        wxb.load(path)


def test_folds_select_anew_without_their_rows() -> None:
    """So what choosing costs is counted; a file keeps it, and rows cannot be added to such folds."""
    model = wxb.fit(TABLE, "y", features=["x", "z", "paid", "w"], select="aic", folds=4)
    whole = wxb.fit(TABLE, "y", features=["x", "z", "paid", "w"], folds=4)
    for k, fold in enumerate(whole.fold_moments):
        __, terms = select(whole.moments - fold, [Candidate(text=t, columns=(j,)) for j, t in enumerate(whole.terms)],
                              "aic", "both")  # fmt: skip
        line = solve((whole.moments - fold).select(terms))
        asked = fold.select(terms)
        assert model.fold_costs[k] == float(exact_mean_square(asked, line.exact, True))
    with pytest.raises(wxb.UsageError, match="folds"):
        wxb.update(model, TABLE)


def test_rows_that_stand_for_many_weigh_and_are_held_out() -> None:
    features = ["x", "z", "g", "paid"]
    often = wxb.fit(TABLE, "y", features=features, frequency="f", select="bic")
    many = {name: np.repeat(values, TABLE["f"]) for name, values in TABLE.items()}
    assert often == wxb.fit(many, "y", features=features, select="bic")
    heavy = wxb.fit(TABLE, "y", features=features, weights="w", select="aic")
    assert heavy.steps.lines[-1].value == pytest.approx(heavy.inference.aic, rel=1e-13)
    held = wxb.fit(TABLE, "y", features=features, test=0.3, select="adjusted-r2")
    assert held.test_quality.rows == held.test_moments.rows > 0
    assert held.steps.lines[-1].value == pytest.approx(held.inference.adjusted_r2, rel=1e-13)


def test_rows_come_and_go_and_the_terms_stay() -> None:
    first, later = (
        {name: values[part] for name, values in TABLE.items()} for part in (slice(0, 200), slice(200, None))
    )
    model = wxb.fit(first, formula="y ~ g + h + x*z", select="bic")
    more = wxb.update(model, later)
    assert more == wxb.fit(TABLE, formula=model.design.formula)
    assert more.steps is model.steps
    assert more.warnings.count(model.steps.remark) == 1
    assert wxb.forget(more, later) == model
    plain = wxb.fit(later, formula=model.design.formula)
    assert model.steps.remark in wxb.merge(plain, model).warnings
    robust = model.with_se("HC3", first)
    assert (
        robust.inference.se.tobytes() == wxb.fit(first, formula=model.design.formula, se="HC3").inference.se.tobytes()
    )


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "by": ({"by": "g", "features": ["x"]}, "for one model"),
    "se": ({"se": "HC3"}, "rows of all terms"),
    "fast": ({"precision": "fast"}, "does not go with a selection"),
    "rank": ({"rank": "error"}, "does not go with a selection"),
    "intercept": ({"intercept": False}, "does not go with a selection"),
    "absorb": ({"absorb": "g", "features": ["x"]}, "absorbed"),
    "penalty": ({"l2": 0.1}, "another way to the coefficients"),
    "descent": ({"lr": 0.1}, "does not go with a selection"),
    "stages": ({"endogenous": "x", "instruments": "u"}, "another way to the coefficients"),
    "word": ({"select": "p"}, "select must be one of"),
    "no criterion for always": ({"select": None, "always": "x"}, "`always=` says how terms are selected, and no criterion"),
    "more than terms": ({"always": "x | g"}, "holds terms alone"),
    "no criterion": ({"select": None, "direction": "forward"}, "no criterion is given"),
    "formula without b": ({"formula": "y ~ 0 + x", "target": None, "features": None}, "an intercept"),
    "shared": ({"formula": "y ~ g:h + g:k", "target": None, "features": None}, "shares effects"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_it_does_not_go_with_is_said(what: str) -> None:
    options, said = REFUSED[what]
    asked = {"target": "y", "features": ["x", "z"], "select": "bic"} | options
    with pytest.raises(wxb.UsageError, match=said) as caught:
        wxb.fit(TABLE | {"k": H[::-1]}, **{name: value for name, value in asked.items() if value is not None})
    assert caught.value.do or what == "word"


def test_lines_that_cannot_be_compared_are_refused() -> None:
    random = np.random.default_rng(1)
    X, y = random.normal(size=(10, 12)), random.normal(size=10)
    with pytest.raises(wxb.NumericalError, match="too few to begin with all terms") as caught:
        wxb.fit((X, y), select="bic")
    assert "forward" in caught.value.do
    assert wxb.fit((X, y), select="bic", direction="forward").inference.freedom >= 1
    with pytest.raises(wxb.NumericalError, match="passes through every row"):
        wxb.fit((X[:, :2], X[:, 0] + X[:, 1] * 0), select="aic")
    with pytest.raises(wxb.NumericalError, match="does not vary"):
        wxb.fit((X[:, :2], np.ones(10)), select="aic")
    with pytest.raises(wxb.UsageError, match="200 columns at most"):
        wxb.fit((np.zeros((300, 201)), np.arange(300.0)), select="aic", direction="forward")
