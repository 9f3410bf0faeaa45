"""`</>` of a page that was made of a file: the command and the call read that file as the page did, and give its line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings

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
    command = code["command"].replace("wxb ", f"'{sys.executable}' -m wxb ", 1) + " --json"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["cost"] == pytest.approx(float(bowl.cost(theta)), rel=1e-9)
