"""`python tests/fuzz/run.py --inputs 200000`: mutated inputs of every kind, each within two seconds; what is wrong is listed once.

--inputs N     in all        --seed S     other inputs        --only KIND     one kind alone
--case KIND:NUMBER     one input again, with its traceback
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

from inputs import KINDS
from oracle import ANSWERED, REFUSED, judged

import wxb


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=sorted(KINDS))
    parser.add_argument("--case", help="KIND:NUMBER")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    import_what_is_slow()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        if asked.case:
            kind, number = asked.case.rsplit(":", 1)
            call, shown = made(kind, asked.seed, int(number), Path(folder))
            print(shown)
            call()
            return 0
        wrong = 0
        for kind, (_, share) in KINDS.items():
            if asked.only in (None, kind):
                count = asked.inputs if asked.only else asked.inputs * share // 1000
                wrong += report(kind, count, asked.seed, Path(folder))
    return 1 if wrong else 0


def import_what_is_slow() -> None:
    """PyTorch's optimizers take seconds to import, once."""
    wxb.fit({"x": [1.0, 2, 4], "y": [1.0, 2, 3]}, "y", optimizer="adam", epochs=1)


def made(kind: str, seed: int, number: int, folder: Path):
    """The input of that number: the same whatever came before it."""
    return KINDS[kind][0](Random(f"{kind} {seed} {number}"), folder)


def report(kind: str, count: int, seed: int, folder: Path) -> int:
    """Judge so many inputs of a kind; prints each fault with its first input."""
    began = time.monotonic()
    faults: Counter[str] = Counter()
    answered = 0
    first: dict[str, tuple[int, str]] = {}
    for number in range(count):
        call, shown = made(kind, seed, number, folder)
        fault = judged(call)
        if fault in (ANSWERED, REFUSED):
            answered += fault == ANSWERED
        else:
            faults[fault] += 1
            first.setdefault(fault, (number, shown))
    seconds = time.monotonic() - began
    print(
        f"{kind:14} {count:>8,} inputs in {seconds:6.1f} s, {answered:,} answered, {sum(faults.values())} wrong",
        flush=True,
    )
    for fault, times in faults.most_common():
        number, shown = first[fault]
        print(f"  {times} × {fault}\n      --case '{kind}:{number}'  {shown[:1000]}", flush=True)
    return sum(faults.values())


if __name__ == "__main__":
    sys.exit(main())
