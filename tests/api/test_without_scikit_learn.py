"""Where scikit-learn is not installed its face says what to install, and nothing else asks for it."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
sys.modules["sklearn"] = None
import wxb
print(wxb.fit(([[1.0], [2.0], [4.0]], [1.0, 2.0, 4.0])).coef)
try:
    wxb.LinearRegression
except wxb.MissingExtra as missing:
    print(missing)
"""


def test_the_estimator_says_what_to_install() -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert said.splitlines() == [
        "[1.]",
        "`wxb.LinearRegression` needs scikit-learn, which is not installed",
        "  pip install 'wxb[sklearn]'",
    ]
