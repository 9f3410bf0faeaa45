"""Assembled moments are those of the terms written out row by row, to the last bit: codings, interactions, bases, weights."""

from __future__ import annotations

import numpy as np
import pytest

from support.dense import raw, rows_of, same_sums
from wxb.data import Selection, open_table
from wxb.data.block import Block
from wxb.design import Category, Coded, Design, Made, Numbers, Piece
from wxb.errors import DataError
from wxb.moments.gathered import SharesGathered
from wxb.passes import each
from wxb.passes.by_share import share_moments
from wxb.passes.gather import gathered, tallies_of
from wxb.question.shares import TEST, Shares

rng = np.random.default_rng(3)
N = 60
DATA = {
    "x": rng.normal(size=N),
    "z": np.round(rng.normal(size=N) * 1e-3, 6),
    "school": rng.choice(["north", "south", "east"], N).tolist(),
    "year": rng.choice([2001, 2002, 2003, 2004], N),
    "w": rng.uniform(0, 2, N),
    "y": rng.normal(size=N) * 1e6,
}
X, Z = (Numbers(text=name, parts=(name,), names=(name,)) for name in "xz")
POLY = Numbers(text="poly(x, 2)", parts=("", "x", "x^2"), names=("poly(x, 2)[1]", "poly(x, 2)[2]"), basis="poly")
SCALE = Numbers(text="scale(z)", parts=("", "z"), names=("scale(z)",), basis="scale")
SCHOOL, YEAR = Category(column="school"), Category(column="year", asked=True)


def coded(name: str, full: bool = False) -> Coded:
    return Coded(column=name, full=full)


def piece(*factors: Numbers | Coded, columns: tuple[int, ...] = (0,)) -> Piece:
    return Piece(
        text=":".join(getattr(f, "text", getattr(f, "column", "")) for f in factors), factors=factors, columns=columns
    )


MAIN = (piece(X, columns=(1,)), piece(coded("school")))
SLOPES = (piece(coded("school")), piece(coded("school", full=True), X, columns=(1,)), piece(Z, columns=(2,)))
CELLS = (*MAIN, piece(coded("year")), piece(coded("year"), X, coded("school"), columns=(1,)))
BASES = (
    piece(POLY, columns=(0, 1, 2)),
    piece(SCALE, columns=(0, 3)),
    piece(POLY, SCALE, coded("school"), columns=(0, 3, 1, 4, 2, 5)),
    piece(coded("school")),
)
SUM_SCHOOL = Category(column="school", coding="sum", base="north")
SUM_YEAR = Category(column="year", coding="sum", asked=True)
DESIGNS: dict[str, tuple[tuple[str, ...], tuple[Piece, ...], tuple[Category, ...]]] = {
    "main": (("x",), MAIN, (SCHOOL,)),
    "no intercept": (("x",), (piece(X, columns=(1,)), piece(coded("school", full=True))), (SCHOOL,)),
    "two": (("x",), (*MAIN, piece(coded("year"))), (SCHOOL, YEAR)),
    "sum": (("x",), (*MAIN, piece(X, coded("school"), columns=(1,))), (SUM_SCHOOL,)),
    "slopes": (("x", "z"), SLOPES, (SCHOOL,)),
    "cells": (("x",), CELLS, (SCHOOL, YEAR)),
    "sums of cells": (("x",), (piece(coded("year"), coded("school")),), (SUM_SCHOOL, SUM_YEAR)),
    "bases": (("x", "x^2", "z", "x:z", "x^2:z"), BASES, (SCHOOL,)),
}


def design_of(name: str) -> Design:
    columns, pieces, categories = DESIGNS[name]
    made = tuple(Made(name=one, sources=(one,)) for one in columns)
    return Design(
        columns=made,
        target=Made(name="y", sources=("y",)),
        pieces=pieces,
        intercept=name != "no intercept",
        categories=categories,
    )


def summed(design: Design, shares: Shares, weights: str | None, threads: int = 1) -> SharesGathered:
    """The sums of a design whose raw columns are columns of a table."""
    columns = [made.name for made in design.columns]
    rounded = {name: [float(raw(name, DATA, row)) for row in range(N)] for name in columns}
    table = open_table({**DATA, **rounded})
    scan = table.scan(Selection(target="y", features=columns, weights=weights, labels=design.label_names))
    statistics = [share_moments(scan, shares, "exact", weights is not None), *tallies_of(design, shares)]
    found, *tallies = each(scan, statistics, threads=threads).results
    return gathered(design, shares, found.sums, tallies)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("name", ["main", "no intercept", "two", "sum", "slopes", "cells", "sums of cells"])
def test_sums_of_terms_are_those_of_their_rows(name: str, weights: str | None) -> None:
    design = design_of(name)
    sums = summed(design, Shares(), weights)
    design = design.closed(sums.whole)
    moments = design.moments(sums.train)
    assert moments.terms == tuple(term.name for term in design.terms)
    counts = DATA[weights] if weights else np.ones(N)
    assert same_sums(moments, rows_of(design, DATA), DATA["y"].tolist(), counts.tolist())


def test_bases_are_changes_of_basis() -> None:
    """Raw columns are rounded products here, so only what is made of one column is compared to the bit."""
    design = design_of("bases")
    sums = summed(design, Shares(), None)
    design = design.closed(sums.whole)
    moments = design.moments(sums.train)
    assert [term.name for term in design.terms][:3] == ["poly(x, 2)[1]", "poly(x, 2)[2]", "scale(z)"]
    gram = [[float(moments.exact(i, j)) for j in range(3)] for i in range(3)]
    assert np.allclose(gram, np.diag([N, 1, 1]), rtol=1e-15, atol=1e-40)
    assert abs(moments.exact(3, 0)) < 2**-100
    assert float(moments.exact(3, 3)) == pytest.approx(N - 1, rel=1e-15)
    rows = rows_of(design, DATA)
    own = [[row[1] for row in [[None, *r] for r in rows]], [row[2] for row in rows]]
    for j, column in zip((1, 3), own):
        assert moments.exact(j, 0) == sum(column)
        assert moments.exact(j, j) == sum(value**2 for value in column)
    values = np.array([[float(value) for value in row] for row in rows])
    expected = values.T @ values
    found = np.array(
        [[float(moments.exact(i, j)) for j in range(1, 1 + len(design.terms))] for i in range(1, 1 + len(design.terms))]
    )
    assert np.allclose(found, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("threads", [1, 3])
def test_shares_are_split_after_the_pass(threads: int) -> None:
    shares = Shares(test=0.3, folds=3, seed=5)
    design = design_of("cells")
    sums = summed(design, shares, None, threads)
    design = design.closed(sums.whole)
    of = shares.of(np.arange(N))
    for share, found in [*enumerate(sums.folds), (TEST, sums.test)]:
        assert found is not None
        kept = np.flatnonzero(of == share)
        some = {name: [values[i] for i in kept] for name, values in DATA.items()}
        assert same_sums(design.moments(found), rows_of(design, some), some["y"], [1.0] * len(kept))
    whole = summed(design_of("cells"), Shares(), None)
    assert sums.whole == whole.train
    assert sums.whole - sums.test == sums.train


def test_dense_rows_are_the_terms() -> None:
    design = design_of("sum")
    sums = summed(design, Shares(), None)
    design = design.closed(sums.whole)
    scan = open_table(DATA).scan(Selection(target="y", features=["x"], labels=("school",)))
    blocks: list[Block] = list(design.formed(scan).blocks())
    assert np.concatenate([design.matrix(block) for block in blocks])[:, 1:].tolist() == [
        [float(value) for value in row] for row in rows_of(design, DATA)
    ]


def test_levels_that_were_not_there_and_bases_that_are_none_are_refused() -> None:
    sums = summed(design_of("main"), Shares(), None)
    design = design_of("main").closed(sums.whole)
    scan = open_table({"x": [1.0, 2], "school": ["east", "wset"], "y": [1.0, 2]}).scan(design.selection(Selection()))
    with pytest.raises(DataError, match="row 2: `school` is `wset`, a level that the model was not fitted to"):
        list(design.formed(scan, dense=True).blocks())
    columns, pieces, _ = DESIGNS["main"]
    made = tuple(Made(name=one, sources=(one,)) for one in columns)
    other = Design(
        columns=made,
        target=Made(name="y", sources=("y",)),
        pieces=pieces,
        intercept=True,
        categories=(Category(column="school", base="west"),),
    )
    with pytest.raises(DataError, match="`school` has no level `west`, which was to be its base"):
        other.closed(sums.whole)
