"""A new kind of source is one class with the words of a `Table`: nothing else has to know of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import wxb
from wxb.data import Scan, Selection, open_table
from wxb.data.kinds import NUMBER
from wxb.errors import UsageError


@dataclass(frozen=True)
class Squares:
    """The numbers 1 to `rows` and their squares, which no file holds."""

    rows: int
    name: str = "the squares"
    columns: tuple[str, ...] = ("n", "square")
    rereadable: bool = True
    kinds = {"n": NUMBER, "square": NUMBER}  # noqa: RUF012

    def scan(self, selection: Selection) -> Scan:
        n = np.arange(1.0, self.rows + 1)
        return open_table({"n": n, "square": n * n}).scan(selection)


def test_a_toy_source_is_fitted_predicted_and_updated() -> None:
    model = wxb.fit(Squares(10), "square", test=0.3, seed=1)
    assert model.test_mae is not None  # read twice
    n = np.arange(1.0, 11)
    same = wxb.fit({"n": n, "square": n * n}, "square", test=0.3, seed=1)
    assert model.predict(Squares(3)).tolist() == same.predict({"n": [1, 2, 3]}).tolist()
    whole = wxb.update(wxb.fit(Squares(10), "square"), Squares(3))
    assert whole.n == 13
    with pytest.raises(UsageError, match="where"):
        wxb.fit(Squares(3), "square", where="n > 1")
