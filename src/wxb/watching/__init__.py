"""The loop doctor: a training loop is watched while it runs, and what is wrong with it is said with file and line.

    with wxb.watch() as report:         wxb watch train.py
        train()

How: optimizer hooks and the user's live loss at every step, every tensor operation in the first steps and on alarm,
Lanczos on Hessian–vector products of that loss. The run itself stays bit for bit what it was.
"""

from __future__ import annotations

from wxb.watching.entry import Watch, watch
from wxb.watching.finding import Finding
from wxb.watching.report import Report
from wxb.watching.runner import run_script

__all__ = ["Finding", "Report", "Watch", "run_script", "watch"]
