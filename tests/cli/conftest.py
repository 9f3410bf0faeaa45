"""Whole commands as a user types them: in this process for speed, in a process of their own where that matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wxb.cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """code : exit code        out, err : what was printed"""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout; NaN and Infinity are refused, as JSON refuses them."""
        return json.loads(self.out, parse_constant=_refuse)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def _refuse(name: str) -> None:
    raise ValueError(f"{name} in JSON")


Wxb = Callable[..., Ended]


@pytest.fixture
def wxb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Wxb:
    """`wxb("fit", "examples/hours.csv", …)` in the root of the project, in this process."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("WXB_TRACEBACK", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ended(code, out, err)

    return run


@pytest.fixture
def process() -> Wxb:
    """The same in a process of its own; `cwd` and `env` may be given."""

    def run(*arguments: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "wxb", *(str(argument) for argument in arguments)],
            check=False,
            capture_output=True,
            cwd=cwd,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1", **(env or {})},
            timeout=300,
        )
        return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run
