"""Models of categories as sums: the union of their levels, with the bits of one fit to all rows; levels come and go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb
from wxb.errors import DataError, UsageError

pytestmark = pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")

rng = np.random.default_rng(5)


def rows(levels: str, count: int, seed: int) -> dict[str, Any]:
    made = np.random.default_rng(seed)
    school = made.choice(list(levels), count)
    x = made.normal(size=count)
    y = x * 1e3 + (school == "b") - 2.5 * (school == "d") + made.normal(size=count)
    return {"school": school.tolist(), "x": x.tolist(), "y": y.tolist()}


def both(*parts: dict[str, Any]) -> dict[str, Any]:
    return {name: [value for part in parts for value in part[name]] for name in parts[0]}


def same(one: wxb.Model, other: wxb.Model) -> None:
    assert one.terms == other.terms
    assert one.theta.tobytes() == other.theta.tobytes()
    assert one.inference.se.tobytes() == other.inference.se.tobytes()
    assert one.moments == other.moments
    assert one.gathered is not None
    assert other.gathered is not None
    assert one.gathered.train == other.gathered.train
    assert one.design == other.design
    assert (one.ranges, one.n, one.source_rows) == (other.ranges, other.n, other.source_rows)


SOME = st.builds(rows, st.sampled_from(["ab", "bc", "abcd", "d", "ca"]), st.integers(12, 30), st.integers(0, 99))


@given(SOME, SOME, SOME)
def test_a_sum_is_one_fit(a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]) -> None:
    whole = wxb.fit(both(a, b, c), "y")
    first, second, third = (wxb.fit(part, "y") for part in (a, b, c))
    same(wxb.merge(first, second, third), whole)
    same(wxb.update(wxb.update(first, b), c), whole)
    same(wxb.merge(wxb.merge(first, second), third), whole)
    left = wxb.forget(whole, b)
    expected = wxb.fit(both(a, c), "y")
    assert left.terms == expected.terms
    assert left.theta.tobytes() == expected.theta.tobytes()
    assert left.moments == expected.moments


@pytest.mark.parametrize("options", [{"test": 0.3}, {"folds": 3}, {"test": 0.2, "folds": 2}])
def test_rows_go_on_being_dealt(options: dict[str, Any]) -> None:
    a, b = rows("ab", 40, 1), rows("bcd", 40, 2)
    found, whole = wxb.update(wxb.fit(a, "y", **options), b), wxb.fit(both(a, b), "y", **options)
    same(found, whole)
    assert found.fold_costs.tolist() == whole.fold_costs.tolist()
    assert found.test_cost == whole.test_cost


def test_declared_levels_are_united_in_the_order_of_the_first() -> None:
    def frame(part: dict[str, Any], levels: str) -> pandas.DataFrame:
        made = pandas.DataFrame(part)
        made["school"] = pandas.Categorical(made["school"], categories=list(levels))
        return made

    first = wxb.fit(frame(rows("ab", 30, 1), "ba"), "y")
    second = wxb.fit(frame(rows("cd", 30, 2), "dca"), "y")
    merged = wxb.merge(first, second)
    assert merged.terms == ("school[a]", "school[d]", "school[c]", "x")
    assert merged.design.base("school") == "b"


def test_what_was_never_there_is_not_forgotten() -> None:
    a = rows("abc", 40, 3)
    model = wxb.fit(a, "y")
    other = {name: values[:2] for name, values in a.items()}
    with pytest.raises(DataError, match="`school` is `z` in a row to forget, and in no row of the model"):
        wxb.forget(model, {**other, "school": ["a", "z"]})
    moved = {**other, "school": ["c" if level != "c" else "a" for level in other["school"]]}
    with pytest.raises(DataError, match="never all in the model"):
        wxb.forget(model, both(*[moved] * 15))


def test_models_of_other_columns_do_not_add() -> None:
    a = rows("abc", 40, 3)
    model, plain = wxb.fit(a, "y"), wxb.fit({name: a[name] for name in ("x", "y")}, "y")
    with pytest.raises(UsageError, match=r"its terms are `x`, in the first `C\(school\)`, `x`"):
        wxb.merge(model, plain)
    numbered = wxb.fit({**a, "school": pandas.Categorical([ord(level) for level in a["school"]])}, "y")
    with pytest.raises(DataError, match=r"`school` holds .*numbers, and the levels of the model are of text"):
        wxb.merge(model, numbered)
    with pytest.raises(DataError, match="`school` holds whole numbers"):
        wxb.update(model, {**a, "school": [1, 2] * 20})


ABSORBED: list[dict[str, Any]] = [
    {"target": "y", "absorb": "school"},
    {"target": "y", "absorb": ["school", "town"]},
    {"formula": "y ~ x*town | school"},
    {"formula": "y ~ poly(x, 2) | school + town"},
]


def in_towns(levels: str, count: int, seed: int) -> dict[str, Any]:
    town = np.random.default_rng(seed).choice(list("uvw"), count)
    return {**rows(levels, count, seed), "town": town.tolist()}


@pytest.mark.parametrize("line", ABSORBED)
def test_models_with_absorbed_effects_are_sums_too(line: dict[str, Any]) -> None:
    a, b, c = in_towns("ab", 40, 1), in_towns("bcd", 40, 2), in_towns("de", 30, 3)
    first, second, third, whole = (wxb.fit(part, **line) for part in (a, b, c, both(a, b, c)))
    left, expected = wxb.forget(whole, b), wxb.fit(both(a, c), **line)
    sums = [
        (wxb.update(wxb.update(first, b), c), whole),
        (wxb.merge(first, wxb.merge(second, third)), whole),
    ]
    for found, one in sums:
        same(found, one)
    for found, one in [*sums, (left, expected)]:
        assert found.theta.tobytes() == one.theta.tobytes()
        assert found.effects("school", errors=True).equals(one.effects("school", errors=True))
        assert found.inference.freedom == one.inference.freedom
        said = [[note for note in model.notes if "nothing of the coefficients" in note] for model in (found, one)]
        assert said[0] == said[1]


def test_levels_that_are_absorbed_are_looked_at_before_rows_are_forgotten() -> None:
    a = in_towns("abc", 60, 3)
    model = wxb.fit(a, "y", absorb="school")
    with pytest.raises(DataError, match="`school` is `z` in a row to forget"):
        wxb.forget(model, {**in_towns("a", 2, 4), "school": ["a", "z"]})
    first = {name: values[:30] for name, values in a.items()}
    with pytest.raises(DataError, match=r"other rows are of `school` `a`.*never all in the model"):
        wxb.forget(model, {**first, "school": ["a"] * 30})


def test_models_that_absorb_other_columns_do_not_add() -> None:
    a = in_towns("abc", 60, 3)
    line = {"formula": "y ~ x | school"}, {"formula": "y ~ x | town"}
    with pytest.raises(UsageError, match="it absorbs `town`, in the first `school`"):
        wxb.merge(*(wxb.fit(a, **one) for one in line))
