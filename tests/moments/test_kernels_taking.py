"""Rows copied to where they wait: every kernel, however they lie in memory; what is not finite is seen wherever it stands."""

from __future__ import annotations

import numpy as np
import pytest

from wxb.moments.kernels import Native

RANDOM = np.random.default_rng(31)
ROWS = 37


def lying(width: int) -> dict[str, np.ndarray]:
    """Matrices (ROWS, width), each in another way."""
    wide = RANDOM.standard_normal((2 * ROWS, 3 * width))
    return {
        "rows": RANDOM.standard_normal((ROWS, width)),
        "columns": RANDOM.standard_normal((width, ROWS)).T,
        "part of rows": wide[:ROWS, width : 2 * width],
        "every second row, backwards": wide[::-2, :width],
        "every third column": wide[ROWS:, ::3],
        "one row again and again": np.broadcast_to(wide[0, :width], (ROWS, width)),
    }


@pytest.mark.parametrize("width", [1, 10])
def test_rows_are_copied_and_looked_at(kernel, width):
    for X in lying(width).values():
        for y in (
            RANDOM.standard_normal(ROWS),
            RANDOM.standard_normal(2 * ROWS)[::2],
            RANDOM.standard_normal((ROWS, 2)),
        ):
            room = np.zeros((50, width)), np.zeros((50, y.size // ROWS))
            assert kernel.take(X, y, room, 9) is True
            for copy, given in zip(room, (X, y.reshape(ROWS, -1))):
                assert copy[9 : 9 + ROWS].tolist() == given.tolist()
                assert not np.delete(copy, range(9, 9 + ROWS), axis=0).any()


@pytest.mark.parametrize("number", [np.nan, -np.nan, np.inf, -np.inf, np.finfo(float).max, -5e-324, -0.0])
def test_what_is_not_finite_is_seen(kernel, number):
    for width in (1, 10):
        for name, given in lying(width).items():
            X, y = (given.copy() if name.startswith("one") else given), RANDOM.standard_normal(ROWS)
            for array, place in ((X, (0, 0)), (X, (-1, -1)), (y, 0), (y, -1)):
                before, array[place] = array[place], number
                room = np.empty((ROWS, width)), np.empty((ROWS, 1))
                assert kernel.take(X, y, room, 0) is bool(np.isfinite(number))
                array[place] = before


def test_rows_without_room_are_refused():
    pytest.importorskip("wxb.moments.kernels._native")
    take = Native().take
    X, y = RANDOM.standard_normal((ROWS, 3)), RANDOM.standard_normal(ROWS)
    room = np.zeros((ROWS, 3)), np.zeros((ROWS, 1))
    for given, start in (
        ((X, y), 1),
        ((X, y), -1),
        ((X, y[1:]), 0),
        ((X[:, None], y), 0),
        ((X[:, :0], y), 0),
        ((X, y), 2**62),
    ):
        with pytest.raises(ValueError, match="do not belong together"):
            take(*given, room, start)
    with pytest.raises(TypeError, match="expected"):
        take(X.astype(np.float32), y, room, 0)
    assert not any(part.any() for part in room)
