"""Rows are kept while they are few; beyond that they are read again, or refused where they cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.errors import DataError
from wxb.passes import each, kept
from wxb.passes.kept import KeptRows


@pytest.mark.parametrize(("limit", "few"), [(600, True), (599, False)])
def test_the_limit_is_on_the_numbers_kept(limit: int, few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_NUMBERS", limit)
    x = np.arange(300.0)
    scan = open_table({"x": x, "y": x}).scan(Selection(target="y"))
    [blocks] = each(scan, [KeptRows("it", again=True)]).results
    assert (blocks is not None) == few
    if few:
        each(scan, [KeptRows("it", again=False)])
    else:
        with pytest.raises(DataError, match="it is larger than memory allows for and can be read only once"):
            each(scan, [KeptRows("it", again=False)])
