"""What a term is follows from its column: names that look like terms of another kind are names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import wxb
from wxb.data import Selection, open_table
from wxb.data.kinds import NUMBER, WHOLE, truth
from wxb.design import Design, Made
from wxb.errors import DataError, ModelFileError, UsageError

pytestmark = pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")

X = np.linspace(0.5, 4.0, 8)
Y = 3 * X + np.sin(X)


@pytest.mark.parametrize("name", ["temp[C]", "paid[yes]", "paid[TRUE]", "[yes]", "a[b][yes]", "temp[C"])
def test_a_column_of_numbers_is_a_number_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    data = {name: X, "y": Y}
    model = wxb.fit(data, "y")
    assert model.design.columns == (Made(name=name, sources=(name,), kind=NUMBER),)
    assert f"One more unit of {name} goes with" in " ".join(model.summary().split())
    model.save(tmp_path / "m.json")
    assert "column" not in json.loads((tmp_path / "m.json").read_text("utf-8"))["kinds"][0]
    for known in (model, wxb.load(tmp_path / "m.json")):
        assert known.design == model.design
        assert known.predict({name: X}).tolist() == model.predict(X).tolist()
        assert wxb.forget(wxb.update(known, data), data).theta.tolist() == model.theta.tolist()
        assert wxb.merge(known, known).n == 16
        with pytest.raises(DataError, match="there is no column"):
            known.predict({name.partition("[")[0] or "b": X})


def test_yes_and_no_are_told_apart_from_a_name(tmp_path: Path) -> None:
    table = {"paid": ["yes", "no"] * 4, "paid[no]": X, "y": Y}
    model = wxb.fit(table, "y")
    assert model.terms == ("paid[yes]", "paid[no]")
    assert [term.column for term in model.design.terms] == ["paid", "paid[no]"]
    assert model.kinds == (truth("yes"), NUMBER, NUMBER)
    model.save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text("utf-8"))
    assert content["kinds"][0] == {"sort": "truth", "word": "yes", "column": "paid"}
    assert wxb.load(tmp_path / "m.json").design == model.design
    expected = model.predict(table).tolist()
    for paid in ({"paid": [1.0, 0.0] * 4}, {"paid[yes]": [1, 0] * 4}, {"paid": [True, False] * 4}):
        assert model.predict({**paid, "paid[no]": X}).tolist() == expected
    del content["kinds"][0]["column"]  # as it was written at first
    (tmp_path / "m.json").write_text(json.dumps(content), "utf-8")
    assert wxb.load(tmp_path / "m.json").design == model.design
    content["kinds"][0]["column"] = "other"
    (tmp_path / "m.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(ModelFileError, match=r"\$\.kinds do not go with the terms"):
        wxb.load(tmp_path / "m.json")


def test_bare_moments_know_names_alone() -> None:
    design = wxb.fit(wxb.Moments.of(X, Y, terms=["paid[yes]"])).design
    assert design.kinds is None
    assert design.columns == (Made(name="paid[yes]", sources=("paid",), kind=truth("yes")),)
    assert design.target.kind is None


@pytest.mark.parametrize("intercept", [True, False])
def test_rows_of_a_design(intercept: bool) -> None:
    scan = open_table({"a": [1, 2], "b": [0.5, 1.5], "y": [1, 2]}).scan(Selection(target="y"))
    design = Design.of(scan, intercept)
    assert design.kinds == (WHOLE, NUMBER, WHOLE)
    rows = design.rows({"b": np.array([5.0, 6.0]), "a": np.array([3.0, 4.0])}, 0.25)
    assert rows.tolist() == [[0.25] * intercept + [3, 5], [0.25] * intercept + [4, 6]]
    with pytest.raises(UsageError, match="no value for `b`"):
        design.rows({"a": X})
    with pytest.raises(UsageError, match="different lengths"):
        design.rows({"a": X, "b": X[:2]})
