"""Files that are not what they seem, change, break off or vanish: a message, never a traceback, never a part of an answer."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from data.reading import ROADS, Whole, read, refused, take
from wxb.data import Selection, files, open_table
from wxb.errors import DataError, UsageError


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    take(request.param, monkeypatch)
    return request.param


def plain(path: Path, rows: int = 70_000) -> Path:
    path.write_text("x,y\n" + "".join(f"{i}.5,{i}\n" for i in range(rows)))
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
@pytest.mark.parametrize("fault", ["longer", "other", "gone"])
def test_a_file_that_changes_while_it_is_read(kind: str, fault: str, tmp_path: Path, road: str) -> None:
    path = tmp_path / f"t.{kind}"
    if kind == "csv":
        plain(path)
    elif kind == "jsonl":
        path.write_text("".join(f'{{"x": {i}, "y": {i}}}\n' for i in range(70_000)))
    else:
        pq.write_table(pa.table({"x": np.arange(70_000.0), "y": np.arange(70_000.0)}), path, row_group_size=40_000)
    blocks = open_table(path).scan(Selection(target="y")).blocks()
    next(blocks)
    if fault == "gone":
        path.unlink()
    elif fault == "longer":
        with path.open("a") as file:
            file.write("\n")
    else:
        os.utime(path, (1, 1))
    with pytest.raises(DataError, match="vanished while" if fault == "gone" else "changed while"):
        list(blocks)


@pytest.mark.parametrize("keep", [0.0001, 0.3, 0.9, 0.99999])
def test_truncated_parquet(keep: float, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": np.arange(50_000.0), "y": np.arange(50_000.0)}), path)
    data = path.read_bytes()
    path.write_bytes(data[: max(8, int(len(data) * keep))])
    assert "is damaged or cut short" in refused(path)


def test_parquet_with_a_damaged_page(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table({"x": np.arange(50_000.0), "y": np.arange(50_000.0)})
    pq.write_table(table, path, compression="none", write_page_checksum=True)
    data = bytearray(path.read_bytes())
    data[5000] ^= 1  # one bit of one number: nothing but a checksum can tell
    path.write_bytes(data)
    assert "is damaged or cut short" in refused(path)


@pytest.mark.parametrize("keep", [0.5, 0.999])
def test_truncated_gzip(keep: float, tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv.gz"
    rng = np.random.default_rng(0)
    data = gzip.compress(("x,y\n" + "".join(f"{a!r},1\n" for a in rng.normal(size=40_000).tolist())).encode())
    path.write_bytes(data[: int(len(data) * keep)])
    assert "damaged or cut short" in refused(path)
    path.write_bytes(data)
    whole = read(path)
    assert whole.rows == 40_000
    assert whole.notes == []


def test_random_bytes(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(np.random.default_rng(5).bytes(3_000_000))
    assert "binary file" in refused(path)
    path.write_bytes(bytes(b % 255 + 1 for b in np.random.default_rng(5).bytes(300_000)))
    refused(path)


def test_a_model_is_no_table(tmp_path: Path) -> None:
    wxb.fit({"x": [1, 2, 3], "y": [1, 2, 4]}, "y").save(tmp_path / "m.json")
    assert "is a model that wxb saved" in refused(tmp_path / "m.json")


def test_a_folder_of_parquet_is_named_by_its_files(tmp_path: Path) -> None:
    for name in ("a.parquet", "b.parquet", "read.txt", "_SUCCESS"):
        (tmp_path / name).touch()
    assert "*.parquet" in refused(tmp_path)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "hours.csv").write_text("x,y\n1,2\n")
    assert "is a folder, not a file\n  name its files, for instance" in refused(tmp_path)
    assert "*.csv" in refused(tmp_path)
    assert "there is no file" in refused(tmp_path / "huors.csv")
    assert "did you mean `hours.csv`?" in refused(tmp_path / "huors.csv")
    assert "a column is named by an option, as `target=`" in refused(tmp_path / "score")
    assert "there is no folder" in refused(tmp_path / "no" / "hours.csv")
    assert "no file matches" in refused(tmp_path / "*.tsv")
    assert "is not a regular file" in refused("/dev/null")
    assert "is not the name of a file" in refused("")
    assert "is not the name of a file" in refused("a\0b")
    os.symlink(tmp_path / "gone.csv", tmp_path / "link.csv")
    assert "there is no file" in refused(tmp_path / "link.csv")


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:  # root may read any file, so the lock is played
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "open_bytes", locked)
    assert "cannot be read: Permission denied" in refused(plain(tmp_path / "t.csv", 3))


@pytest.mark.parametrize(
    "name", ["a[1].csv", "a*.csv", "a?.csv", "it's.csv", "a{b}.csv", "한글 🙂.csv", "-x.csv", "a;b--.csv"]
)
def test_odd_file_names(name: str, tmp_path: Path, road: str) -> None:
    assert read(plain(tmp_path / name, 5)).rows == 5


def test_long_lines_and_cells(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y,note\n" + "".join(f'{i},{i},"{"a,b" * 400_000}"\n' for i in range(5)))
    assert read(path, features=["x"]).X[0][0] == [0, 1, 2, 3, 4]


def test_one_column(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("y\n" + "1\n2\n\n3\n\n\n")
    assert read(path).y[0] == [1, 2, 3]
    path.write_text("x y\n1 2\n3 4 5\n")
    assert "its lines look separated by spaces" in refused(path, None)
    path.write_text("x y\n1 2\n3 4\n")
    assert read(path).y[0] == [2, 4]


def test_three_thousand_columns(tmp_path: Path, road: str) -> None:
    X = np.random.default_rng(0).normal(size=(40, 3000))
    pd.DataFrame(X, columns=[f"v{j}" for j in range(3000)]).to_csv(tmp_path / "t.csv", index=False)
    whole = read(tmp_path / "t.csv", "v7")
    assert len(whole.X) == 2999
    assert whole.X[8][0] == X[:, 9].tolist()
    message = refused(tmp_path / "t.csv", "v3001")
    assert "and 2980 more" in message
    assert len(message) < 500


def test_names_of_all_kinds(tmp_path: Path, road: str) -> None:
    names = ['a "quoted" name', "two\nlines", "한글", "🙂", "a'b", "select", "x]; --", "1e5"]
    frame = pd.DataFrame(np.arange(16.0).reshape(2, 8), columns=names)
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    for source in (tmp_path / "t.csv", tmp_path / "t.parquet", frame):
        whole = read(source, "한글")
        assert list(whole.scan.terms) == [name for name in names if name != "한글"]
        assert whole.y[0] == [2, 10]
        assert "`two\\nlinez`" in refused(source, "two\nlinez")


def structure(folder: Path, text: str, **choice: object) -> str:
    (folder / "t.csv").write_bytes(text.encode())
    return refused(folder / "t.csv", **choice)  # type: ignore[arg-type]


BEHIND = "".join(f"{i},{i}\n" for i in range(2500))


@pytest.mark.parametrize("before", ["", BEHIND])
def test_broken_structure(before: str, tmp_path: Path, road: str) -> None:
    line = before.count("\n") + 2
    head = "x,y\n" + before
    assert f"line {line} has 1 field; 2 expected" in structure(tmp_path, head + "1\n2,3\n")
    assert f"line {line} has 3 fields; 2 expected" in structure(tmp_path, head + "1,2,3\n2,3\n")
    assert f"line {line + 1} has 3 fields" in structure(tmp_path, head + "1,2\n1,2,3\n2,3\n")
    assert f"line {line}: a double quote is opened" in structure(tmp_path, head + '"1,2\n3,4\n')
    assert f"line {line}: a double quote is not closed where" in structure(tmp_path, head + '"1"2,2\n3,4\n')
    assert "NUL" in structure(tmp_path, head + "1\0,2\n3,4\n")


@pytest.mark.parametrize(
    "text", ["1,2,\n3,4,\n", "1,2\n3,4,\n", "1,2\n\n3,4\n\n\n", "1,2\r\n3,4\r\n", "1,2\n3,4", "1,2\n   \n3,4\n"]
)
@pytest.mark.parametrize("before", ["", BEHIND])
def test_harmless_structure(text: str, before: str, tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(("x,y\n" + before + text).encode())
    whole = read(path)
    assert whole.X[0][0][-2:] == [1, 3]
    assert whole.y[0][-2:] == [2, 4]
    assert whole.rows == before.count("\n") + 2


def test_old_mac_lines(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"x,y\r1,2\r3,4\r")
    assert read(path).y[0] == [2, 4]


def test_lines_are_counted_through_quoted_breaks(tmp_path: Path, road: str) -> None:
    rows = "".join(f'"a\nb\r\n{i}",{i},{i}\n' for i in range(10))
    message = structure(tmp_path, "name,x,y\n" + rows + "\n\nlast,oops,1\n", features=["x"])
    assert "line 34, column `x`: `oops`" in message


def test_another_encoding_shows_late(tmp_path: Path, road: str) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"plain,{i},{i}\n" for i in range(66_000))
    for name, encoding, said in (("서울", "cp949", "CP949"), ("Orléans", "cp1252", "Windows-1252")):
        path.write_bytes(f"town,x,y\n{rows}{name},1,2\n".encode(encoding))
        whole = read(path, features=["x"], by="town")
        assert whole.labels[-1] == name
        assert any(said in note for note in whole.notes)
        assert read(path, features=["x"]).rows == 66_001
    path.write_bytes(b"\xec\x84\x9c,x,y\n" + rows.encode() + b"Orl\xe9ans,1,2\n")
    assert "line 66002: it does not decode as UTF-8" in refused(path, features=["x"], by="서")


def test_nothing_left(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,\n,2\n")
    assert "every one of the 2 rows has a missing value: x (1), y (1)" in refused(tmp_path / "t.csv", missing="drop")
    (tmp_path / "t.csv").write_text("x,y\n1,\n2,\n")
    for missing in ("error", "drop"):
        assert "column `y` has no values: all 2 are missing" in refused(tmp_path / "t.csv", missing=missing)


def test_a_part_whose_cells_are_missing_is_not_the_whole_column(tmp_path: Path) -> None:
    table = pa.table({"x": range(6), "y": [1.0, 2, 4, None, None, None]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=3)
    (tmp_path / "0.csv").write_text("x,y\n0,1\n1,2\n")
    (tmp_path / "1.csv").write_text("x,y\n2,\n3,\n")
    assert "3 missing values: row 4, column `y`" in refused(tmp_path / "t.parquet")
    assert "2 missing values: 1.csv line 2, column `y`" in refused(tmp_path / "*.csv")
    pq.write_table(table.slice(3), tmp_path / "t.parquet", row_group_size=2)
    assert "column `y` has no values: all 3 are missing" in refused(tmp_path / "t.parquet", missing="drop")


def test_columns_without_a_name_are_left_out_unless_asked_for(tmp_path: Path, road: str) -> None:
    pd.DataFrame({"x": [1.0, 2], "y": [3.0, 4]}).to_csv(tmp_path / "t.csv")
    whole = read(tmp_path / "t.csv")
    assert whole.scan.terms == ("x",)
    assert whole.notes == ["column 1 has no name: left out"]
    assert read(tmp_path / "t.csv", features=["column 1"]).X[0][0] == [0, 1]


def test_sep_line_of_excel(tmp_path: Path, road: str) -> None:
    (tmp_path / "t.csv").write_text("sep=;\nx;y\n1,5;2\n3;oops\n5;6\n7;8\n")
    assert "line 4, column `y`: `oops`" in refused(tmp_path / "t.csv")


def test_wrong_calls(tmp_path: Path) -> None:
    path = plain(tmp_path / "t.csv", 3)
    for choice, words in (
        ({"missing": "ignore"}, "missing='ignore' is not known"),
        ({"features": "x"}, "is a text, not a list"),
        ({"features": ["x", "y"]}, "is both the target and a feature"),
        ({"features": ["x", "x"]}, "is asked for twice"),
    ):
        with pytest.raises(UsageError, match=words):
            read(path, **choice)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="is no table"):
        open_table(3)


class TestManyFiles:
    def test_sorted_and_numbered_through(self, tmp_path: Path, road: str) -> None:
        for i in (2, 10, 1):
            (tmp_path / f"f{i:02}.csv").write_text(f"x,y\n{i},{i}\n{i + 0.5},{i}\n")
        whole = read(tmp_path / "f*.csv")
        assert whole.X[0][0] == [1, 1.5, 2, 2.5, 10, 10.5]
        assert whole.row_numbers == list(range(6))
        assert len({part.key for part in whole.scan.parts}) == 3
        assert Whole(open_table([tmp_path / "f10.csv", tmp_path / "f01.csv"]).scan(Selection(target="y"))).y[0] == [
            10,
            10,
            1,
            1,
        ]

    def test_other_order_of_columns(self, tmp_path: Path, road: str) -> None:
        (tmp_path / "a.csv").write_text("x,y\n1,2\n")
        (tmp_path / "b.csv").write_text("y,x\n4,3\n")
        assert read(tmp_path / "*.csv").X[0][0] == [1, 3]

    def test_the_file_that_differs_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("x,y\n1,2\n")
        (tmp_path / "b.csv").write_text("x,z\n4,3\n")
        message = refused(tmp_path / "*.csv")
        assert "b.csv has other columns than a.csv: it lacks `y` and it has `z` besides" in message
        (tmp_path / "b.csv").write_text("x,y\nyes,3\n")
        assert "b.csv: column `x`" in refused(tmp_path / "*.csv")
        (tmp_path / "b.csv").write_text("x,y\n1,oops\n2,3\n4,5\n")
        assert "b.csv line 2, column `y`: `oops`" in refused(tmp_path / "*.csv")

    def test_dropped_rows_are_summed(self, tmp_path: Path, road: str) -> None:
        (tmp_path / "a.csv").write_text("x,y\n1,2\n,3\n")
        (tmp_path / "b.csv").write_text("x,y\n,2\n4,3\n")
        whole = read(tmp_path / "*.csv", missing="drop")
        assert whole.row_numbers == [0, 3]
        assert whole.notes == ["2 of 4 rows dropped: missing x (2)"]

    def test_mixed_kinds(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("x,y\n1,2\n")
        pq.write_table(pa.table({"x": [1.0], "y": [2.0]}), tmp_path / "b.parquet")
        assert "files of different kinds" in refused(tmp_path / "*")
        (tmp_path / "a.csv").unlink()
        pq.write_table(pa.table({"x": ["1"], "y": [2.0]}), tmp_path / "c.parquet")
        assert "c.parquet: column `x` is string, but double in b.parquet" in refused(tmp_path / "*")


def test_a_formula_in_the_place_of_the_data_is_told_where_it_stands():
    table = {"y": [1.0, 2.0, 4.0], "x": [1.0, 2.0, 3.0]}
    for call in (lambda: wxb.fit("y ~ x", table), lambda: wxb.fit(table, "y ~ x"), lambda: wxb.fit("y ~ x")):
        with pytest.raises(wxb.WxbError) as caught:
            call()
        assert '`formula="y ~ x"`' in caught.value.do
