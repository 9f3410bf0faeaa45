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


def modules(code: str) -> set[str]:
    """Modules in memory after a program, which prints nothing else in the last line."""
    program = f"{code}\nimport sys\nprint()\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def loaded(code: str) -> set[str]:
    """Top-level modules in memory after a program."""
    return {name.split(".")[0] for name in modules(code)}


OTHER_ROOMS = [
    "diagnostics",
    "elimination",
    "expression",
    "formula",
    "hypotheses",
    "lesson",
    "page",
    "pictures",
    "training",
    "watching",
]
OF_OTHERS = {"wxb.covariance.covary", "wxb.cli.points", "gzip", "gettext", "json", "duckdb", "pyarrow"}
MOST = 159  # modules of wxb: each takes about half a thousandth of a second


def test_the_shortest_road_from_a_file_to_a_line_loads_what_it_needs(tmp_path):
    """What a start costs is measured by bench/startup.py; this says which module is new on it."""
    (tmp_path / "rows.csv").write_text("x,y\n1,2\n2,4\n3,7\n")
    found = modules(f"from wxb.cli import main\nmain(['fit', {str(tmp_path / 'rows.csv')!r}, '--target', 'y'])")
    ours = {name for name in found if name.startswith("wxb.")}
    assert not {name for name in ours if name.split(".")[1] in OTHER_ROOMS}
    assert found.isdisjoint(OF_OTHERS)
    assert len(ours) <= MOST


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
