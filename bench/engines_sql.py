"""A fit to a query of PostgreSQL beside draining the same query with its ADBC reader alone.

    make test-engines                                   installs the driver; PostgreSQL is the system's
    .venv/bin/python bench/engines_sql.py [--rows 2000000] [--rounds 5]

The server is one of its own on loopback. Times are in turn (drain, fit, drain, fit, …), each with a connection of its own; the
least counts. The bits are compared with a fit to the same rows as the server writes them in CSV.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from adbc_driver_postgresql import dbapi

import wxb
from support.postgresql import Server, binaries, served

COLUMNS, BAR = 10, 1.3
KINDS = {"float8": "(random() * 10 - 5)::float8", "numeric(12, 6)": "(random() * 10 - 5)::numeric(12, 6)"}


def drained(server: Server, sql: str) -> float:
    """Seconds to read all batches and look at none."""
    begun = time.perf_counter()
    with dbapi.connect(server.address()) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        for _ in cursor.fetch_record_batch():
            pass
    return time.perf_counter() - begun


def fitted(server: Server, sql: str) -> tuple[float, wxb.Model]:
    begun = time.perf_counter()
    model = wxb.fit(wxb.query(sql, server.address()), "y")
    return time.perf_counter() - begun, model


def measured(server: Server, kind: str, made: str, rows: int, rounds: int) -> str:
    names = [*(f"x{i}" for i in range(COLUMNS - 1)), "y"]
    columns = ", ".join(f"{made} as {name}" for name in names)
    server.psql("drop table if exists big", f"create table big as select {columns} from generate_series(1, {rows})")
    sql = "select * from big"
    drains, fits, models = [], [], []
    for _ in range(rounds):
        drains.append(drained(server, sql))
        seconds, model = fitted(server, sql)
        fits.append(seconds)
        models.append(model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.csv"
        server.psql(f"\\copy ({sql}) to '{path}' csv header")
        same = all(model == wxb.fit(path, "y") for model in models)
    ratio = min(fits) / min(drains)
    return (
        f"| {kind}, {rows:,} × {COLUMNS} | {min(drains):.2f} s | {min(fits):.2f} s | {ratio:.2f} | {BAR} "
        f"| {'the bits of the CSV' if same else 'OTHER BITS'} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    found = binaries()
    if found is None:
        sys.exit("there is no PostgreSQL: apt-get install postgresql")
    print("| columns | ADBC alone | fit | ratio | bar | bits |\n|---|---|---|---|---|---|")
    with served(found) as server:
        for kind, made in KINDS.items():
            print(measured(server, kind, made, chosen.rows, chosen.rounds), flush=True)


if __name__ == "__main__":
    main()
