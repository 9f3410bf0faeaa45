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


def test_ids_that_doubles_do_not_tell_apart_stand_whole_in_the_cost_table(wxb, ids):
    found = wxb("cost", ids, "--target", "v", "--line", f"1*(stamp - {IDS[2]}) + 3")
    assert [line.split()[0] for line in found.lines if line.startswith("  158")] == [str(i) for i in IDS]
    assert wxb("cost", ids, "--target", "v", "--line", "stamp", "--json").json["columns"]["stamp"] == list(IDS)


def test_ends_that_look_alike_are_one_and_the_next_step_is_typed_whole(wxb, ids):
    found = wxb("fit", ids, "--target", "v").out
    assert "1.582e18 … 1.582e18" not in found
    assert "(all of it near 1.582e18)" in " ".join(found.split())
    assert "--at stamp=1582218195625938944 " in found


def test_quiet_prints_the_whole_line_and_it_can_be_typed_back(wxb, tmp_path):
    data = tmp_path / "t.csv"
    names = [f"a_rather_long_name_{i}" for i in range(5)]
    rows = [[(i * j * j + i * i) % (7 + j) for j in range(1, 7)] for i in range(30)]
    data.write_text("\n".join(",".join(map(str, row)) for row in [[*names, "y"], *rows]) + "\n")
    line = wxb("fit", data, "--target", "y", "-q").out.strip()
    assert "≈" not in line
    assert "more" not in line
    cost = wxb("fit", data, "--target", "y", "--json").json["cost"]
    assert wxb("cost", data, "--target", "y", "--line", line, "--json").json["cost"] <= 1.001 * cost


def test_screens_of_fast_fits_and_costs_are_80_wide(wxb, tmp_path, monkeypatch):
    data = tmp_path / "a_file_with_quite_a_name.csv"
    data.write_text("hours,score_of_the_test\n1,2\n2,4.1\n3,6\n4,8.3\n")
    monkeypatch.chdir(tmp_path)
    for found in (
        wxb("fit", data.name, "--target", "score_of_the_test", "--precision", "fast"),
        wxb("fit", data.name, "--target", "score_of_the_test", "--test", "0.3"),
        wxb("cost", data.name, "--target", "score_of_the_test", "--line", "hours"),
        wxb("cost", data.name, "--target", "score_of_the_test", "--line", "54321098.7*hours"),
    ):
        assert max(map(len, found.lines)) <= 80
