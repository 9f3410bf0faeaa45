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
        lambda model, columns, path: wxb.update(model, columns),
        lambda model, columns, path: wxb.forget(model, columns),
        lambda model, columns, path: wxb.merge(model, model),
        lambda model, columns, path: wxb.rates(model),
        lambda model, columns, path: wxb.compare(model, model),
        lambda model, columns, path: model.anova(),
        lambda model, columns, path: model.vif(),
        lambda model, columns, path: model.diagnose(columns),
        lambda model, columns, path: model.save(path / "m.json"),
    ],
)
def test_what_two_stages_do_not_have(call, tmp_path):
    with pytest.raises(UsageError, match="two stages"):
        call(fitted(SETS[1]), table(SETS[1]), tmp_path)
