"""Two-stage least squares as a fit: columns named, rows read once, errors of rows by the projected terms, and what it has not."""

from __future__ import annotations

from fractions import Fraction
from math import isnan

import numpy as np
import pytest

import wxb
from support.rational import digits
from support.two_stage import SETS, table
from wxb.errors import UsageError, WxbError, WxbWarning
from wxb.report.record import model_record

pytestmark = pytest.mark.filterwarnings("ignore:the instruments are weak")


def fitted(one: dict, **options) -> wxb.Model:
    return wxb.fit(table(one), "y", endogenous=one["endogenous"], instruments=one["instruments"], **options)


@pytest.mark.parametrize("one", SETS, ids=lambda one: str(one["seed"]))
def test_errors_of_rows_are_made_of_the_projected_terms(one):
    model = fitted(one, se="HC0")
    for coef, error, found, se in zip(one["coef"], one["hc0"], model.theta, model.inference.se):
        assert digits(found, Fraction(coef)) >= 15
        assert digits(se, Fraction(error)) >= 12
    assert model.inference.errors.read == "the rows once more"


def test_the_line_is_of_its_terms_alone():
    one = SETS[1]
    model, columns = fitted(one), table(one)
    assert model.terms == (*one["exogenous"], *one["endogenous"])
    assert model.ranges == tuple((columns[name].min(), columns[name].max()) for name in model.terms)
    new = {name: columns[name][:3] for name in model.terms}
    by_hand = model.intercept + sum(w * new[name] for name, w in zip(model.terms, model.coef))
    np.testing.assert_allclose(model.predict(new), by_hand, rtol=1e-14)
    told = model.predict(new, interval=0.9)
    assert (told.low < told.value).all()
    np.testing.assert_allclose(model.residuals(columns), columns["y"] - model.predict(columns), rtol=1e-9)
    wanted = [*one["exogenous"], *one["endogenous"]]
    named = wxb.fit(columns, "y", features=wanted, endogenous=one["endogenous"], instruments=one["instruments"])
    assert named == model


def test_what_is_told_of_the_fit():
    model = fitted(SETS[1])
    inference = model.inference
    assert model.stages.instruments == tuple(SETS[1]["instruments"])
    assert isnan(inference.aic)
    terms = ", ".join(f"{name} = 0" for name in model.terms)
    assert inference.f == pytest.approx(model.test(terms).f, rel=1e-13)
    assert inference.r2 == pytest.approx(1 - inference.rss / float(model.solution.tss), rel=1e-15)
    assert model.test(f"{model.terms[-1]} = 1")[0].se == inference.se[-1]
    columns = table(SETS[1])
    weak = {"x": columns["x1"], "z": np.arange(len(columns["y"])) % 2.0, "y": columns["y"]}
    with pytest.warns(WxbWarning, match="weak"):
        model = wxb.fit(weak, "y", endogenous="x", instruments="z")
    assert any("weak" in text for text in model.warnings)


@pytest.mark.parametrize("se", ["HC1", "HC3", "HAC:2"])
def test_other_errors_afterwards(se):
    one = SETS[4]
    there = fitted(one, se=se).inference.se
    assert fitted(one).with_se(se, table(one)).inference.se.tolist() == there.tolist()
    assert not np.array_equal(there, fitted(one).inference.se)


def test_weights_and_counts():
    one = SETS[3]
    columns = table(one)
    counts = np.arange(len(columns["y"])) % 3 + 1.0
    often = {name: np.repeat(values, counts.astype(int)) for name, values in columns.items()}
    options = {"endogenous": one["endogenous"], "instruments": one["instruments"], "se": "HC1"}
    counted = wxb.fit({**columns, "m": counts}, "y", frequency="m", **options)
    repeated = wxb.fit(often, "y", **options)
    assert counted.theta.tolist() == repeated.theta.tolist()
    np.testing.assert_allclose(counted.inference.se, repeated.inference.se, rtol=1e-13)


def test_of_moments_and_of_rows_held_out():
    one = SETS[2]
    columns = table(one)
    names = [name for name in columns if name != "y"]
    moments = wxb.Moments.of(np.column_stack([columns[name] for name in names]), columns["y"], terms=names)
    asked = {"endogenous": one["endogenous"], "instruments": one["instruments"]}
    assert wxb.fit(moments, **asked).theta.tolist() == fitted(one).theta.tolist()
    held = fitted(one, test=0.3)
    assert held.test_quality.rows == held.test_moments.rows > 0
    assert held.test_quality.cost > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"endogenous": "x1"}, "`instruments=`"),
        ({"instruments": "z1"}, "`endogenous=`"),
        ({"endogenous": "x1", "instruments": "x1"}, "`x1` is endogenous and an instrument"),
        ({"endogenous": "x1", "instruments": []}, "instruments must be"),
        ({"endogenous": 3, "instruments": "z1"}, "endogenous must be"),
        ({"endogenous": ["x1", "x1"], "instruments": ["z1", "z2"]}, "endogenous must be"),
        ({"endogenous": "y", "instruments": "z1"}, "`y`"),
        ({"endogenous": "q", "instruments": "z1"}, "`q`"),
        ({"endogenous": "x1", "instruments": "z1", "lr": 0.1}, "two stages are solved for"),
        ({"endogenous": "x1", "instruments": "z1", "folds": 3}, "two stages are none"),
        ({"endogenous": "x1", "instruments": "z1", "precision": "fast"}, "exact sums"),
        ({"endogenous": "x1", "instruments": "z1", "by": "a1"}, "`endogenous"),
        ({"endogenous": "x1", "instruments": "z1", "on_epoch": print}, "`on_epoch="),
    ],
)
def test_what_is_refused(options, said):
    with pytest.raises(WxbError) as caught:
        wxb.fit(table(SETS[1]), "y", **options)
    assert said in caught.value.what
    assert caught.value.do


@pytest.mark.parametrize(
    "call",
    [
        lambda model, columns, path: wxb.rates(model),
        lambda model, columns, path: wxb.compare(model, model),
        lambda model, columns, path: model.anova(),
        lambda model, columns, path: model.vif(),
        lambda model, columns, path: model.diagnose(columns),
    ],
)
def test_what_two_stages_do_not_have(call, tmp_path):
    with pytest.raises(UsageError, match="two stages"):
        call(fitted(SETS[1]), table(SETS[1]), tmp_path)


@pytest.fixture(scope="module")
def firms() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(6)
    firm, kind = np.array([f"f{i}" for i in range(9)])[rng.integers(0, 9, 150)], rng.choice(["p", "q", "r"], 150)
    z, v, u, a = rng.normal(size=(4, 150))
    x = z + (kind == "q") + u + v
    return {"firm": firm, "kind": kind, "z": z, "a": a, "x": x, "y": 2 * x + a + (firm == "f3") - u}


def test_a_formula_with_absorbed_levels_is_that_with_their_dummies(firms):
    absorbed = wxb.fit(firms, formula="y ~ a | firm | x ~ z + kind")
    named = wxb.fit(firms, formula="y ~ a + firm | x ~ z + kind")
    options = wxb.fit(firms, "y", features=["a", "x"], absorb="firm", endogenous="x", instruments=["z", "kind"])
    assert absorbed.terms == options.terms == ("a", "x")
    assert absorbed.stages.instruments == ("z", "kind[q]", "kind[r]")
    for name in absorbed.terms:
        for one in (absorbed, options):
            assert one[name].coef == named[name].coef
            assert one[name].se == pytest.approx(named[name].se, rel=1e-14)
    assert absorbed.inference.freedom == named.inference.freedom
    for what in ("sargan", "wu_hausman", "wu_freedom"):
        assert getattr(absorbed.stages, what) == pytest.approx(getattr(named.stages, what), rel=1e-14)
    assert absorbed.stages.first[0].f == pytest.approx(named.stages.first[0].f, rel=1e-14)
    assert absorbed.stages.first[0].f_freedom == named.stages.first[0].f_freedom
    effects = dict(zip(*absorbed.effects("firm").select(["firm", "effect"]).to_pydict().values()))
    assert effects["f3"] - effects["f0"] == pytest.approx(named["firm[f3]"].coef, rel=1e-12)
    np.testing.assert_allclose(absorbed.residuals(firms), named.residuals(firms), atol=1e-12)
    assert absorbed.inference.f == pytest.approx(absorbed.test("a = 0, x = 0").f, rel=1e-12)
    assert absorbed.test("x = 2")[0].t == pytest.approx(named.test("x = 2")[0].t, rel=1e-13)
    np.testing.assert_allclose(absorbed.predict(firms), named.predict(firms), atol=1e-12)


@pytest.mark.parametrize("se", ["bootstrap:99", "bootstrap:99:firm"])
def test_errors_that_two_stages_do_not_have(firms, se):
    with pytest.raises(UsageError, match="are for least squares") as caught:
        wxb.fit(firms, formula="y ~ a | x ~ z", se=se)
    assert "`se=" in caught.value.do


@pytest.mark.parametrize("se", ["HC1", "HAC:2", "cluster:kind"])
def test_errors_of_rows_beside_absorbed_levels(firms, se):
    with pytest.raises(UsageError, match="beside"):
        wxb.fit(firms, formula="y ~ a | firm | x ~ z", se=se)
    model = wxb.fit(firms, formula="y ~ a | firm | x ~ z")
    with pytest.raises(UsageError):
        model.with_se(se, firms)


def test_the_summary_tells_what_it_rests_on(firms):
    text = wxb.fit(firms, formula="y ~ a | x ~ z + kind").summary()
    assert "two stages: x by z, kind[q], kind[r] · first-stage F " in text
    assert "Sargan χ²(2) " in text.replace("\n    ", " ")
    assert "Wu–Hausman F(1, 146) " in text.replace("\n    ", " ")
    assert all(len(line) <= 80 for line in text.splitlines())


def test_groups_have_no_stages(firms):
    with pytest.raises(UsageError, match="two stages are for one model"):
        wxb.fit(firms, formula="y ~ a | x ~ z", by="kind")


def test_categories_among_the_instruments(firms):
    found = wxb.fit(firms, formula="y ~ a | x ~ z + kind")
    dummies = {
        **{k: firms[k] for k in ("a", "x", "z", "y")},
        "q": (firms["kind"] == "q") * 1.0,
        "r": (firms["kind"] == "r") * 1.0,
    }
    by_hand = wxb.fit(dummies, "y", endogenous="x", instruments=["z", "q", "r"])
    assert found.theta.tolist() == by_hand.theta.tolist()
    assert found.predict({"a": [1.0], "x": [2.0]}).tolist() == by_hand.predict({"a": [1.0], "x": [2.0]}).tolist()


@pytest.mark.parametrize("one", SETS[::4], ids=lambda one: str(one["seed"]))
def test_clustered_errors_are_made_of_the_projected_terms(one):
    clusters = np.array([f"g{i}" for i in one["cluster"]])
    formula = f"y ~ {' + '.join(one['exogenous']) or '1'} | {' + '.join(one['endogenous'])} ~ {' + '.join(one['instruments'])}"
    for model in (
        wxb.fit({**table(one), "g": clusters}, formula=formula, se="cluster:g"),
        wxb.fit({**table(one), "g": clusters}, formula=formula).with_se("cluster:g", {**table(one), "g": clusters}),
    ):
        for error, se in zip(one["cr1"], model.inference.se):
            assert digits(se, Fraction(error)) >= 12
        assert set(model.inference.t_freedom) == {len(set(one["cluster"])) - 1}


def test_a_feature_that_is_named_as_an_instrument_too_is_not_left_out_of_the_line():
    table = {"y": [1.0, 2, 4, 3, 7], "x": [1.0, 2, 3, 5, 4], "z": [2.0, 1, 3, 5, 4], "w": [1.0, 0, 0, 1, 1]}
    with pytest.raises(UsageError, match="`w` is a feature and an instrument"):
        wxb.fit(table, "y", features=["x", "w"], endogenous="x", instruments=["z", "w"])


def test_the_answer_as_json_says_what_was_asked(firms):
    model = wxb.fit(firms, formula="y ~ a | firm | x ~ z")
    assert model_record(model)["recipe"] == {"endogenous": ["x"], "instruments": ["z"], "intercept": False}
