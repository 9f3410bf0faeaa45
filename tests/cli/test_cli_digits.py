"""Digits at the command line: what is typed, printed and written keeps those it needs."""

from __future__ import annotations

import pytest

import wxb as library

IDS = (1582218195625938945, 1582218195625938946, 1582218195625938947, 1582218195625938949)


@pytest.fixture
def ids(tmp_path):
    data = tmp_path / "ids.csv"
    data.write_text("stamp,v\n" + "".join(f"{i},{v}\n" for i, v in zip(IDS, [1, 2, 3, 5])))
    return data


def test_ids_of_64_bits_predict_and_are_written_whole(wxb, tmp_path, ids):
    """pandas-dev/pandas#48170: W·x and b cancel to the last digit, so rounding either would leave nothing."""
    model = tmp_path / "m.json"
    assert wxb("fit", ids, "--target", "v", "--save", model).code == 0
    assert wxb("predict", model, ids).lines[1:] == [f"{i},{v:.1f}" for i, v in zip(IDS, [1, 2, 3, 5])]
    found = wxb("predict", model, "--at", f"stamp={IDS[3]}", "--json").json
    assert (found["predictions"], found["at"]) == ([5.0], [{"stamp": IDS[3]}])
    assert f"stamp = {IDS[3]}:" in wxb("predict", model, "--at", f"stamp={IDS[3]}").out
    for form in ("jsonl", "parquet", "csv"):
        written = tmp_path / f"out.{form}"
        assert wxb("predict", model, ids, "-o", written).code == 0
        assert library.load(model).predict(written).tolist() == [1.0, 2.0, 3.0, 5.0]
