"""Eigenvalues against 50-digit arithmetic on the same doubles."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from support.bowls import bowl_from, bowl_of_spectrum
from wxb.learning_rates.eigen import LARGEST, spectrum_of, spectrum_of_line


def true_eigenvalues(hessian: NDArray) -> NDArray:
    """Largest first, from 300-bit ball arithmetic."""
    before, flint.ctx.prec = flint.ctx.prec, 300
    try:
        matrix = flint.acb_mat([[flint.acb(float(value)) for value in row] for row in hessian])
        values = matrix.eig(algorithm="approx")
        return np.array(sorted((float(value.real.mid()) for value in values), reverse=True))
    finally:
        flint.ctx.prec = before


@given(
    st.integers(1, 30),
    st.floats(0, 12),
    st.integers(0, 2**31),
)
def test_every_eigenvalue_has_its_digits(p: int, digits: float, seed: int) -> None:
    hessian = bowl_of_spectrum(np.geomspace(1, 10**-digits, p), seed).hessian
    spectrum = spectrum_of(hessian)
    assert spectrum.values == pytest.approx(true_eigenvalues(hessian), rel=1e-9)
    assert np.abs(spectrum.vectors.T @ spectrum.vectors - np.eye(p)).max() < 1e-13


@pytest.mark.parametrize("digits", [4, 8, 10, 12])
@pytest.mark.parametrize("p", [2, 5, 30])
def test_digits_at_every_condition(p: int, digits: int) -> None:
    hessian = bowl_of_spectrum(np.geomspace(1, 10.0**-digits, p), 7).hessian
    assert spectrum_of(hessian).values == pytest.approx(true_eigenvalues(hessian), rel=1e-13)


@pytest.mark.parametrize("span", [4, 12, 30])
def test_columns_of_unlike_size_keep_fifteen_digits(span: int) -> None:
    random = np.random.default_rng(span)
    X = random.normal(size=(100, 8)) * 10.0 ** np.linspace(-span / 2, span / 2, 8)
    hessian = bowl_from(X, X[:, 0]).hessian
    assert spectrum_of(hessian).values == pytest.approx(true_eigenvalues(hessian), rel=1e-13)


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=4), st.integers(0, 2**31))
def test_small_components_of_vectors_have_their_digits(sizes: list[int], seed: int) -> None:
    """½ Σ λc² is ½ δᵀHδ however unlike the columns are: a small component of a vector meets a large one of δ."""
    random = np.random.default_rng(seed)
    scales = 10.0 ** np.array(sizes)
    hessian = bowl_from(random.normal(1, 1, (12, len(sizes))) * scales, random.normal(size=12)).hessian
    spectrum = spectrum_of(hessian)
    delta = random.normal(size=len(hessian)) / np.append(1.0, scales)
    excess = 0.5 * spectrum.values @ (spectrum.vectors.T @ delta) ** 2
    assert excess == pytest.approx(
        0.5 * delta @ hessian @ delta, abs=1e-12 * (np.abs(delta) @ np.abs(hessian) @ np.abs(delta))
    )


def test_collinear_columns_are_flat_directions() -> None:
    X = np.random.default_rng(1).normal(size=(50, 3))
    hessian = bowl_from(np.column_stack([X, X[:, 0] - X[:, 1], np.zeros(50)]), X[:, 0]).hessian
    spectrum = spectrum_of(hessian)
    assert spectrum.values.shape == (4,)
    rebuilt = (spectrum.vectors * spectrum.values) @ spectrum.vectors.T
    assert np.abs(rebuilt - hessian).max() < 1e-13 * np.abs(hessian).max()


def test_many_terms_take_lapack() -> None:
    hessian = bowl_of_spectrum(np.geomspace(1, 1e-6, LARGEST + 2), 3).hessian
    assert spectrum_of(hessian).values == pytest.approx(np.geomspace(1, 1e-6, LARGEST + 2), rel=1e-8)


@pytest.mark.parametrize(("bits", "directions"), [(30, 2), (42, 2), (46, 2), (52, 1)])
def test_a_direction_is_flat_only_where_doubles_cannot_tell(bits: int, directions: int) -> None:
    """Of ((1, 1 − 2⁻ᵇ), (1 − 2⁻ᵇ, 1)) the eigenvalues are 2 − 2⁻ᵇ and 2⁻ᵇ; rounding of the entries is 2⁻⁵³."""
    near = 1 - 2.0**-bits
    values = spectrum_of(np.array([[1.0, near], [near, 1.0]])).values
    assert values == pytest.approx([2 - 2.0**-bits, 2.0**-bits][:directions], rel=2.0 ** (bits - 50), abs=0)


def test_lapack_keeps_all_but_the_last_four_digits() -> None:
    eigenvalues = np.geomspace(1, 1e-11, LARGEST + 2)
    assert spectrum_of(bowl_of_spectrum(eigenvalues, 3).hessian).values == pytest.approx(eigenvalues, rel=1e-3, abs=0)


@given(st.floats(1e3, 1e12), st.sampled_from([-1, 1]), st.floats(-18, -6))
def test_an_intercept_and_a_column_far_away_keep_all_digits(far: float, sign: int, digits: float) -> None:
    """H = 2[1, m; m, m² + C], of which floats may know nothing but m."""
    mean, variance = sign * far, far**2 * 10**digits
    found = spectrum_of_line(2.0, mean, variance)
    trace, product = 2 * (1 + Fraction(mean) ** 2 + Fraction(variance)), 4 * Fraction(variance)
    large, small = (Fraction(value) for value in found.values.tolist())
    assert float((large + small) / trace) == pytest.approx(1, rel=1e-14)
    assert float(large * small / product) == pytest.approx(1, rel=1e-14)
    np.testing.assert_allclose(found.vectors.T @ found.vectors, np.eye(2), atol=1e-15)
    for value, (b, weight) in zip((large, small), found.vectors.T.tolist()):
        first = 2 * (Fraction(b) + Fraction(mean) * Fraction(weight)) - value * Fraction(b)
        assert abs(float(first)) <= 1e-14 * float(large)
