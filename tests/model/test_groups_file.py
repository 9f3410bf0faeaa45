"""Groups in a file: the same models, and nothing that tells rows unless it is asked for."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.errors import ModelFileError

RANDOM = np.random.default_rng(5)
N = 90
TABLE: dict[str, Any] = {
    "x": RANDOM.normal(size=N),
    "kind": RANDOM.choice(["a", "b"], N).tolist(),
    "school": RANDOM.choice(["north", "south"], N).tolist(),
    "year": RANDOM.choice([2001, 2002], N).tolist(),
}
TABLE["y"] = 2 * TABLE["x"] + RANDOM.normal(size=N)


def again(groups: wxb.Groups, path: Path, **options: Any) -> wxb.Groups:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        groups.save(path, **options)
    return wxb.Groups.load(path)


@pytest.mark.parametrize(
    "asked",
    [
        {"target": "y", "features": ["x"], "by": "school"},
        {"target": "y", "features": ["x"], "by": ["school", "year"], "folds": 3},
        {"formula": "y ~ x + kind", "by": "year"},
    ],
)
def test_groups_are_what_they_were(asked: dict[str, Any], tmp_path: Path) -> None:
    groups = wxb.fit(TABLE, **asked)
    found = again(groups, tmp_path / "g.json")
    assert (found.by, found.labels, found.terms, found.target) == (groups.by, groups.labels, groups.terms, "y")
    assert found.coef.tobytes() == groups.coef.tobytes()
    assert found.rows.tolist() == groups.rows.tolist()
    for label, model in groups.items():
        assert found[label].inference.se.tobytes() == model.inference.se.tobytes()
        assert found[label].fold_costs.tolist() == model.fold_costs.tolist()
    assert str(found) == str(groups)
    assert again(found, tmp_path / "g.json").coef.tobytes() == groups.coef.tobytes()


def test_a_group_that_its_sums_tell_is_left_out_unless_it_is_asked_for(tmp_path: Path) -> None:
    few = {name: [*list(column), *list(column)[:2]] for name, column in TABLE.items()}
    few["school"] = [*TABLE["school"], "two", "two"]
    groups, path = wxb.fit(few, "y", features=["x"], by="school"), tmp_path / "g.json"
    with pytest.warns(wxb.WxbWarning, match='1 group of so few rows .* not in the file .*`keep="labels"`'):
        groups.save(path)
    assert f"{few['y'][-1]!r}"[:9] not in path.read_text()
    found = wxb.Groups.load(path)
    assert [row["label"] for row in json.loads(path.read_text())["withheld"]] == [["two"]]
    assert list(found.failed) == ["two"]
    with pytest.raises(wxb.NumericalError, match="2 rows, whose sums would tell these"):
        found["two"]
    with pytest.warns(wxb.WxbWarning, match="which tell these"):
        groups.save(path, keep="labels")
    assert wxb.Groups.load(path)["two"].coef.tolist() == groups["two"].coef.tolist()


def test_why_a_group_has_no_model_is_kept(tmp_path: Path) -> None:
    groups = wxb.fit({**TABLE, "school": ["alone", *TABLE["school"][1:]]}, "y", features=["x"], by="school")
    found = again(groups, tmp_path / "g.json")
    assert found.failed["alone"].what == groups.failed["alone"].what
    assert found.rows.tolist()[-1] == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(by=[]), r"\$\.by must name a column"),
        (lambda c: c["groups"][0].update(label=[None]), "must be a text, a number"),
        (lambda c: c["groups"][0].update(label=["a", "b"]), r"\$\.groups\[0\]\.label must have 1 part,"),
        (lambda c: c["groups"][0]["model"].update(format="other"), "is not a model"),
        (lambda c: c["groups"][1]["model"].update(terms=["z"]), "terms"),
        (lambda c: c.update(groups=[]), "hold no model"),
        (lambda c: c.update(more=1), "more"),
        (lambda c: c["groups"][0]["model"]["coef"].__setitem__(0, 1.0), r"\$\.groups\[0\]\.model\.coef"),
    ],
)
def test_a_file_that_was_changed_is_refused_by_its_field(change: Any, said: str, tmp_path: Path) -> None:
    path = tmp_path / "g.json"
    wxb.fit(TABLE, "y", features=["x"], by="school").save(path)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(ModelFileError, match=said):
        wxb.Groups.load(path)


def test_only_such_files_are_written_over(tmp_path: Path) -> None:
    groups, path = wxb.fit(TABLE, "y", features=["x"], by="school"), tmp_path / "g.json"
    groups["north"].save(path)
    with pytest.raises(wxb.WxbError):
        groups.save(path)
    with pytest.raises(wxb.UsageError, match="keep"):
        groups.save(tmp_path / "h.json", keep="rows")  # type: ignore[arg-type]
