"""Pieces: products of numbers and levels, named as they are written; a term for each component and level."""

from __future__ import annotations

from fractions import Fraction

import pytest

from wxb.data.kinds import NUMBER
from wxb.design import Category, Coded, Component, Design, Made, Numbers, Piece, State

X = Numbers(text="x", parts=("x",), names=("x",))
POLY = Numbers(text="poly(x, 2)", parts=("", "x", "x^2"), names=("poly(x, 2)[1]", "poly(x, 2)[2]"), basis="poly")
SCALE = Numbers(text="scale(z)", parts=("", "z"), names=("scale(z)",), basis="scale")
STATE = State(
    levels={"school": ("east", "north", "west"), "year": (1, 2.0, 2.5)},
    bases={
        "poly(x, 2)": ((Fraction(-1), Fraction(1), Fraction(0)), (Fraction(2), Fraction(0), Fraction(1, 2))),
        "scale(z)": ((Fraction(-3), Fraction(1, 4)),),
    },
)


def made(*names: str) -> tuple[Made, ...]:
    return tuple(Made(name=name, sources=(name,), kind=NUMBER) for name in names)


def design(*pieces: Piece, categories: tuple[Category, ...] = (), names: tuple[str, ...] = ("x",)) -> Design:
    [target] = made("y")
    return Design(
        columns=made(*names), target=target, pieces=pieces, intercept=True, categories=categories, state=STATE
    )


def test_a_column_is_a_component() -> None:
    piece = Piece(text="x", factors=(X,), columns=(1,))
    [component] = piece.components(State())
    assert component == Component(names=("x",), combination=((1, Fraction(1)),))
    [term] = design(piece).terms
    assert (term.name, term.column, term.made) == ("x", "x", made("x")[0])


def test_a_product_of_bases_is_a_combination_of_products() -> None:
    # 1·1, 1·z, x·1, x·z, x²·1, x²·z
    piece = Piece(text="poly(x, 2):scale(z)", factors=(POLY, SCALE), columns=(0, 1, 2, 3, 4, 5))
    first, second = piece.components(STATE)
    assert first.name == "poly(x, 2)[1]:scale(z)"
    quarter = Fraction(1, 4)
    assert first.combination == ((0, Fraction(3)), (1, -quarter), (2, Fraction(-3)), (3, quarter))  # (x − 1)(z/4 − 3)
    assert dict(second.combination) == {0: -6, 1: Fraction(1, 2), 4: Fraction(-3, 2), 5: Fraction(1, 8)}


def test_levels_are_named_in_the_order_written() -> None:
    school, year = Coded(column="school", full=False), Coded(column="year", full=True)
    piece = Piece(text="year:x:school", factors=(year, X, school), columns=(1,))
    found = design(piece, categories=(Category(column="school"), Category(column="year"))).terms
    assert [term.name for term in found] == [
        f"year[{year}]:x:school[{school}]" for year in ("1", "2", "2.5") for school in ("north", "west")
    ]
    assert found[0].levels == (1, "north")
    assert found[0].made is None
    assert found[0].column == found[0].name


@pytest.mark.parametrize(("base", "left"), [(None, ["north", "west"]), ("west", ["east", "north"])])
def test_the_base_has_no_term(base: str | None, left: list[str]) -> None:
    piece = Piece(text="school", factors=(Coded(column="school", full=False),), columns=(0,))
    found = design(piece, categories=(Category(column="school", base=base),))
    assert found.layout.terms == tuple(f"school[{level}]" for level in left)
    assert found.terms[0].kind.sort == "whole"
