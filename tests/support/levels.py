"""Models of levels made by hand: dummies fitted as numbers, under the design that they stand for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import wxb
from wxb.design import Category, Coded, Design, Made, Numbers, Piece, State

HOURS = Numbers(text="hours", parts=("hours",), names=("hours",))


def of_levels(count: int, *, coding: str = "treatment", base: str | None = None, crossed: bool = False) -> wxb.Model:
    """A model of hours and schools, `hours:school` too when crossed."""
    random = np.random.default_rng(1)
    levels = tuple(f"s{i:03}" for i in range(count))
    pieces = [
        Piece(text="hours", factors=(HOURS,), columns=(1,)),
        Piece(text="school", factors=(Coded(column="school", full=False),), columns=(0,)),
    ]
    if crossed:
        pieces.append(Piece(text="hours:school", factors=(HOURS, Coded(column="school", full=False)), columns=(1,)))
    design = Design(
        columns=(Made(name="hours", sources=("hours",)),),
        target=Made(name="score", sources=("score",)),
        pieces=tuple(pieces),
        intercept=True,
        categories=(Category(column="school", coding=coding, base=base),),  # type: ignore[arg-type]
        state=State(levels={"school": levels}),
    )
    X = random.normal(size=(4 * count, len(design.layout.terms)))
    model = wxb.fit(
        dict(zip(design.layout.terms, X.T)) | {"score": X.sum(axis=1) + random.normal(size=len(X))}, "score"
    )
    return replace(model, design=design)
