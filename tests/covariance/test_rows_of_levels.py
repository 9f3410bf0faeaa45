"""Errors of rows where a category was eliminated: those of its dummies, coefficients of levels among them, without a column."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from wxb.errors import NumericalError

RANDOM = np.random.default_rng(6)
N, G = 1200, 60
CODES = np.concatenate([np.repeat(np.arange(G), 2), RANDOM.integers(0, G, N - 2 * G)])
TABLE = {
    "s": [f"l{code:02d}" for code in CODES],
    "x": RANDOM.normal(size=N) + CODES * 0.1,
    "z": RANDOM.normal(size=N) + 1000,
    "w": RANDOM.uniform(0.5, 2, N),
    "f": RANDOM.integers(0, 3, N),
}
TABLE["y"] = 1 + TABLE["x"] + np.sin(CODES) + RANDOM.normal(size=N) * (1 + np.abs(TABLE["x"]))
NAMES = sorted(set(TABLE["s"]))
DUMMIES = {name: (i == CODES).astype(float) for i, name in enumerate(NAMES)}
BY_HAND = {name: TABLE[name] for name in ("x", "z", "y", "w", "f")} | DUMMIES


def both(se: str, **options):
    eliminated = wxb.fit(TABLE, "y", features=["x", "z", "s"], se=se, **options)
    assert eliminated.solution.eliminated is not None
    some = NAMES if options.get("intercept") is False else NAMES[1:]
    return eliminated, wxb.fit(BY_HAND, "y", features=["x", "z", *some], se=se, **options)


@pytest.mark.parametrize("options", [{}, {"weights": "w"}, {"intercept": False}, {"frequency": "f"}], ids=str)
@pytest.mark.parametrize("se", ["HC0", "HC1", "HC2", "HC3"])
def test_they_are_those_of_dummies(se, options):
    if "frequency" in options and se in ("HC2", "HC3"):
        options = options | {"weights": "w"}
    mine, theirs = both(se, **options)
    scale = np.sqrt(np.outer(theirs.errors.matrix.diagonal(), theirs.errors.matrix.diagonal()))
    assert mine.errors.matrix / scale == pytest.approx(theirs.errors.matrix / scale, abs=1e-12)
    assert mine.inference.se == pytest.approx(theirs.inference.se, rel=1e-12)
    assert mine.errors.freedom.tolist() == theirs.errors.freedom.tolist()


def test_lags_leave_the_levels_without():
    mine, theirs = both("HAC:3")
    assert mine.inference.se[1:3] == pytest.approx(theirs.inference.se[1:3], rel=1e-12)
    assert np.isnan(np.delete(mine.inference.se, [1, 2])).all()
    assert "the effects of the levels of `s`, which were eliminated, have no HAC errors" in mine.errors.notes


@pytest.mark.parametrize("se", ["HC1", "HC3", "HAC:3"])
def test_of_absorbed_levels(se):
    mine = wxb.fit(TABLE, "y", features=["x", "z"], absorb="s", se=se)
    theirs = wxb.fit(BY_HAND, "y", features=["x", "z", *NAMES[1:]], se=se)
    assert mine.inference.se == pytest.approx(theirs.inference.se[1:3], rel=1e-12)
    assert mine.errors.factor == theirs.errors.factor
    assert mine.errors.freedom.tolist() == theirs.errors.freedom.tolist()[1:3]
    plain = wxb.fit(TABLE, "y", features=["x", "z"], absorb="s")
    assert plain.with_se(se, TABLE).inference.se.tolist() == mine.inference.se.tolist()


def test_a_level_of_one_row():
    alone = TABLE | {"s": ["alone", *TABLE["s"][1:]]}
    dummies = BY_HAND | {"alone": (np.arange(N) == 0).astype(float)}
    dummies[NAMES[0]] = DUMMIES[NAMES[0]] * (np.arange(N) != 0)
    mine = wxb.fit(alone, "y", features=["x", "z", "s"], se="HC1")
    theirs = wxb.fit(dummies, "y", features=["x", "z", *NAMES], se="HC1")
    assert mine.inference.se[1:3] == pytest.approx(theirs.inference.se[1:3], rel=1e-12)
    for weights in ({}, {"weights": "w"}):
        with pytest.raises(NumericalError, match="data row 1 has a leverage of 1"):
            wxb.fit(alone, "y", features=["x", "z", "s"], se="HC3", **weights)


def test_nearly_collinear_within_levels():
    """What is left of z within the levels, beside x, is a millionth: pairs of doubles take over."""
    near = TABLE | {"z": TABLE["x"] + CODES + 1e-6 * TABLE["z"]}
    by_hand = BY_HAND | {"z": near["z"]}
    mine = wxb.fit(near, "y", features=["x", "z", "s"], se="HC3")
    theirs = wxb.fit(by_hand, "y", features=["x", "z", *NAMES[1:]], se="HC3")
    assert mine.inference.se == pytest.approx(theirs.inference.se, rel=1e-11)


def test_threads_leave_no_trace():
    many = {name: np.tile(np.asarray(column), 60) for name, column in TABLE.items()}
    one, two = (wxb.fit(many, "y", features=["x", "z", "s"], se="HC3", threads=count) for count in (1, 2))
    assert one.errors.matrix.tobytes() == two.errors.matrix.tobytes()
