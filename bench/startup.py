"""How long a whole `wxb fit` takes beside the notebook's own PyTorch program: both from the shell, in turn, in one run.

    python bench/startup.py [--runs 9] [--most 0.35]

Each is a process of its own, started by this interpreter and timed until it has ended. What is printed are the medians and
their ratio; with --most the exit code is 1 when the ratio is above it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
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
FIT = ("-m", "wxb", "fit", "examples/hours.csv", "--target", "score", "--lr", "0.01", "--epochs", "2000")


def seconds(*arguments: str) -> float:
    """Wall time of one process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--most", type=float)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "notebook.py"
        program.write_text(NOTEBOOK, "utf-8")
        for arguments in ((str(program),), FIT):
            seconds(*arguments)  # once unmeasured, so that both find their files in the cache
        pairs = [(seconds(str(program)), seconds(*FIT)) for _ in range(chosen.runs)]
    notebook, fit = (statistics.median(times) for times in zip(*pairs))
    ratio = fit / notebook
    if chosen.json:
        print(json.dumps({"notebook_seconds": notebook, "fit_seconds": fit, "ratio": ratio, "runs": chosen.runs}))
    else:
        print(f"the notebook's program, PyTorch   {notebook:6.3f} s")
        print(f"wxb fit, the same 2000 epochs     {fit:6.3f} s")
        print(f"ratio of the medians of {chosen.runs} runs   {ratio:6.3f}")
    return int(chosen.most is not None and ratio > chosen.most)


if __name__ == "__main__":
    sys.exit(main())
