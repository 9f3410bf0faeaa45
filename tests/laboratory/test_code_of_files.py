"""`</>` of a page that was made of a file: the command and the call read that file as the page did, and give its line."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
import warnings
from importlib.util import find_spec

import pytest

import wxb

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
OPTIONS = {"sep": ";", "na": ["?", "-"], "missing": "drop", "where": "hours < 90", "skip": 1}
CODE = (
    "(lab, payload, patch) => lab.codeOf(lab.derive(payload, Object.freeze({ ...lab.firstState(payload), ...patch })))"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("of a file")
    rows = "".join(f"{k % 100};{(7 * k) % 31 + k / 8};a\n" if k % 50 else "?;-;b\n" for k in range(1, 90))
    (made / "my hours.csv").write_text("a title\nhours;my score;name\n" + rows)
    return made


@pytest.mark.parametrize(
    "patch", [{"epoch": "min"}, {"epoch": 40, "lr": 1e-4}, {"epoch": 0, "start": {"W": 2.0, "b": -1.5}}]
)
def test_the_file_is_read_as_it_was(lab_js, folder, patch):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        payload = dict(wxb.lab(folder / "my hours.csv", "my score", **OPTIONS).payload)
        model = wxb.fit(folder / "my hours.csv", "my score", features=["hours"], **OPTIONS)
    code = lab_js(CODE, payload, patch)
    bowl = model.bowl
    theta = {"min": bowl.minimum, 0: [-1.5, 2.0]}.get(patch["epoch"])
    if theta is None:
        theta = wxb.fit(folder / "my hours.csv", "my score", features=["hours"], lr=1e-4, epochs=40, **OPTIONS).theta
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code["python"]], cwd=folder, capture_output=True, text=True, check=True
    )
    W, b, __ = map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", done.stdout))
    assert [b, W] == pytest.approx(list(theta), rel=1e-9)
    if find_spec("torch"):
        assert run(code["torch"], folder)[:2] == pytest.approx([theta[1], theta[0]], rel=1e-8)
    command = code["command"].replace("wxb ", f"'{sys.executable}' -m wxb ", 1) + " --json"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["cost"] == pytest.approx(float(bowl.cost(theta)), rel=1e-9)


def run(code, folder):
    """W, b and the cost that Python code prints."""
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(code.replace(":.10g}", ":.17g}"), "code", "exec"), {})  # noqa: S102
    return [float(value) for value in re.findall(r"\w (\S+?)(?:,|$)", printed.getvalue().strip())]


HERE = "(lab, payload, patch) => lab.derive(payload, Object.freeze({ ...lab.firstState(payload), ...patch })).here"
ADDED = [[1.0, 2.0], [100.0, -3.0]]
HELD = {"only": "W", "start": {"W": 0.25, "b": 2.0}}


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A folder with more rows than a page holds, and the page's payload."""
    folder = tmp_path_factory.mktemp("of many rows")
    rows = "".join(f"{k % 97 / 8},{(5 * k) % 89 / 4}\n" for k in range(2001))
    (folder / "many.csv").write_text("hours,score\n" + rows)
    return folder, dict(wxb.lab(folder / "many.csv", "score").payload)


@pytest.mark.parametrize("patch", [{"start": {"W": 2.0, "b": 1.0}}, {"epoch": 30, "momentum": 0.5}, {"epoch": "min"},
                                   {"epoch": 9, "zero": False}, {"epoch": "min", **HELD}, {"epoch": 9, **HELD}])  # fmt: skip
def test_rows_added_to_those_of_a_file_are_in_the_code(lab_js, many, patch):
    folder, payload = many
    patch = {"lr": 1e-3, "added": ADDED, **patch}
    code, here = lab_js(CODE, payload, patch), lab_js(HERE, payload, patch)
    assert run(code["python"], folder) == pytest.approx([here["W"], here["b"], here["cost"]], rel=1e-9)
    assert code["command"].startswith("#")
    if find_spec("torch"):
        assert run(code["torch"], folder) == pytest.approx([here["W"], here["b"], here["cost"]], rel=1e-8)


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize("rows", [[[2.0, 5.0]], [[2.0, 3.0], [2.0, 5.0]]])
@pytest.mark.parametrize("epoch", [3, "min"])
def test_code_of_rows_at_one_place_gives_the_line_of_the_page(lab_js, many, rows, epoch):
    """One row is too few for a fit of W and b, and the code says so; of two at one x the level line is the least."""
    patch = {"rows": rows, "epoch": epoch}
    code, here = lab_js(CODE, many[1], patch), lab_js(HERE, many[1], patch)
    line = pytest.approx([here["W"], here["b"], here["cost"]], rel=1e-9, abs=1e-12)
    if len(rows) == 1:
        assert {code["python"][0], code["command"][0]} == {"#"}
    else:
        assert run(code["python"], many[0]) == line
    if find_spec("torch"):
        assert run(code["torch"], many[0]) == line
