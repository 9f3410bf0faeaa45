"""How the categories of a term are coded, so that the columns of all terms are independent: the full-rank rule.

A term of categories a, b spans the sum of all its margins, 1 + a + b + a:b. Of these it brings what terms of the same numbers
before it have not brought, `a⁻` standing for a without its base:

    1 + a           a⁻                   0 + a       a                1 + x:a     a:x (every level has a slope)
    1 + a + a:b     a⁻, a:b⁻             1 + a:b     b⁻, a⁻:b         1 + x + x:a   x:a⁻

Two margins that differ by one category alone become one, coded by every level: 1 + a⁻ is a. So a term may bring several codings,
and none where its margins are all there. It is the rule of patsy and formulaic (Smith); R's leaves redundant columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

Categories = tuple[str, ...]
Coding = tuple[tuple[str, bool], ...]  # (category, whether every level has a column)


def full_rank(terms: Sequence[tuple[frozenset[str], Categories]], intercept: bool) -> list[list[Coding]]:
    """The codings of each term, given as (its numbers, its categories) in the order of the terms."""
    brought: dict[frozenset[str], set[frozenset[str]]] = {}
    if intercept:
        brought[frozenset()] = {frozenset()}
    found: list[list[Coding]] = []
    for numbers, categories in terms:
        there = brought.setdefault(numbers, set())
        margins = [frozenset(some) for size in range(len(categories) + 1) for some in combinations(categories, size)]
        new = [margin for margin in margins if margin not in there]
        there.update(new)
        found.append([_coding(categories, *one) for one in _joined([(margin, frozenset()) for margin in new])])
    return found


def _joined(margins: list[tuple[frozenset[str], frozenset[str]]]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """(categories, those coded in full) with every pair that differs by one category alone made one."""
    while True:
        pair = next(
            (
                (short, long, next(iter(long[0] - short[0])))
                for short, long in combinations(margins, 2)
                if len(long[0] - short[0]) == 1 and short[0] <= long[0] and short[1] == long[1] - (long[0] - short[0])
                and not long[1] & (long[0] - short[0])
            ),
            None,
        )  # fmt: skip
        if pair is None:
            return margins
        short, long, extra = pair
        margins = [(long[0], long[1] | {extra}) if one is long else one for one in margins if one is not short]


def _coding(categories: Categories, some: frozenset[str], full: frozenset[str]) -> Coding:
    return tuple((one, one in full) for one in categories if one in some)
