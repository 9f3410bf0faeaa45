"""Times and yes/no at the command line: typed as they are written, refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import wxb as library
from support.notes import noted

REPORTS = Path(__file__).resolve().parents[1] / "reference" / "reports"


@pytest.fixture
def saved(wxb, tmp_path) -> Path:
    path = tmp_path / "m.json"
    assert wxb("fit", REPORTS / "r36_us.parquet", "-t", "y", "--save", path).code == 0
    return path


def test_instants_at_a_point(wxb, saved):
    for text, value in (("2024-01-02T12:00", 2.0), ("2024-01-02 12:00:00", 2.0), ("2024-01-03", 2.5)):
        ended = wxb("predict", saved, "--at", f"t={text}", "--json")
        assert json.loads(ended.out)["predictions"] == [pytest.approx(value, abs=1e-12)]
    shown = wxb("predict", saved, "--at", "t=2025-01-01")
    assert "y at t = 2025-01-01:  366.5" in shown.out
    assert "t = 2025-01-01 is outside the data (2024-01-01 12:00:00 … 2024-01-08 12:00:00)" in " ".join(
        shown.err.split()
    )


def test_other_units_through_the_command_line(wxb, saved):
    for name, rows in (("r36_ns", 8), ("r36_ms_first4", 4)):
        ended = wxb("predict", saved, REPORTS / f"{name}.parquet", "--json")
        assert json.loads(ended.out)["predictions"] == pytest.approx(range(1, rows + 1), abs=1e-12)
    for command in ("update", "forget"):
        ended = wxb(command, saved, REPORTS / "r36_ms_first4.parquet", "-o", saved.with_name("n.json"))
        assert ended.code == 0, ended.err
    assert library.load(saved.with_name("n.json")).coef.tolist() == pytest.approx([1.0], rel=1e-14)


@pytest.mark.parametrize("text", ["5", "yesterday", "01/02/2024", "2024-1-2", "2024-01-02T00:00Z", "nan", "2024-02-30"])
def test_what_is_no_instant(wxb, saved, text):
    ended = wxb("predict", saved, "--at", f"t={text}")
    assert ended.code == 2
    assert f"`--at t` is `{text}`" in ended.err


def test_durations_at_a_point(wxb, tmp_path):
    model = library.fit({"d": np.arange(8).astype("m8[h]"), "y": 2.0 * np.arange(8)}, "y")
    assert noted("durations, in days", model)
    model.save(tmp_path / "m.json")
    for text in ("36h", "1.5", "1.5d", "P1DT12H", "2160min"):
        ended = wxb("predict", tmp_path / "m.json", "--at", f"d={text}")
        assert "y at d = 1.5 days:  72.00" in ended.out
    ended = wxb("predict", tmp_path / "m.json", "--at", "d=soon")
    assert ended.code == 2
    assert "expected a duration" in ended.err


def test_yes_and_no_at_a_point(wxb, tmp_path):
    model = library.fit({"paid": ["yes", "no", "no", "yes"], "y": [3.0, 1.0, 1.5, 3.5]}, "y")
    model.save(tmp_path / "m.json")
    for name in ("paid", "paid[yes]"):
        for text, value in (
            ("yes", 3.25),
            ("YES", 3.25),
            ("true", 3.25),
            ("1", 3.25),
            ("1.0", 3.25),
            ("No", 1.25),
            ("0", 1.25),
        ):
            ended = wxb("predict", tmp_path / "m.json", "--at", f"{name}={text}", "--json")
            assert json.loads(ended.out)["predictions"] == [value], (name, text)
        for text in ("2", "0.5", "j", "nan", "-1"):
            ended = wxb("predict", tmp_path / "m.json", "--at", f"{name}={text}")
            assert ended.code == 2
            assert "yes or no, 1 or 0" in ended.err


def test_numbers_stay_numbers(wxb, tmp_path):
    library.fit({"x": [1.0, 2.0, 4.0], "y": [1.0, 3.0, 2.0]}, "y").save(tmp_path / "m.json")
    ended = wxb("predict", tmp_path / "m.json", "--at", "x=2024-01-02")
    assert ended.code == 2
    assert "expected a number" in ended.err


def test_predictions_that_are_piped_hold_instants_that_can_be_read_again(wxb, tmp_path):
    table = REPORTS / "r36_us.parquet"
    target = "y"
    assert wxb("fit", table, "--target", target, "--save", tmp_path / "m.json", "-q").code == 0
    piped = wxb("predict", tmp_path / "m.json", table)
    (tmp_path / "again.csv").write_text(piped.out, encoding="utf-8")
    again = wxb("predict", tmp_path / "m.json", tmp_path / "again.csv")
    assert again.code == 0
    assert again.out == piped.out
    assert "2024-01-01" in piped.out
