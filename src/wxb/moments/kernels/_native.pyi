"""The extension compiled from `c/`."""

import numpy as np
from numpy.typing import NDArray

_Vector = NDArray[np.float64]
_Ids = NDArray[np.int64]

ROWS: int

class Loop:
    def __init__(self, instructions: str | None = None) -> None: ...
    @property
    def instructions(self) -> str: ...
    @property
    def wide(self) -> int: ...
    def add(
        self,
        columns: list[_Vector],
        start: int,
        order: _Ids,
        factors: _Vector,
        counts: _Ids,
        sums: _Ids,
        pending: _Ids,
        low: _Vector,
        high: _Vector,
        aside: _Ids,
        /,
    ) -> tuple[int, int, bool]: ...
    def add_shifted(
        self, columns: list[_Vector], shift: _Vector, weights: _Vector | None, sums: NDArray[np.float64], /
    ) -> None: ...
    def add_segments(
        self,
        columns: list[_Vector],
        rows: _Ids | None,
        length: int,
        factors: _Vector,
        start: int,
        stop: int,
        combined: _Ids,
        aside: _Ids,
        /,
    ) -> int: ...
    def whiten(
        self,
        columns: list[_Vector],
        rests: list[_Vector] | None,
        centre: NDArray[np.float64],
        T: NDArray[np.float64],
        theta: NDArray[np.float64],
        z: NDArray[np.float64],
        size: _Vector,
        left: _Vector,
        /,
    ) -> None: ...
    def weigh(
        self, columns: list[_Vector], starts: _Ids, weights: list[_Vector | None], sums: NDArray[np.float64], /
    ) -> None: ...
    def add_scores(
        self,
        z: NDArray[np.float64],
        factors: _Vector,
        cells: _Ids,
        columns: _Ids,
        table: _Ids,
        aside: _Ids,
        digits: int,
        /,
    ) -> int: ...
    def count_cells(
        self,
        columns: list[_Vector],
        start: int,
        shift: int,
        scales: _Vector,
        firsts: _Vector,
        averaged: bool,
        often: bool,
        unit: float,
        counts: _Ids,
        sums: _Ids,
        low: _Vector,
        high: _Vector,
        /,
    ) -> int: ...
    def add_digits(
        self,
        columns: list[_Vector],
        cells: _Ids,
        factors: _Vector,
        plan: _Ids,
        aside: _Ids,
        found: _Ids,
        table: _Ids,
        width: int,
        /,
    ) -> None: ...
    def deal(
        self, columns: list[_Vector], codes: _Ids, counts: _Ids, next: _Ids, out: NDArray[np.float64], stride: int, /
    ) -> None: ...
    def folds(self, first: int, count: int, seed: int, out: _Ids, /) -> None: ...
    def take(
        self,
        X: NDArray[np.float64],
        y: NDArray[np.float64],
        X_room: NDArray[np.float64],
        y_room: NDArray[np.float64],
        start: int,
        /,
    ) -> bool: ...
