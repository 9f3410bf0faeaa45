"""Errors of other kinds at a row do not hang on where the columns' zero is, nor vanish where their squares do."""

import numpy as np
import pytest

import wxb

KINDS = [
    "HC1",
    "HC3",
    "HAC:2",
    "cluster:g",
    "CR2:g",
    "CR3:g",
    "cluster:g+h",
    "DK:h:1",
    "bootstrap:60",
    "bootstrap:60:g",
]


def drawn(shift: float = 0.0, unit: float = 1.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)
    x, z = rng.integers(-400, 400, 60) / 64, rng.integers(-400, 400, 60) / 64
    y = x + z + (1 + abs(x)) * rng.normal(size=60)
    return {"x": (x + shift) * unit, "z": z, "y": y / unit, "g": rng.integers(0, 9, 60), "h": rng.integers(0, 7, 60)}


def fitted(data: dict[str, np.ndarray], se: str) -> wxb.Model:
    return wxb.fit(data, formula="y ~ x + z", se=se)


@pytest.mark.parametrize("se", KINDS)
def test_the_error_of_a_mean_is_the_same_wherever_the_columns_zero_is(se: str):
    near, far = drawn(), drawn(2.0**30)
    widths = []
    for data in (near, far):
        found = fitted(data, se).predict({"x": data["x"][:9], "z": data["z"][:9]}, interval=0.9, of="mean")
        widths.append(found.high - found.low)
    np.testing.assert_allclose(widths[1], widths[0], rtol=1e-11)


def test_so_is_that_of_a_combination():
    near, far = fitted(drawn(), "HC1"), fitted(drawn(2.0**30), "HC1")
    for own, at in ((near, 2.5), (far, 2.0**30 + 2.5)):
        assert own.test(f"{at!r}*x + (b) = 0").each[0].se == pytest.approx(
            near.test("2.5*x + (b) = 0").each[0].se, 1e-11
        )


def test_a_model_that_was_saved_has_them_too(tmp_path):
    model = fitted(drawn(2.0**30), "HC1")
    model.save(tmp_path / "m.json")
    row = {"x": [2.0**30 + 1], "z": [1.0]}
    again = wxb.load(tmp_path / "m.json").predict(row, interval=0.9, of="mean")
    assert again.high == model.predict(row, interval=0.9, of="mean").high


@pytest.mark.parametrize("unit", [2.0**300, 2.0**-300])
@pytest.mark.parametrize("se", KINDS)
def test_squares_beyond_a_float64_are_refused_and_are_not_0_or_infinite(se: str, unit: float):
    with pytest.raises(wxb.NumericalError, match="squares of the errors leave the range"):
        fitted(drawn(unit=unit), se)


@pytest.mark.parametrize("unit", [2.0**-768, 2.0**-1000])
@pytest.mark.parametrize("se", KINDS)
def test_squares_of_errors_that_are_0_in_a_float64_are_refused(se: str, unit: float):
    data = drawn()
    with pytest.raises(wxb.NumericalError, match="squares of the errors leave the range"):
        fitted(data | {"y": data["y"] * unit}, se)
    both = data | {"y": data["y"] * 2.0**-530, "x": data["x"] * 2.0**-530, "z": data["z"] * 2.0**-530}
    with pytest.raises(wxb.NumericalError, match="squares of the errors leave the range"):
        fitted(both, se)


def test_classical_errors_have_no_squares_to_lose():
    data = drawn()
    whole, tiny = (wxb.fit(data | {"y": data["y"] * unit}, formula="y ~ x + z") for unit in (1.0, 2.0**-768))
    np.testing.assert_array_equal(tiny.inference.se, np.ldexp(whole.inference.se, -768))
    np.testing.assert_array_equal(tiny.inference.t, whole.inference.t)
    assert not tiny.inference.is_through_all
    said = tiny.summary()
    assert "passes through every row" not in said
    assert "cost below 5e-324" in said
    t, p = whole.summary().splitlines()[3].split()[3:5]  # of x
    assert f" {t} " in said
    assert f" {p} " in said
    assert tiny.test("x = 0").f == pytest.approx(whole.test("x = 0").f, rel=1e-14)


def test_errors_that_are_0_are_no_squares_that_are_lost():
    data = {"x": [0.0, 0.0, 1.0, 2.0], "y": [1e-200, -1e-200, 3.0, 6.0]}
    line = wxb.fit(data, "y", intercept=False)
    assert line.theta.tolist() == [3.0]
    with pytest.raises(wxb.NumericalError, match="squares of the errors leave the range"):
        wxb.fit(data, "y", intercept=False, se="HC0")
    plain = wxb.fit(data | {"y": [1.0, -1.0, 3.0, 6.0]}, "y", intercept=False, se="HC0")
    assert plain.inference.se.tolist() == [0.0]  # where x is not 0 there is no error


def beside_levels(shift: float, se: str):
    data = {name: np.tile(values, 4) for name, values in drawn(shift).items()}
    data["y"] += np.sin(np.arange(240.0))
    data["s"] = np.array([f"level {i}" for i in np.arange(240) % 80])
    return wxb.fit(data, formula="y ~ x + s", se=se), {"x": data["x"][:2], "s": data["s"][:2]}


@pytest.mark.parametrize("se", ["HC1", "cluster:g"])
def test_beside_levels_that_were_eliminated_means_keep_their_digits(se: str):
    found, expected = (
        model.predict(at, interval=0.9, of="mean") for model, at in (beside_levels(2.0**30, se), beside_levels(0.0, se))
    )
    np.testing.assert_allclose(found.high - found.value, expected.high - expected.value, rtol=1e-6)


def test_beside_levels_that_were_eliminated_what_there_is_not_is_refused():
    model, at = beside_levels(2.0**30, "HAC:2")
    with pytest.raises(wxb.NumericalError, match="the many levels have none of this kind"):
        model.predict(at, interval=0.9, of="mean")


@pytest.mark.parametrize("se", KINDS)
def test_errors_and_f_are_those_of_columns_near_zero(se: str):
    near, far = fitted(drawn(), se), fitted(drawn(2.0**42), se)
    np.testing.assert_allclose(far.inference.se[1:], near.inference.se[1:], rtol=1e-12)
    assert far.inference.f == pytest.approx(near.inference.f, rel=1e-12)
    np.testing.assert_allclose(far.errors.freedom[1:], near.errors.freedom[1:], rtol=1e-12)


@pytest.mark.parametrize("unit", [2.0**490, 2.0**-490])
@pytest.mark.parametrize("se", [kind for kind in KINDS if ":" in kind])
def test_clusters_of_columns_of_any_size(se: str, unit: float):
    plain, data = fitted(drawn(), se), drawn()
    data["x"] *= unit
    found = fitted(data, se)
    np.testing.assert_allclose(found.inference.se[1:] * [unit, 1], plain.inference.se[1:], rtol=1e-12)
    assert found.inference.f == pytest.approx(plain.inference.f, rel=1e-12)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("se", KINDS)
def test_terms_that_hardly_differ_are_tested_as_those_that_they_are_made_of(se: str, intercept: bool, tmp_path):
    data = drawn()
    data["u"] = data["x"] + data["z"] * 2.0**-26  # as it stands: both are short
    apart, alike = (
        wxb.fit(data, "y", features=features, se=se, intercept=intercept) for features in (["x", "z"], ["x", "u"])
    )
    assert alike.inference.f == pytest.approx(apart.inference.f, rel=1e-11)
    test, other = alike.test(f"x + u = 1, {2.0**-26!r}*u = 1"), apart.test("x = 1, z = 1")
    assert test.chi2 == pytest.approx(other.chi2, rel=1e-11)
    assert alike.test("u = 0, x = 0").f == pytest.approx(apart.inference.f, rel=1e-11)
    alike.save(tmp_path / "m.json")
    assert wxb.load(tmp_path / "m.json").inference.f == alike.inference.f


@pytest.mark.parametrize("se", KINDS)
def test_of_a_perfect_fit_f_is_infinite_as_the_classical_one_is(se: str):
    data = drawn()
    data["y"] = 2 * data["x"] + 1
    model = fitted(data, se)
    assert model.inference.f == fitted(data, "classical").inference.f == np.inf
    assert model.inference.f_p == 0
    assert model.test("x = 0, z = 0").f == np.inf
    assert np.isnan(model.test("x = 2, z = 0").f)
    data["y"] = 0 * data["x"] + 3
    with pytest.warns(wxb.WxbWarning, match="does not vary"):
        assert np.isnan(fitted(data, se).inference.f)
