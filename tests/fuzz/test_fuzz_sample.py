"""A few hundred inputs of the fuzz harness, the same in every run; `make fuzz` takes as many as one likes."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from inputs import KINDS
from oracle import ANSWERED, REFUSED, judged

SAMPLE = 600


EVERY = [pytest.param(kind, marks=pytest.mark.torch) if kind == "explanations" else kind for kind in KINDS]


@pytest.mark.parametrize("kind", EVERY)
def test_a_sample_of_hostile_inputs(tmp_path, kind):
    make, share = KINDS[kind]
    for number in range(max(SAMPLE * share // 1000, 15)):
        call, shown = make(Random(f"{kind} 0 {number}"), tmp_path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fault = judged(call, seconds=60)  # no test of speed: PyTorch alone may take long to import
        assert fault in (ANSWERED, REFUSED), shown
