"""Every kind of hostile input.

A kind is a function `kind(random, folder) -> (call, shown)`: one input, used as a user would; the call to judge, and the input
as text to report.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from arrays import arrays, arrays_right
from calls import command, python_call
from drawn import Made
from expressions import explained, expression
from model_files import model_file
from texts import csv_bytes, csv_right, json_bytes

KINDS: dict[str, tuple[Callable[[Random, Path], Made], int]] = {  # and how many of a thousand inputs
    "model files": (model_file, 170),
    "tables": (csv_right, 80),
    "CSV bytes": (csv_bytes, 220),
    "JSON bytes": (json_bytes, 130),
    "expressions": (expression, 130),
    "explanations": (explained, 20),
    "arrays": (arrays, 120),
    "hard numbers": (arrays_right, 60),
    "Python calls": (python_call, 50),
    "commands": (command, 20),
}
