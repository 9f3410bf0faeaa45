"""The 43 messy files: a right fit, a right fit with a warning, or a message that names the place; never anything else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

MESSY = Path(__file__).resolve().parents[1] / "reference" / "messy"
FILES = json.loads((MESSY / "expected.json").read_text("utf-8"))["files"]
NOT_A_NUMBER = re.compile(r"(?<![A-Za-z])(nan|inf|infinity)(?![A-Za-z])", re.IGNORECASE)


def command(case: dict) -> list[str]:
    features = [] if case["predictors"] == ["(all)"] else ["--features", ",".join(case["predictors"])]
    return ["fit", str(MESSY / case["file"]), "--target", case["target"], *features]


def test_all_43_are_here():
    assert len(FILES) == 43
    assert all((MESSY / case["file"]).exists() for case in FILES)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["file"])
def test_messy_file(wxb, case):
    ended = wxb(*command(case))
    assert ended.code in {"fit": (0,), "fit_with_warning": (0,), "error": (1,), "fit_or_error": (0, 1)}[case["outcome"]]
    assert "fault of wxb" not in ended.err
    assert not NOT_A_NUMBER.search(ended.out)
    if ended.code == 1:
        assert ended.out == ""
        assert ended.err.startswith("✗ ")
        assert case["file"] in ended.err or "large" in ended.err
    if ended.code == 1 or case["outcome"] == "fit_with_warning":
        for alternatives in case["message_should_mention"]:
            assert any(word.lower() in ended.err.lower() for word in alternatives.split("|")), alternatives


@pytest.mark.parametrize("case", FILES, ids=lambda case: case["file"])
def test_messy_file_as_json(wxb, case):
    ended = wxb(*command(case), "--json")
    found = ended.json
    if ended.code == 1:
        assert found["error"]["what"]
        return
    expected = case["expected_fit"]
    if expected is None:
        return
    kept = [w for term, w in zip(found["terms"], found["coef"]) if term not in found["dropped"]]
    assert [found["intercept"], *kept] == pytest.approx(expected["coef"], rel=1e-12, abs=1e-12)
    assert found["n"] == expected["n"]
    if "r2" in expected:
        assert found["r2"] == (None if expected["r2"] is None else pytest.approx(expected["r2"], rel=1e-12))
    if case["outcome"] == "fit_with_warning":
        assert found["warnings"]
