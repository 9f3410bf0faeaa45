"""Diagnostics where a category was eliminated: those of its dummies."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from wxb.errors import DataError, UsageError

RANDOM = np.random.default_rng(9)
N, G = 900, 55
CODES = np.concatenate([np.repeat(np.arange(G), 3), RANDOM.integers(0, G, N - 3 * G)])
TABLE = {
    "s": [f"l{code:02d}" for code in CODES],
    "x": RANDOM.normal(size=N) + CODES * 0.1,
    "z": RANDOM.normal(size=N) + 1e5,
    "w": RANDOM.uniform(0.5, 2, N),
}
TABLE["y"] = 1 + TABLE["x"] + np.sin(CODES) + RANDOM.normal(size=N) * (1 + np.abs(TABLE["x"]))
NAMES = sorted(set(TABLE["s"]))
BY_HAND = {name: TABLE[name] for name in ("x", "z", "y", "w")} | {
    name: (i == CODES).astype(float) for i, name in enumerate(NAMES)
}


@pytest.mark.parametrize("weights", [{}, {"weights": "w"}], ids=["plain", "weighted"])
def test_they_are_those_of_dummies(weights):
    mine = wxb.fit(TABLE, "y", features=["x", "z", "s"], **weights)
    theirs = wxb.fit(BY_HAND, "y", features=["x", "z", *NAMES[1:]], **weights)
    assert mine.solution.eliminated is not None
    found, truth = mine.diagnose(TABLE, qq=7, label="s"), theirs.diagnose(BY_HAND, qq=7)
    assert found.k == truth.k
    for name in ("press", "predicted_r2", "durbin_watson"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), rel=1e-11)
    for name in ("breusch_pagan", "jarque_bera"):
        assert getattr(found, name).statistic == pytest.approx(getattr(truth, name).statistic, rel=1e-10)
        assert getattr(found, name).freedom == getattr(truth, name).freedom
    for name in ("leverage", "cook", "studentised"):
        assert [one.row for one in getattr(found, name)] == [one.row for one in getattr(truth, name)]
        assert [one.value for one in getattr(found, name)] == pytest.approx(
            [one.value for one in getattr(truth, name)], rel=1e-11
        )
    assert found.cook[0].label == TABLE["s"][found.cook[0].row]
    assert found.quantiles.residual == pytest.approx(truth.quantiles.residual, rel=1e-11)
    for kind, errors in found.errors.items():
        assert errors == pytest.approx(truth.errors[kind], rel=1e-11), kind
    rows, by_hand = mine.augment(TABLE), theirs.augment(BY_HAND)
    for name in ("fitted", "residual", "leverage", "studentised", "cook"):
        assert rows[name].to_numpy() == pytest.approx(by_hand[name].to_numpy(), rel=1e-10, abs=1e-12)
    assert mine.residuals(TABLE) == pytest.approx(theirs.residuals(BY_HAND), rel=1e-10, abs=1e-12)


def test_of_absorbed_levels():
    mine = wxb.fit(TABLE, "y", features=["x", "z"], absorb="s")
    theirs = wxb.fit(TABLE, "y", features=["x", "z", "s"])
    found, truth = mine.diagnose(TABLE), theirs.diagnose(TABLE)
    assert (found.k, found.breusch_pagan, found.press) == (truth.k, truth.breusch_pagan, truth.press)
    assert found.cook == truth.cook
    assert found.errors["HC3"] == pytest.approx(truth.errors["HC3"][1:3], rel=1e-13)
    assert mine.residuals(TABLE).tolist() == theirs.residuals(TABLE).tolist()


def test_what_is_refused():
    model = wxb.fit(TABLE, "y", features=["x", "z", "s"])
    with pytest.raises(UsageError, match="the levels of `s` are too many for it"):
        model.diagnose(TABLE, white=True)
    with pytest.raises(DataError, match="row 8: `s` is `new`, a level that the model was not fitted to"):
        model.residuals(TABLE | {"s": [*TABLE["s"][:7], "new", *TABLE["s"][8:]]})
