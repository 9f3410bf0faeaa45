"""The loop doctor: a training loop is watched while it runs, and what is wrong with it is said with file and line.

    with wxb.watch() as report:         wxb watch train.py
        train()

How: optimizer hooks and the user's live loss at every step, every tensor operation in the first steps and on alarm,
Lanczos on Hessian–vector products of that loss. The run itself stays bit for bit what it was.
"""

from __future__ import annotations

from wxb.observe.watch.finding import Finding
from wxb.observe.watch.report import Report
from wxb.observe.watch.runner import run_script
from wxb.observe.watch.watching import Watch, watch

__all__ = ["Finding", "Report", "Watch", "run_script", "watch"]
