"""What each use of wxb imports: the first line of a program is quick, and PyTorch is for those who ask for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "duckdb",
    "pyarrow",
    "flint",
    "torch",
    "scipy",
    "pandas",
    "polars",
    "sklearn",
    "threadpoolctl",
)


def loaded(code: str) -> set[str]:
    """Top-level modules in memory after a program."""
    program = f"{code}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_loads_next_to_nothing():
    assert loaded("import wxb").isdisjoint({*HEAVY, "numpy"})


@pytest.mark.parametrize(
    ("code", "needed", "not_needed"),
    [
        ("import wxb; wxb.Moments.of([[1.0], [2.0]], [1.0, 2.0])", {"numpy"}, set(HEAVY)),
        (
            "import wxb; wxb.fit(([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0])).inference",
            {"numpy", "flint"},
            {"torch", "scipy", "pandas", "polars", "sklearn", "duckdb"},
        ),
        (
            "import wxb; wxb.fit(([[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0]), lr=0.01, epochs=3)",
            {"numpy"},
            {"torch", "scipy", "pandas", "sklearn"},
        ),
        ("import wxb; wxb.WxbError, wxb.DataError", set(), set(HEAVY)),
    ],
)
def test_each_use_loads_what_it_needs(code, needed, not_needed):
    found = loaded(code)
    assert needed <= found
    assert found.isdisjoint(not_needed), found & not_needed


@pytest.mark.torch
def test_every_public_name_is_there():
    import wxb

    assert set(dir(wxb)) == set(wxb.__all__)
    assert [name for name in wxb.__all__ if not hasattr(wxb, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'fitt'"):
        wxb.fitt  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
