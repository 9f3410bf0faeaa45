"""Twenty seeded sets for two-stage least squares, with 50-digit answers; `reference/two_stage/sets.json` says how made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parent.parent / "reference" / "two_stage" / "sets.json"
SETS: list[dict[str, Any]] = json.loads(FILE.read_text())["sets"]


def table(one: dict[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.array(values) for name, values in one["columns"].items()}
