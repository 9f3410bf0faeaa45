"""scikit-learn's own checks of an estimator, all of them, each once: in a process of its own, where SciPy's array API is on."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import warnings
from sklearn.utils.estimator_checks import check_estimator
import wxb
warnings.simplefilter("error")
warnings.simplefilter("ignore", wxb.WxbWarning)  # collinear columns, constant targets
done = check_estimator(wxb.LinearRegression(), on_skip=None, on_fail=None)
print(len(done), [(one["check_name"], one["status"], str(one["exception"])) for one in done if one["status"] != "passed"])
"""


def test_scikit_learns_checks_pass_and_none_is_skipped() -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr
    count, __, others = found.stdout.partition(" ")
    assert int(count) > 40
    assert others.strip() == "[]"
