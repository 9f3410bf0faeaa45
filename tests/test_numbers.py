"""How numbers are written: by one hand, and never so that another number is read."""

from __future__ import annotations

import math

import pytest

from wxb.numbers import (
    MINUS,
    computed,
    counted,
    factor,
    finite_or_text,
    number,
    readable,
    round_down,
    statistic,
    thousands,
    told_apart,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.180295, "0.1803"),
        (2572.4, "2572"),
        (0.000123456, "0.0001235"),
        (0.0000123456, "1.235e-5"),
        (1e-7, "1e-7"),
        (0, "0"),
        (1e5, "100000"),
        (123456.0, "123456"),
        (5546957.0, "5.547e6"),
        (3.25e12, "3.25e12"),
    ],
)
def test_readable(number: float, text: str) -> None:
    assert readable(number) == text


@pytest.mark.parametrize("value", [0.0037656, 1.0, 0.99999, 123456.7, 9.9999e-9, 0.1, 2e300])
def test_rounded_down_is_never_above(value: float) -> None:
    assert value * 0.999 < round_down(value) <= value


def test_round_down_at_the_end_of_the_numbers() -> None:
    assert round_down(1.7976931348623157e308) == 1.797e308
    assert round_down(1.9999999e-5, 1) == 1e-5


@pytest.mark.parametrize("value", [3.932, -17.58, 30044.0, 1.5e-12, -2.5e-7, 6.02e23, -1e300, 1e-4, 999999.0, 1e6])
@pytest.mark.parametrize("write", [readable, number, computed])
def test_what_is_written_reads_back_as_the_number(value, write) -> None:
    """To four digits; the sign of an exponent stays ASCII, so that it can be pasted."""
    assert math.isclose(float(write(value).replace(MINUS, "-")), value, rel_tol=5.1e-4)
    assert MINUS not in write(value)[1:]


def test_what_is_not_known_is_a_dash_and_what_was_computed_says_so() -> None:
    assert [number(value) for value in (None, math.nan, math.inf)] == ["—"] * 3
    assert [computed(value) for value in (math.nan, -math.inf, 0.0, -0.0)] == ["nan", "−inf", "0", "0"]


def test_whole_numbers_of_a_computation_are_whole() -> None:
    assert [computed(value) for value in (123456789.0, -2.0, 1e9, 0.19661193, 1.2e-5)] == [
        "123456789", "−2", "1e9", "0.19661", "1.2e-5",
    ]  # fmt: skip
    assert (computed(1 - 2j), factor(-2.0), factor(2.0)) == ("1 − 2i", "(−2)", "2")


def test_two_numbers_have_the_digits_that_tell_which_is_larger() -> None:
    assert told_apart(0.18030001, 0.1803) == ("0.18030001", "0.1803")
    assert told_apart(1.0, 1.0) == ("1", "1")
    assert told_apart(1.0, math.nextafter(1.0, 2.0)) == ("1", "1.0000000000000002")


def test_counts_in_words() -> None:
    assert [counted(n) for n in (1, 53, 9999, 10_000, 3_740_000, 2.5, math.inf)] == [
        "1 epoch", "53 epochs", "9999 epochs", "10 000 epochs", "3 740 000 epochs", "2.5 epochs", "infinitely many epochs",
    ]  # fmt: skip


def test_counts_are_written_in_groups_of_three_from_five_digits_on() -> None:
    assert [thousands(n) for n in (0, 7, 1052, 9999, 10_000, 1_048_576, -12_345)] == [
        "0", "7", "1052", "9999", "10 000", "1 048 576", "-12 345",
    ]  # fmt: skip


def test_what_json_lacks_is_text() -> None:
    assert finite_or_text([1.0, math.inf]) == [1.0, math.inf]  # of numbers, not of lists
    assert [finite_or_text(value) for value in (1.5, math.nan, -math.inf, 3, "a", None, 1 + 2j)] == [
        1.5, "nan", "-inf", 3, "a", None, [1.0, 2.0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0004, "1.000"), (1.005, "1.005"), (2.0, "2.000"), (-2.5, "−2.500"), (9.99996, "10.00"), (99999.6, "100000"),
        (0.1, "0.1000"), (-0.00012, "−0.0001200"), (1e-7, "1.000e-7"), (-2.5e12, "−2.500e12"), (1e6, "1.000e6"),
        (0.0, "0"), (math.inf, "—"), (math.nan, "—"), (None, "—"),
    ],
)  # fmt: skip
def test_a_statistic_has_its_zeros(value, text):
    assert statistic(value) == text
