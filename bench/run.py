"""Everything that is measured, into bench/RESULTS.md: correct digits, then speed. `make bench` runs this.

python bench/run.py [--quick]
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import nist
import speed

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small tables, to see that it runs; writes nothing")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    digits = nist.report()
    print(digits, flush=True)
    seconds = speed.measured(chosen.quick, chosen.rounds, list(speed.SECTIONS))
    if not chosen.quick:
        text = f"# Results\n\nMade by `make bench`; a bar is what the project asks of itself.\n\n{digits}\n{seconds}"
        RESULTS.write_text(text, encoding="utf-8")
        print(f"written: {RESULTS}")


if __name__ == "__main__":
    main()
