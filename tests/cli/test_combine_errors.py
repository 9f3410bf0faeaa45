"""`wxb update` of a model whose errors do not follow from sums says so."""

from __future__ import annotations

from pathlib import Path

import wxb
from wxb.cli import main

TABLE = {"y": [1.0, 2.0, 4.0, 3.0, 7.0, 5.0], "x": [1.0, 2.0, 3.0, 5.0, 4.0, 6.0]}


def test_errors_that_are_lost_are_told(tmp_path: Path, capsys) -> None:
    rows, saved = tmp_path / "rows.csv", tmp_path / "m.json"
    rows.write_text("y,x\n" + "".join(f"{y},{x + 0.5}\n" for y, x in zip(TABLE["y"], TABLE["x"])))
    wxb.fit(TABLE, "y", se="HC1").save(saved)
    assert main(["update", str(saved), str(rows), "-o", str(tmp_path / "n.json")]) == 0
    assert "the errors are classical now: --se HC1 needs all rows once more" in " ".join(
        capsys.readouterr().err.split()
    )


def test_a_file_of_groups_in_the_place_of_a_model_is_told_what_it_is(tmp_path: Path, capsys) -> None:
    table = {**TABLE, "g": ["a", "a", "a", "b", "b", "b"]}
    saved = tmp_path / "g.json"
    groups = wxb.fit(table, "y", features=["x"], by="g")
    groups.save(saved, keep="labels")
    assert main(["predict", str(saved), "--at", "x=1"]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "is not `wxb model`, but `wxb groups`" in said
    assert "wxb.Groups.load" in said
    assert set(wxb.Groups.load(saved)) == set(groups)
