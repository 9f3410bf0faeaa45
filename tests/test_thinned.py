"""What the quick run takes of many cases that are alike."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from support.thinned import in_turn, of_each, pairwise


def quick(cases: list[Any]) -> list[tuple[Any, ...]]:
    return [case.values for case in cases if not case.marks]


def test_any_two_values_meet_and_nothing_is_lost() -> None:
    axes = ["abcdefgh", (1, 2, 3), (True, False), "xyz"]
    cases = pairwise(*axes)
    assert [case.values for case in cases] == list(product(*axes))
    met = {pair for case in quick(cases) for pair in combinations(enumerate(case), 2)}
    assert met == {pair for case in product(*axes) for pair in combinations(enumerate(case), 2)}
    assert len(quick(cases)) < len(cases) / 4


def test_all_values_of_small_axes_meet_where_a_long_one_allows_it() -> None:
    assert {case[1:] for case in quick(pairwise(range(20), "ab", "cd"))} == set(product("ab", "cd"))


def test_in_turn_every_value_is_met_as_often() -> None:
    cases = in_turn(3, range(9), "abcdef")
    assert [case.values for case in cases] == list(product(range(9), "abcdef"))
    assert sorted(a for a, _ in quick(cases)) == sorted([*range(9)] * 2)
    assert sorted(b for _, b in quick(cases)) == sorted([*"abcdef"] * 3)


def test_of_every_kind_the_first_and_every_so_many_after_it() -> None:
    cases = of_each(3, range(20), lambda number: number % 2)
    assert [case.values for case in cases] == [(number,) for number in range(20)]
    assert quick(cases) == [(0,), (1,), (6,), (7,), (12,), (13,), (18,), (19,)]
