"""These tests need torch; without it they are not collected. One thread: sums must come out the same in every run."""

from __future__ import annotations

import importlib.util

collect_ignore_glob: list[str] = []
if importlib.util.find_spec("torch") is None:
    collect_ignore_glob += ["test_*.py", "loops.py"]
else:
    import torch

    torch.set_num_threads(1)
