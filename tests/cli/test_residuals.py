"""`wxb residuals`: what is said of the rows of a fit, and each row with its error in a file."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

import wxb as package

RANDOM = np.random.default_rng(31)
ROWS = [(f"car {i}", *RANDOM.normal(size=2).round(4).tolist()) for i in range(40)]
TEXT = "name;x;z;y\n" + "".join(
    f"{name};{x};{z};{x - z + e:.4f}\n" for (name, x, z), e in zip(ROWS, RANDOM.normal(size=40))
)


@pytest.fixture
def fitted(tmp_path):
    path, saved = tmp_path / "t.csv", tmp_path / "m.json"
    path.write_text(TEXT, encoding="utf-8")
    model = package.fit(path, "y", features=["x", "z"])
    model.save(saved)
    return model, saved, path


def test_the_text_and_the_record_say_what_python_says(wxb, fitted):
    model, saved, path = fitted
    found = model.diagnose(path, label="name", white=True, qq=3, largest=2)
    shown = wxb("residuals", saved, path, "--label", "name", "--white", "--largest", 2)
    assert shown.code == 0
    assert shown.out.strip() == str(found).strip()
    told = wxb("residuals", saved, path, "--label", "name", "--white", "--largest", 2, "--qq", 3, "--json").json
    assert told["leverage"] == [{"row": o.row + 1, "value": o.value, "label": o.label} for o in found.leverage]
    assert told["white"] == {"chi2": found.white.statistic, "df": 5, "p": found.white.p}
    assert told["quantiles"]["residual"] == found.quantiles.residual.tolist()
    assert told["press"] == found.press


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_each_row_with_its_error(wxb, fitted, tmp_path, form):
    model, saved, path = fitted
    out = tmp_path / f"rows.{form}"
    assert wxb("residuals", saved, path, "-o", out).code == 0
    truth = model.augment(path)
    if form == "csv":
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    elif form == "jsonl":
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    else:
        rows = pytest.importorskip("pyarrow.parquet").read_table(out).to_pylist()
    assert list(rows[0]) == ["name", "x", "z", "y", "fitted", "residual", "leverage", "studentised", "cook"]
    assert [row["name"] for row in rows] == [name for name, *_ in ROWS]
    for name in ("x", "y", "residual", "leverage", "studentised", "cook"):
        assert [float(row[name]) for row in rows] == truth[name].to_pylist()


def test_other_rows_and_names_that_are_taken(wxb, fitted, tmp_path):
    _, saved, path = fitted
    other = tmp_path / "other.csv"
    other.write_text(TEXT.rsplit("\n", 2)[0] + "\n", encoding="utf-8")
    ended = wxb("residuals", saved, other, "-o", tmp_path / "o.csv")
    assert ended.code == 1
    assert "39 rows, and the model was fitted to 40" in " ".join(ended.err.split())
    assert not (tmp_path / "o.csv").exists()
    path.write_text(TEXT.replace("name;", "cook;"), encoding="utf-8")
    ended = wxb("residuals", saved, path, "-o", tmp_path / "o.csv")
    assert ended.code == 2
    assert "already has a column" in ended.err
