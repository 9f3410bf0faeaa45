"""Rows are kept while they are few; beyond that they are read again, or refused where they cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import wxb
from wxb.data import Scan, open_table
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.errors import DataError
from wxb.passes import each, kept
from wxb.passes.checkpoint import Checkpoint
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


def test_rows_before_a_checkpoint_that_can_be_read_once_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("1.csv", "2.csv", "3.csv"):
        (tmp_path / name).write_text("x,y\n1,2\n2,3\n3,5\n")

    class Once:
        name, rereadable = "the source", False
        files = open_table(str(tmp_path / "*.csv"))
        columns, kinds = files.columns, files.kinds

        def __init__(self, broken: bool) -> None:
            self.broken = broken

        def scan(self, selection: Selection) -> Scan:
            scan = self.files.scan(selection)
            last = Broken() if self.broken else scan.parts[-1]
            return replace(scan, parts=(*scan.parts[:-1], last), unproven=None)

    class Broken:
        key, rows = "broken", None

        def blocks(self, first: int) -> Blocks:
            raise KeyboardInterrupt
            yield

    monkeypatch.setattr(Checkpoint, "due", lambda self, saved: True)
    aside, options = tmp_path / "state", {"optimizer": "adam", "epochs": 2}
    with pytest.raises(KeyboardInterrupt):
        wxb.fit(Once(broken=True), "y", checkpoint=aside, **options)
    assert aside.exists()
    with pytest.raises(DataError, match="its rows before the checkpoint, which are needed again, are gone"):
        wxb.fit(Once(broken=False), "y", checkpoint=aside, **options)
    aside.unlink()
    assert wxb.fit(Once(broken=False), "y", checkpoint=aside, **options).n == 9
