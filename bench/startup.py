"""What starting costs: whole processes, in turn, in one run.

    python bench/startup.py [--runs 9] [--most 0.35] [--check]

1. Processor time (user and system) of `wxb fit` on three rows beside `python -c "import numpy"`, and of `wxb --version` and
   `wxb --help` beside `python -c pass`: what every call costs, however busy the machine is.
2. Wall time of `wxb fit` with 2000 epochs beside the notebook's own PyTorch program (left out where PyTorch is not installed).

Each is a process of its own, started by this interpreter with one thread, and reads modules that were compiled before, as after
any installation: they are kept in a folder of this run. What is printed are the medians and their ratios; with --check the exit
code is 1 when a ratio of the first kind is above its bar, with --most when that of the second is above it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NOTEBOOK = """
import torch
import torch.optim as optim

torch.manual_seed(1)
x_train = torch.FloatTensor([[1], [2], [3]])
y_train = torch.FloatTensor([[2], [4], [6]])
W = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
optimizer = optim.SGD([W, b], lr=0.01)
nb_epochs = 1999
for epoch in range(nb_epochs + 1):
    hypothesis = x_train * W + b
    cost = torch.mean((hypothesis - y_train) ** 2)
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
    if epoch % 100 == 0:
        print('Epoch {:4d}/{} W: {:.3f}, b: {:.3f} Cost: {:.6f}'.format(
            epoch, nb_epochs, W.item(), b.item(), cost.item()))
"""
WXB = ("-m", "wxb")
FIT = (*WXB, "fit", "examples/hours.csv", "--target", "score")
EPOCHS = (*FIT, "--lr", "0.01", "--epochs", "2000")
PASS, NUMPY = ("-c", "pass"), ("-c", "import numpy")
BARS = {"fit": (FIT, NUMPY, 2.5), "version": ((*WXB, "--version"), PASS, 3.0), "help": ((*WXB, "--help"), PASS, 3.0)}


class Processes:
    """Starts processes that find their compiled modules in a folder."""

    def __init__(self, folder: Path) -> None:
        self._environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder), "OMP_NUM_THREADS": "1"}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(self, arguments: tuple[str, ...]) -> None:
        command = [sys.executable, *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=self._environment)

    def wall(self, arguments: tuple[str, ...]) -> float:
        """Seconds until it has ended."""
        began = time.perf_counter()
        self.run(arguments)
        return time.perf_counter() - began

    def processor(self, arguments: tuple[str, ...]) -> float:
        """Seconds of a processor, user and system."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.run(arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(
    measure: Callable[[tuple[str, ...]], float], programs: dict[str, tuple[str, ...]], runs: int
) -> dict[str, float]:
    """Of each program the median of so many runs, in turn with the others; the first round is not counted."""
    rounds = [{name: measure(arguments) for name, arguments in programs.items()} for _ in range(runs + 1)][1:]
    return {name: statistics.median(times[name] for times in rounds) for name in programs}


def starts(processes: Processes, runs: int) -> dict[str, dict[str, float]]:
    """{"fit": {"seconds": …, "beside": …, "ratio": …, "bar": 2.5}, …}"""
    programs = {"pass": PASS, "numpy": NUMPY, **{name: ours for name, (ours, _, _) in BARS.items()}}
    found = medians(processes.processor, programs, runs)
    beside = {name: found["numpy" if other is NUMPY else "pass"] for name, (_, other, _) in BARS.items()}
    return {
        name: {"seconds": found[name], "beside": beside[name], "ratio": found[name] / beside[name], "bar": bar}
        for name, (_, _, bar) in BARS.items()
    }


def against_the_notebook(processes: Processes, folder: Path, runs: int) -> dict[str, float]:
    program = folder / "notebook.py"
    program.write_text(NOTEBOOK, "utf-8")
    found = medians(processes.wall, {"notebook_seconds": (str(program),), "fit_seconds": EPOCHS}, runs)
    return {**found, "ratio": found["fit_seconds"] / found["notebook_seconds"]}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--most", type=float)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        processes = Processes(folder / "compiled")
        found = starts(processes, chosen.runs)
        notebook = against_the_notebook(processes, folder, chosen.runs) if find_spec("torch") else {}
    if chosen.json:
        print(json.dumps({"starts": found, **notebook, "runs": chosen.runs}))
    else:
        print(f"processor time, medians of {chosen.runs} runs in turn")
        for name, (ours, other, _) in BARS.items():
            one = found[name]
            print(f"  wxb {' '.join(ours[2:]):40} {1000 * one['seconds']:6.1f} ms", end="")
            print(f" = {one['ratio']:5.2f} × python {' '.join(other):16} (at most {one['bar']})")
    if notebook and not chosen.json:
        print(f"wall time\n  the notebook's program, PyTorch   {notebook['notebook_seconds']:6.3f} s")
        print(f"  wxb fit, the same 2000 epochs     {notebook['fit_seconds']:6.3f} s   {notebook['ratio']:6.3f} of it")
    slow = chosen.check and any(one["ratio"] > one["bar"] for one in found.values())
    return int(slow or (chosen.most is not None and notebook.get("ratio", 0.0) > chosen.most))


if __name__ == "__main__":
    sys.exit(main())
