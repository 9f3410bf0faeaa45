"""Rates and descent need NumPy only, so that a descent starts fast."""

from __future__ import annotations

import subprocess
import sys


def test_descent_loads_numpy_only() -> None:
    code = (
        "import sys, wxb.descent, wxb.learning_rates, wxb.trajectory\n"
        "heavy = {'torch', 'scipy', 'pyarrow', 'duckdb', 'flint', 'pandas'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_torch_engine_is_imported_without_torch() -> None:
    code = "import sys, wxb.training\nsys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_package_takes_the_place_of_a_public_call() -> None:
    """Importing a package sets its name on its parent: one called `wxb.rates` once replaced the call after its first use."""
    code = (
        "import wxb\n"
        "table = {'x': [1.0, 2.0, 4.0], 'y': [1.0, 3.0, 5.0]}\n"
        "wxb.fit(table, 'y', lr=0.1, epochs=3)\n"
        "first, second = wxb.rates(table, 'y'), wxb.rates(table, 'y')\n"
        "assert first.max == second.max == wxb.rates(wxb.fit(table, 'y')).max\n"
        "assert callable(wxb.fit) and callable(wxb.rates)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
