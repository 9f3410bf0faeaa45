"""Texts that fit, and different ones that stay different."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wxb.marks.measure import clean, folded, shortened, text_width
from wxb.printable import cells

NAMES = st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=6)


@given(NAMES, st.integers(12, 40))
def test_shortened_texts_fit_and_stay_different(names: list[str], width: int) -> None:
    short = shortened(names, lambda text: cells(text) <= width)
    assert all(cells(text) <= width for text in short)
    assert len(set(short)) == len({clean(name) for name in names})


def test_names_that_differ_in_the_middle() -> None:
    names = ["a" * 200 + letter + "b" * 200 for letter in "xyz"]
    assert len(set(shortened(names, lambda text: len(text) <= 20))) == 3
    assert shortened(["short", "x" * 50], lambda text: len(text) <= 10)[0] == "short"


@given(st.text(max_size=200), st.integers(8, 40))
def test_folded_lines_fit(text: str, width: int) -> None:
    lines = folded(text, lambda part: cells(part) <= width, most=3)
    assert len(lines) <= 3
    assert all(cells(line) <= width for line in lines)


def test_folding_is_at_spaces_and_loses_nothing() -> None:
    words = "the cost is above the minimum by so much"
    lines = folded(words, lambda part: len(part) <= 16, most=9)
    assert " ".join(lines) == words
    assert folded("", lambda part: True) == []


def test_hangul_is_wide() -> None:
    assert text_width("가나다", 10) == 30
    assert text_width("iii", 10) < text_width("mmm", 10)
