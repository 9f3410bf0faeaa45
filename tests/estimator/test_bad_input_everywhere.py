"""Bad input of penalties, folds and selection at all three doors: `wxb.fit`, the estimator, the command line."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.cli import main

sp = pytest.importorskip("scipy.sparse")
N = 24
RANDOM = np.random.default_rng(0)
X, NOISE = RANDOM.normal(size=(N, 2)), RANDOM.normal(size=N)
Y = X[:, 0] + NOISE
GROUPS = np.array(list("ab") * (N // 2))
HOLE = np.where(np.arange(2 * N).reshape(N, 2) == 9, np.nan, X)
# what the data are: (rows, weights, text of each kind of row on the command line)
GIVEN: dict[str, tuple[Any, Any, Any]] = {
    "plain": (X, Y, None),
    "NaN": (HOLE, Y, None),
    "complex": (X * 1j, Y, None),
    "one row": (X[:1], Y[:1], None),
    "negative weights": (X, Y, -np.ones(N)),
}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("NaN", {"l2": 1.0}, "missing value|contains NaN"),
    ("complex", {"l2": 1.0}, "complex|Complex|look like identifiers"),
    ("one row", {}, "1 row is too few|1 sample"),
    ("negative weights", {"l2": 1.0}, "negative weight|Negative values"),
    ("plain", {"l2": -1.0}, "l2 must be a number ≥ 0"),
    ("plain", {"l2": np.inf}, "l2 must be a number ≥ 0|expected a number"),
    ("plain", {"l1": np.nan}, "l1 must be a number ≥ 0|expected a number"),
    ("plain", {"l1": "auto", "folds": N + 1}, f"{N + 1} folds of {N} rows: there are more folds than rows"),
    ("plain", {"l2": "auto", "folds": 1}, "folds must be 2 or more"),
    ("plain", {"l2": "auto", "choose": "one-se"}, "needs the costs of folds"),
    ("plain", {"l2": "auto", "folds": "nothing"}, "there is no column `nothing`|no column"),
]


@pytest.fixture
def command(tmp_path, capsys):
    """What the command line says of such rows and options; refusals alone."""

    def asked(kind: str, options: dict[str, Any]) -> str:
        rows, y, weights = GIVEN[kind]
        names = ["x1", "x2", "y", *(["w"] if weights is not None else [])]
        columns = [*rows.T, y, *([weights] if weights is not None else [])]
        path = tmp_path / "rows.csv"
        cells = zip(*([str(v) for v in column.tolist()] for column in columns))
        path.write_text(",".join(names) + "\n" + "".join(",".join(row) + "\n" for row in cells), encoding="utf-8")
        words = ["fit", str(path), "--target", "y", "--features", "x1,x2"]
        words += ["--weights", "w"] if weights is not None else []
        words += [word for name, value in options.items() for word in (f"--{name}", str(value))]
        assert main(words) in (1, 2)
        return " ".join(capsys.readouterr().err.split())

    return asked


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize(("kind", "options", "said"), REFUSED)
def test_bad_input_is_refused_in_words_at_every_door(kind, options, said, command):
    rows, y, weights = GIVEN[kind]
    with pytest.raises(wxb.WxbError, match=said) as refused:
        wxb.fit((rows, y) if weights is None else (rows, y, weights), **options)
    assert refused.value.do or "the columns are" in refused.value.what
    with pytest.raises(ValueError, match=said):
        wxb.LinearRegression(**options).fit(rows, y, sample_weight=weights)
    assert re.search(said, command(kind, options))


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize("options", [{"l2": 0.5}, {"l1": "auto", "folds": 3}, {"l2": "auto"}, {"positive": True}])
def test_one_feature_and_a_constant_target_have_an_answer_at_both_doors(options):
    for rows, y in ((X[:, :1], Y), (X, np.full(N, 3.0))):
        one, two = wxb.fit((rows, y), **options), wxb.LinearRegression(**options).fit(rows, y)
        assert one.coef.tolist() == two.coef_.tolist()
        assert one.intercept == two.intercept_
    assert not one.coef.any()


def test_sparse_rows_are_summed_by_the_estimator_and_refused_by_fit_with_the_way_on():
    with pytest.raises(wxb.DataError, match="sparse matrix") as refused:
        wxb.fit((sp.csr_matrix(X), Y), l2=1.0)
    assert "LinearRegression" in refused.value.do
    found = wxb.LinearRegression(l2=1.0).fit(sp.csr_matrix(X), Y)
    assert found.coef_.tolist() == wxb.fit((X, Y), l2=1.0).coef.tolist()


def test_a_group_in_every_fold_and_one_group_alone():
    """Groups are never parted; of one group there is no other to judge it by."""
    table = {"x": X[:, 0], "y": Y, "school": GROUPS, "one": np.full(N, "a")}
    model = wxb.fit(table, "y", features=["x"], l2="auto", folds="school")
    assert model.path.fold_costs.shape[0] == 2
    with pytest.raises(wxb.UsageError, match="3 folds of 2 groups"):
        wxb.fit(table, "y", features=["x"], l2="auto", folds="3:school")
    with pytest.raises(wxb.UsageError, match="`one` has one value in all rows"):
        wxb.fit(table, "y", features=["x"], l1="auto", folds="one")
