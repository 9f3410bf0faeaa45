"""Workers of Dask that are killed at random moments of a fit with HC3 errors and folds: whether the result comes, and is right.

    make test-engines                                   installs Dask
    .venv/bin/python bench/engines_kills.py [--kills 20] [--rows 2000000] [--seed 0]

Half of the kills hit a fit of files, half one of a frame of Dask, on the workers that "local" starts: one for each core,
replaced when they die. A moment is drawn from the time that such a fit takes undisturbed, and one worker that runs gets SIGKILL.
A right result has the line, the sums and the costs of folds of the same rows on one machine, to the bit, and its HC3 errors to
1e-12.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import wxb

FILES = 8
GROUPS = 12  # row groups of a file
ASKED: dict[str, Any] = {"target": "y", "features": ["x", "z"], "se": "HC3", "folds": 5}
PATIENCE = 300.0  # seconds after which a fit counts as one that hangs


def write(folder: Path, rows: int) -> str:
    each = rows // FILES
    for place in range(FILES):
        rng = np.random.default_rng(place)
        x = rng.normal(size=each)
        table = pa.table({"x": x, "z": rng.normal(size=each) * 1e5, "y": 2 * x + rng.normal(size=each)})
        pq.write_table(table, folder / f"{place}.parquet", row_group_size=max(1, each // GROUPS))
    return f"{folder}/*.parquet"


def ended(fit: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and the model, the error, or None where it hangs."""
    found: list[Any] = [None]

    def work() -> None:
        try:
            found[0] = fit()
        except Exception as error:
            found[0] = error

    began, thread = time.perf_counter(), threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return time.perf_counter() - began, found[0]


def is_right(model: Any, right: Any) -> bool:
    """`==` of models is that of their lines and sums: errors and folds are looked at beside it."""
    if not (isinstance(model, wxb.Model) and model == right):
        return False
    folds = np.array_equal(np.asarray(model.fold_costs, float), np.asarray(right.fold_costs, float))
    return folds and bool(np.allclose(model.inference.se, right.inference.se, rtol=1e-12, atol=0))


def kill_one(cluster: Any, chance: random.Random, after: float) -> None:
    time.sleep(after)
    nannies = [one for one in cluster.workers.values() if one.status.name == "running" and one.process]
    if pids := [pid for pid in (one.process.pid for one in nannies) if pid]:
        os.kill(chance.choice(pids), signal.SIGKILL)
    else:
        print("  nobody was there to be killed")


def killed(what: str, data: Any, client: Any, right: Any, kills: int, chance: random.Random) -> int:
    """How many of the fits are right."""
    fit = lambda: wxb.fit(data, **ASKED)  # noqa: E731
    fit()  # everything is loaded
    usual, model = ended(fit)
    assert is_right(model, right), f"{what}: other bits without a kill"
    well, took = 0, []
    for place in range(kills):
        client.wait_for_workers(os.cpu_count() or 1, timeout=60)
        after = chance.uniform(0, usual)
        killer = threading.Thread(target=kill_one, args=(client.cluster, chance, after))
        killer.start()
        seconds, model = ended(fit)
        killer.join()
        well, took = well + is_right(model, right), [*took, seconds]
        if not is_right(model, right):
            said = "hangs" if model is None else repr(model)[:300]
            print(f"  {what}, kill {place} after {after:.2f} s: {said}", flush=True)
    print(
        f"{what}: {well} of {kills} results right; {usual:.2f} s undisturbed, {min(took):.2f} … {max(took):.2f} s with a kill",
        flush=True,
    )
    return well


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    import dask.dataframe as dd

    from wxb.data.dask_client import connected

    chance, half = random.Random(given.seed), given.kills // 2
    with tempfile.TemporaryDirectory() as name:
        path = write(Path(name), given.rows)
        right = wxb.fit(path, **ASKED)
        client, frame = connected("local"), dd.read_parquet(path, split_row_groups=True)
        well = killed("files", wxb.on_dask(path, client), client, right, given.kills - half, chance)
        well += killed("a frame of Dask", wxb.on_dask(frame, client), client, right, half, chance)
        client.close()
    print(f"{well} of {given.kills} right")
    raise SystemExit(well != given.kills)


if __name__ == "__main__":
    main()
