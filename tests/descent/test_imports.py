"""Rates and descent need NumPy only, so that a descent starts fast."""

from __future__ import annotations

import subprocess
import sys


def test_descent_loads_numpy_only() -> None:
    code = (
        "import sys, wxb.descent, wxb.rates, wxb.trajectory\n"
        "heavy = {'torch', 'scipy', 'pyarrow', 'duckdb', 'flint', 'pandas', 'rich'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_torch_engine_is_imported_without_torch() -> None:
    code = "import sys, wxb.minimise\nsys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
