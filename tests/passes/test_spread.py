"""Parts summed elsewhere and merged as a tree: the bits of one machine, whatever the parts, the tree and the processes."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from support.answers import assert_same_answer
from support.processes import Processes
from wxb.data import open_table
from wxb.data.dask_plan import tree
from wxb.data.elsewhere import Elsewhere
from wxb.data.layout import SourceLayout
from wxb.data.refused import Lost, Moved
from wxb.data.selection import Selection

ROWS = 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(3)
    x, z = random.normal(3, 1, ROWS), random.normal(size=ROWS) * 1e6
    table = pa.table(
        {
            "x": x,
            "z": z,
            "v": x + random.normal(size=ROWS),
            "n": random.integers(0, 40, ROWS),
            "w": random.uniform(0, 2, ROWS).round(1),
            "f": random.integers(0, 4, ROWS),
            "school": random.choice(["north", "south", "east", "west"], ROWS),
            "firm": random.integers(0, 60, ROWS),
            "y": 2 * x + 1e-6 * z + random.normal(size=ROWS),
        }
    )
    there = tmp_path_factory.mktemp("spread")
    pq.write_table(table, there / "t.parquet", row_group_size=137)
    for place, start in enumerate(range(0, ROWS, 300)):
        table.slice(start, 300).to_pandas().to_csv(there / f"part{place}.csv", index=False)
    return there


def elsewhere(path: Any, seed: int = 0, workers: int = 0, where: str | None = None) -> tuple[Elsewhere, Processes]:
    engine = Processes(workers, seed)
    return Elsewhere(open_table(path, layout=SourceLayout(where=where)), engine), engine


ASKED: list[dict[str, Any]] = [
    {"features": ["x", "z", "n"]},
    {"features": ["x", "z"], "weights": "w", "frequency": "f"},
    {"features": ["x", "n"], "test": 0.2, "folds": 4},
    {"features": ["x", "z"], "precision": "fast"},
    {"features": ["x", "z"], "by": "school"},
    {"features": ["x"], "by": "firm"},
    {"formula": "y ~ x * C(school) + poly(z, 2)"},
    {"formula": "y ~ x + z | firm"},
    {"features": ["x", "z"], "se": "HC3"},
    {"features": ["x", "z"], "se": "HAC:3"},
    {"features": ["x", "z"], "se": "cluster:firm+school"},
    {"features": ["x", "z"], "se": "CR2:firm"},
    {"formula": "y ~ x + z | firm", "se": "HC2"},
    {"features": ["x", "z"], "se": "bootstrap:60"},
    {"features": ["x", "z", "n"], "l2": "auto", "folds": 5},
    {"features": ["x", "z", "n"], "l1": 0.1},
    {"features": ["x", "z", "n"], "l2": "auto"},
    {"features": ["x"], "lr": 0.01, "epochs": 50},
    {"features": ["x"], "endogenous": "x", "instruments": "v"},
    {"features": ["x"], "endogenous": "x", "instruments": "v", "se": "HC1"},
    {"features": ["x"], "by": "school", "test": 0.2, "folds": 3},
    {"features": ["x"], "by": "school", "se": "CR2:firm"},
    {"features": ["x"], "by": "school", "se": "HC3"},
    {"features": ["x"], "by": "firm", "se": "HC1", "test": 0.2},
    {"features": ["x", "z"], "by": ["school", "f"], "se": "HAC:2"},
    {"features": ["x"], "by": "school", "se": "bootstrap:60"},
    {"features": ["x"], "by": "school", "se": "HC2", "weights": "w", "frequency": "f"},
    {"formula": "y ~ x + C(firm)", "by": "school", "se": "HC1"},
    {"formula": "y ~ x + C(firm)", "by": "school", "se": "HC3"},  # of a row that alone decides a coefficient
    {"features": ["x"], "by": "school", "se": "DK:n:2"},
    {"features": ["x", "z"], "se": "DK:n:2"},
    {"features": ["x", "z"], "se": "bootstrap:50:firm"},
    {"features": ["x", "z"], "weights": "w", "frequency": "f", "se": "HC2"},
    {"features": ["x", "z"], "folds": "3:firm"},
    {"features": ["x", "z"], "folds": "time:5:n"},
    {"features": ["x", "z", "n", "v"], "select": "aic", "folds": 3},
    {"features": ["x", "z"], "where": "n > 10 and school != 'east'"},
    {"features": ["x", "z"], "intercept": False, "positive": True},
    {"features": ["x", "z"], "l1": "auto", "folds": 3},
    {"features": ["x"], "absorb": ["firm", "school"], "se": "cluster:firm"},
    {"formula": "y ~ x + lag(x, 2)", "se": "HC1"},
    {"formula": "y ~ bs(x, df=5) + scale(n) + I(school == 'north')"},
]

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"features": ["x"], "optimizer": "adam"}, "PyTorch trains with all rows on one machine"),
    ({"features": ["x"], "lr": 0.1, "epochs": 3, "engine": "torch"}, 'descend by `engine="moments"`'),
    ({"features": ["x"], "checkpoint": "c"}, "a worker that dies is replaced"),
]


@pytest.mark.filterwarnings("ignore:2 of 1000 rows dropped")
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_the_bits_of_one_machine(folder: Path, asked: dict[str, Any]) -> None:
    path = folder / "t.parquet"
    asked = asked if "formula" in asked else {"target": "y", **asked}
    here = wxb.fit(path, **asked)
    there, engine = elsewhere(path, seed=len(str(asked)), where=asked.pop("where", None))
    assert_same_answer(wxb.fit(there, **asked), here)
    assert engine.tasks >= (1 if "lag" in str(asked) else 8)  # rows that look back are read by one


@pytest.mark.parametrize("kind", ["line", "residuals", "leverage"])
def test_pictures_of_rows_that_others_read(folder: Path, kind: str) -> None:
    path = folder / "t.parquet"
    model, (there, __) = wxb.fit(path, "y", features=["x"]), elsewhere(path)
    assert model.plot(kind, there).svg() == model.plot(kind, path).svg()


@pytest.mark.parametrize(
    "sizes", [(0, 5, 0, 1, 300, 0), (0, 0, 1500), (1, 0, 0, 2, 511, 1, 0), (0, 600, 0, 600)], ids=str
)
@pytest.mark.parametrize("se", ["HC3", "HAC:3", "bootstrap:60"])
def test_parts_without_rows_leave_no_trace(tmp_path: Path, sizes: tuple[int, ...], se: str) -> None:
    random = np.random.default_rng(len(sizes))
    x = random.normal(size=sum(sizes))
    table = pa.table({"x": x, "y": 3 * x + random.normal(size=len(x))})
    for place, size in enumerate(sizes):
        pq.write_table(table.slice(sum(sizes[:place]), size), tmp_path / f"{place}.parquet")
    for seed in range(3):
        there, __ = elsewhere(str(tmp_path / "*.parquet"), seed)
        assert_same_answer(wxb.fit(there, "y", se=se, folds=3), wxb.fit(table, "y", se=se, folds=3))


@pytest.mark.parametrize(("asked", "said"), REFUSED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_needs_all_rows_in_one_place_is_refused(folder: Path, asked: dict[str, Any], said: str) -> None:
    there, engine = elsewhere(folder / "t.parquet")
    with pytest.raises(wxb.UsageError, match=said):
        wxb.fit(there, "y", **asked)
    assert engine.tasks == 0


def test_what_is_said_is_said_in_the_language_of_who_asked(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n2,\n3,4\n5,6\n")

    class Foreign(Processes):
        """Whose workers speak another language."""

        def run(self, job: Any) -> Any:
            wxb.language("en")
            return super().run(job)

    wxb.language("ko")
    try:
        with pytest.raises(wxb.DataError, match="행"):
            wxb.fit(Elsewhere(open_table(tmp_path / "bad.csv"), Foreign()), "y")
    finally:
        wxb.language("en")


def test_errors_of_workers_keep_their_words() -> None:
    for error in (wxb.MissingExtra("lib", "extra", "it"), wxb.DataError("what", "do")):
        again = cloudpickle.loads(cloudpickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


def test_a_row_group_travels_without_the_footer_of_its_file(folder: Path) -> None:
    scan = open_table(folder / "t.parquet").scan(Selection(target="y", features=["x"]))
    again = cloudpickle.loads(cloudpickle.dumps(scan.parts[3]))
    assert again.known is None
    assert (again.rows, again.key) == (scan.parts[3].rows, scan.parts[3].key)


def test_parts_that_do_not_know_their_rows_are_counted_only_where_numbers_decide(folder: Path) -> None:
    path = str(folder / "part*.csv")
    there, engine = elsewhere(path)
    assert wxb.fit(there, "y", features=["x", "z"]) == wxb.fit(path, "y", features=["x", "z"])
    assert engine.tasks == 4
    asked: dict[str, Any] = {"features": ["x", "z"], "folds": 5, "se": "HC1"}
    there, engine = elsewhere(path)
    assert wxb.fit(there, "y", **asked) == wxb.fit(path, "y", **asked)
    assert engine.tasks == 4 + 4 + 4  # counted, summed, and once more with numbers that are known


def lines(folder: Path, *sizes: int) -> str:
    """Files of which it is not known beforehand how many rows they have."""
    y = iter(np.random.default_rng(4).normal(size=sum(sizes)))
    for place, size in enumerate(sizes):
        rows = "".join(f'{{"x": {i * i % 7}, "y": {next(y)}}}\n' for i in range(size))
        (folder / f"{place}.jsonl").write_text(rows)
    return str(folder / "*.jsonl")


@pytest.mark.parametrize(("asked", "passes"), [({"se": "HC1"}, 2), ({"folds": 3}, 3), ({"folds": 3, "se": "HC3"}, 4)])
def test_rows_are_counted_once_and_each_part_its_own(tmp_path: Path, asked: dict[str, Any], passes: int) -> None:
    path = lines(tmp_path, 3, 40, 9, 17)
    there, engine = elsewhere(path, seed=5)
    assert_same_answer(wxb.fit(there, "y", **asked), wxb.fit(path, "y", **asked))
    assert engine.tasks == 4 * passes


def test_parts_are_held_still_where_numbers_decide(tmp_path: Path) -> None:
    class Settling(Processes):
        asked = 0

        def settled(self, parts: Any) -> Any:
            self.asked += 1
            return parts

    for asked, times in (({}, 0), ({"folds": 2}, 2)):
        engine = Settling()
        wxb.fit(Elsewhere(open_table(lines(tmp_path, 20, 30)), engine), "y", **asked)
        assert engine.asked == times


@pytest.mark.parametrize("moves", [1, 2])
def test_parts_that_were_taken_to_stay_are_held_still_once_they_moved(folder: Path, moves: int) -> None:
    class Taken(Processes):
        """Its parts move some times, as it finds when it reads them."""

        asked = 0

        def settled(self, parts: Any) -> Any:
            self.asked += 1
            return parts

        def run(self, job: Any) -> Any:
            if 0 < self.asked <= moves:
                raise Moved("other rows", "hold them still")
            return super().run(job)

    engine, path = Taken(), folder / "t.parquet"
    rows = Elsewhere(open_table(path), engine)
    if moves == 1:
        assert_same_answer(wxb.fit(rows, "y", features=["x"], se="HC1"), wxb.fit(path, "y", features=["x"], se="HC1"))
    else:
        with pytest.raises(wxb.DataError, match="other rows\n  hold them still"):
            wxb.fit(rows, "y", features=["x"], se="HC1")
    assert engine.asked == 2


def test_parts_with_other_rows_than_were_counted_are_refused(tmp_path: Path) -> None:
    table, engine = open_table(lines(tmp_path, 20, 30)), Processes()
    engine.lengths = {part.key: 24 for part in table.scan(Selection(target="y")).parts}
    with pytest.raises(wxb.DataError, match="changed while it was read: 24 rows at first, then 20"):
        wxb.fit(Elsewhere(table, engine), "y", folds=2)


def test_other_processes(folder: Path) -> None:
    there, __ = elsewhere(folder / "t.parquet", workers=2)
    assert wxb.fit(there, "y", features=["x"], se="HC1") == wxb.fit(folder / "t.parquet", "y", features=["x"], se="HC1")


def test_a_refusal_says_where_as_on_one_machine(folder: Path, tmp_path: Path) -> None:
    for place, text in enumerate(["x,y\n1,2\n2,3\n", "x,y\n3,4\n4,\n5,7\n"]):
        (tmp_path / f"{place}.csv").write_text(text)
    path = str(tmp_path / "*.csv")
    with pytest.raises(wxb.WxbError) as here:
        wxb.fit(path, "y")
    with pytest.raises(wxb.WxbError) as there:
        wxb.fit(elsewhere(path)[0], "y")
    assert str(there.value) == str(here.value)
    with pytest.warns(wxb.WxbWarning, match="1 of 5 rows dropped"):
        assert wxb.fit(elsewhere(path)[0], "y", missing="drop") == wxb.fit(path, "y", missing="drop")


def test_an_engine_that_is_gone_is_not_asked_where(folder: Path) -> None:
    class Gone(Processes):
        ended = 0

        def run(self, job: Any) -> Any:
            self.tasks += 1
            raise Lost("workers died", "give them more memory")

        def let_go(self) -> None:
            self.ended += 1

    engine = Gone()
    with pytest.raises(wxb.DataError, match="workers died"):
        wxb.fit(Elsewhere(open_table(str(folder / "part*.csv")), engine), "y", features=["x", "z"])
    assert (engine.tasks, engine.ended) == (1, 1)


def test_too_few_rows_and_checkpoints_are_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("x,z,y\n1,2,3\n")
    for asked in ({"target": "y"}, {"target": "y", "folds": 2}):
        with pytest.raises(wxb.NumericalError, match="too few"):
            wxb.fit(elsewhere(tmp_path / "few.csv")[0], **asked)
    with pytest.raises(wxb.UsageError, match="several"):
        wxb.fit(elsewhere(folder / "t.parquet")[0], "y", features=["x"], checkpoint=tmp_path / "c")


def test_progress_by_parts(folder: Path, tmp_path: Path) -> None:
    told: list[Any] = []
    wxb.fit(elsewhere(folder / "t.parquet")[0], "y", features=["x"], progress=lambda *now: told.append(now))
    assert told[-1] == (ROWS, ROWS)
    assert len(told) == 8
    told.clear()
    for place in range(3):
        (tmp_path / f"{place}.jsonl").write_text("".join(f'{{"x": {i}, "y": {i * i}}}\n' for i in range(5)))
    wxb.fit(elsewhere(str(tmp_path / "*.jsonl"))[0], "y", progress=lambda *now: told.append(now))
    assert told == [(15, 15)]  # parts of which it is not known beforehand how long they are


def test_what_travels_is_short_and_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Of one part and of all of them: exact sums, and the edges of rows once more."""
    random = np.random.default_rng(1)
    columns = random.normal(size=(3, 60_000))
    pq.write_table(pa.table(dict(zip("xzy", columns))), tmp_path / "t.parquet", row_group_size=3000)
    sent: list[int] = []

    class Weighed(Processes):
        def run(self, job: Any) -> Any:
            found = super().run(job)
            sent.extend(len(cloudpickle.dumps(one)) for one in (job.work(*job.tasks[0]), found))
            return found

    wxb.fit(Elsewhere(open_table(tmp_path / "t.parquet"), Weighed()), "y", features=["x", "z"], se="HC3")
    assert len(sent) == 4
    assert max(sent) < 60_000
    assert sent[1] < sent[0] + 5000
    assert sent[3] < 1.2 * sent[2]


def test_many_parts_some_of_them_empty_make_a_tree_of_logarithmic_depth(tmp_path: Path) -> None:
    """As the tasks of Dask are merged; bench/scale.py does it with a thousand parts of up to a million rows."""
    random = np.random.default_rng(9)
    sizes = np.where(random.uniform(size=100) < 0.2, 0, random.integers(0, 60, 100))
    columns = {"x": random.normal(1e3, 1, sizes.sum()), "y": random.normal(size=sizes.sum())}
    whole, first = pa.table(columns), 0
    for place, size in enumerate(sizes):
        pq.write_table(whole.slice(first, size), tmp_path / f"{place:03}.parquet")
        first += size
    path = str(tmp_path / "*.parquet")

    class Tree(Processes):
        def run(self, job: Any) -> Any:
            def join(level: int, place: int, *near: Any) -> Any:
                made = (cloudpickle.loads(cloudpickle.dumps(one)) for one, __ in near)
                return reduce(job.merge, made), 1 + max(depth for __, depth in near)

            found, self.depth = tree([(job.work(*task), 0) for task in job.tasks], join)
            return found

    engine = Tree()
    assert wxb.fit(Elsewhere(open_table(path), engine), "y", se="HC3") == wxb.fit(path, "y", se="HC3")
    assert engine.depth == 3


def test_rounded_sums_of_other_parts_agree_within_what_they_promise(folder: Path) -> None:
    asked: dict[str, Any] = {"target": "y", "features": ["x", "n"], "precision": "fast"}
    here, (there, __) = wxb.fit(pq.read_table(folder / "t.parquet"), **asked), elsewhere(folder / "t.parquet")
    apart = wxb.fit(there, **asked)
    digits = min(*here.digits, *apart.digits)
    assert digits > 8
    assert apart.coef == pytest.approx(here.coef, rel=10 ** (1 - digits))
