"""Measuring in turn: A B C, A B C, … in one run, medians of the rounds; ratios, because machines differ.

`in_turn` times functions of this process, `in_children` programs of their own with their peak memory.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
QUIET = 0.1  # seconds of rest before each run: threads of the one before spin on for a while, waiting for more work


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each contestant: medians, and each run.  peaks : largest resident memory in MB, of programs of their own"""

    medians: Mapping[str, float]
    runs: Mapping[str, Sequence[float]]
    peaks: Mapping[str, float]

    def ratio(self, one: str, other: str) -> float:
        """Median of one over median of the other."""
        return self.medians[one] / self.medians[other]


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio that must be reached: `one` takes at most `most` times what `other` takes."""

    one: str
    other: str
    most: float


def in_turn(contestants: Mapping[str, Callable[[], object]], rounds: int = 5) -> Times:
    """Run each once to warm up, then all in turn, round by round."""
    runs: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, function in contestants.items():
            seconds = _seconds(function)
            if turn:
                runs[name].append(seconds)
    return Times({name: statistics.median(values) for name, values in runs.items()}, runs, {})


def in_children(contestants: Mapping[str, Sequence[str]], rounds: int = 5) -> Times:
    """The same for `bench/child.py` with arguments; each process reports its own seconds and peak memory."""
    runs: dict[str, list[float]] = {name: [] for name in contestants}
    peaks: dict[str, float] = {}
    for turn in range(rounds + 1):  # the first warms the page cache
        for name, arguments in contestants.items():
            done = subprocess.run(
                [sys.executable, str(FOLDER / "child.py"), *arguments], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(f"{name} failed:\n{done.stderr}")
            said = json.loads(done.stdout)
            peaks[name] = max(peaks.get(name, 0.0), said["peak"])
            if turn:
                runs[name].append(said["seconds"])
    return Times({name: statistics.median(values) for name, values in runs.items()}, runs, peaks)


def _seconds(function: Callable[[], object]) -> float:
    gc.collect()
    time.sleep(QUIET)
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def table(title: str, times: Times, bars: Sequence[Bar] = (), most_memory: Mapping[str, float] | None = None) -> str:
    """A Markdown section: seconds of each, ratio to the first, and the bars with whether they were reached."""
    first = next(iter(times.medians))
    memory = bool(times.peaks)
    lines = [f"### {title}", "", f"| | seconds | × {first} |{' peak memory |' if memory else ''}"]
    lines.append("|---|---:|---:|" + ("---:|" if memory else ""))
    for name, median in times.medians.items():
        spread = f"{min(times.runs[name]):.4g} … {max(times.runs[name]):.4g}"
        row = f"| {name} | {median:.4g} ({spread}) | {median / times.medians[first]:.3g} |"
        lines.append(row + (f" {times.peaks[name]:.0f} MB |" if memory else ""))
    lines.append("")
    for bar in bars:
        if bar.other in times.medians and bar.one in times.medians:
            ratio = times.ratio(bar.one, bar.other)
            lines.append(
                f"- {bar.one} / {bar.other} = **{ratio:.3g}** (bar {bar.most:g}): {verdict(ratio <= bar.most)}"
            )
    for name, most in (most_memory or {}).items():
        peak = times.peaks[name]
        lines.append(f"- peak memory of {name} = **{peak:.0f} MB** (bar {most:g} MB): {verdict(peak <= most)}")
    return "\n".join(lines) + "\n"


def verdict(reached: bool) -> str:
    return "reached" if reached else "**not reached**"
