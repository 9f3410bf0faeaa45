"""Folds of whole groups and along time: each against lines fitted to the very rows that may tell of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import wxb

pytestmark = pytest.mark.filterwarnings("ignore:.*predicts best")
N = 90
RANDOM = np.random.default_rng(5)
DAYS = RANDOM.permutation(N) // 2  # two rows of each day, in no order
SCHOOL = RANDOM.choice(["a", "b", "c", "d", "e", "f", "g"], N, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05])
TABLE = pd.DataFrame(
    {
        "x": RANDOM.integers(-50, 50, N) / 8,
        "z": RANDOM.integers(-50, 50, N) / 8,
        "school": SCHOOL,
        "day": pd.Timestamp("2024-02-20") + pd.to_timedelta(DAYS, unit="D"),
    }
)
TABLE["y"] = TABLE.x - TABLE.z + RANDOM.integers(-20, 20, N) / 8
ASKED = {"target": "y", "features": ["x", "z"]}


def judged(train: np.ndarray, test: np.ndarray, **options: object) -> float:
    """The cost of some rows by the line of others."""
    line = wxb.fit(TABLE[train], **ASKED, **options)
    return float(np.mean((line.predict(TABLE[test]) - TABLE.y[test]) ** 2))


def stretches(place: np.ndarray, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """scikit-learn's TimeSeriesSplit(count) of rows in this order."""
    step = N // (count + 1)
    starts = [N - left * step for left in range(count, 0, -1)]
    return [(place < start, (place >= start) & (place < start + step)) for start in starts]


def test_a_fold_of_each_group():
    model = wxb.fit(TABLE, **ASKED, folds="school")
    wanted = [judged(one != SCHOOL, one == SCHOOL) for one in sorted(set(SCHOOL))]
    assert model.fold_costs == pytest.approx(wanted, rel=1e-12)
    assert model.cross_validation.overall.rows == N
    assert model.moments == sum(model.fold_moments)
    assert "folds of one `school` each" in model.summary()


def test_groups_are_never_parted_and_folds_as_equal_as_they_allow():
    model = wxb.fit(TABLE, **ASKED, folds="3:school", threads=1)
    sizes = [fold.rows for fold in model.fold_moments]
    rows, folds = sorted((int(np.sum(one == SCHOOL)) for one in set(SCHOOL)), reverse=True), [0, 0, 0]
    for size in rows:  # the largest first, into the smallest fold
        folds[folds.index(min(folds))] += size
    assert sorted(sizes) == sorted(folds)
    parts = pd.DataFrame({"school": SCHOOL}).groupby("school").indices.values()
    sums = [wxb.Moments.of(TABLE[["x", "z"]].to_numpy()[p], TABLE.y[p], terms=["x", "z"], target="y") for p in parts]
    whole = [sum(s for j, s in enumerate(sums) if pick >> j & 1) for pick in range(1, 1 << len(sums))]
    assert all(any(fold == some for some in whole) for fold in model.fold_moments)
    assert "folds 3, each `school` in one" in model.summary()


def test_neither_the_order_of_rows_nor_threads_say_which_group_is_where():
    shuffled = TABLE.sample(frac=1, random_state=1)
    one, other = (wxb.fit(t, **ASKED, folds="3:school", seed=4, threads=k) for t, k in ((TABLE, 1), (shuffled, 3)))
    assert one.fold_moments == other.fold_moments


@pytest.mark.parametrize("options", [{}, {"l2": 0.25}, {"l1": 0.5}])
def test_along_the_rows_each_stretch_is_judged_by_those_before_it(options):
    model = wxb.fit(TABLE, **ASKED, folds="time:4", **options)
    wanted = [judged(train, test, **options) for train, test in stretches(np.arange(N), 4)]
    assert model.fold_costs == pytest.approx(wanted, rel=1e-12)
    assert "folds 4 along the rows, each judged by the line of the rows before it" in model.summary()


def test_along_a_column_equal_times_stay_together():
    model = wxb.fit(TABLE, **ASKED, folds="time:4:day")
    first = np.array([np.sum(day > DAYS) for day in DAYS])  # the place of the first row of its day
    wanted = [judged(train, test) for train, test in stretches(first, 4)]
    assert model.fold_costs == pytest.approx(wanted, rel=1e-12)
    assert model.cross_validation.overall.mae is not None
    assert sum(model.fold_moments) == model.moments


@pytest.mark.parametrize("options", [{"l2": "auto"}, {"l1": "auto"}])
@pytest.mark.parametrize("folds", ["3:school", "time:3:day"])
def test_a_penalty_is_chosen_by_them(folds, options):
    among = [0.01, 0.1, 1.0]
    path = wxb.fit(TABLE, **ASKED, folds=folds, among=among, **options).path
    alone = [wxb.fit(TABLE, **ASKED, folds=folds, **{next(iter(options)): one}).fold_costs for one in among]
    assert path.fold_costs[:, ::-1] == pytest.approx(np.array(alone).T, rel=1e-12)


def test_files_and_categories_have_the_same_folds(tmp_path):
    TABLE.to_csv(tmp_path / "t.csv", index=False)
    for folds in ("school", "3:school", "time:3", "time:3:day"):
        asked = {"formula": "y ~ x + C(half)", "folds": folds}
        plain = wxb.fit(TABLE, **ASKED, folds=folds)
        assert wxb.fit(tmp_path / "t.csv", **ASKED, folds=folds).fold_moments == plain.fold_moments
        table = TABLE.assign(half=np.where(TABLE.z > 0, "up", "down"))
        dense = wxb.fit(table.assign(up=(table.z > 0) * 1.0), target="y", features=["up", "x"], folds=folds)
        assert wxb.fit(table, **asked).fold_costs == pytest.approx(dense.fold_costs, rel=1e-12)


def test_rows_that_stand_for_several_are_those_rows(tmp_path):
    often = np.arange(N) % 3
    counted, repeated = TABLE.assign(k=often), TABLE.loc[TABLE.index.repeat(often)]
    for folds in ("3:school", "time:3:day"):
        one = wxb.fit(counted, **ASKED, frequency="k", folds=folds)
        assert one.fold_moments == wxb.fit(repeated, **ASKED, folds=folds).fold_moments


def test_a_saved_model_says_the_same_and_refuses_other_rows(tmp_path):
    for folds in ("school", "time:3:day"):
        model = wxb.fit(TABLE, **ASKED, folds=folds)
        model.save(tmp_path / "m.json")
        again = wxb.load(tmp_path / "m.json")
        assert again.summary() == model.summary()
        assert json.loads((tmp_path / "m.json").read_text())["recipe"]["folds"] == folds
        for change in (lambda m: wxb.update(m, TABLE), lambda m: wxb.merge(m, m), lambda m: wxb.forget(m, TABLE[:5])):
            with pytest.raises(wxb.UsageError, match="all rows together say which of them are in which fold"):
                change(again)


@pytest.mark.parametrize(
    ("folds", "options", "match"),
    [
        ("one", {}, "`one` has one value in all rows"),
        ("8:school", {}, r"8 folds of 7 groups: there are more folds than groups\n.*`folds=\"school\"`"),
        ("time:90", {}, "90 folds along 90 rows"),
        ("time:7:school", {}, "`school` holds '.', which has no place in time"),
        ("time:9:few", {}, "9 folds along `few`: its rows are at 3 times, too few"),
        ("schol", {}, "did you mean `school`"),
        ("school", {"test": 0.2}, "draws rows one by one"),
        ("school", {"by": "few"}, "makes a model of each group"),
    ],
)
def test_folds_that_cannot_be(folds, options, match):
    table = TABLE.assign(one="a", few=np.arange(N) % 3)
    with pytest.raises(wxb.WxbError, match=match):
        wxb.fit(table, **ASKED, folds=folds, **options)


def test_a_stream_is_gone_after_one_look():
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_pandas(TABLE)
    stream = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    with pytest.raises(wxb.UsageError, match="takes two looks at the rows"):
        wxb.fit(stream, **ASKED, folds="school")


def test_a_picture_says_by_which_line_a_fold_is_judged():
    for folds, said in (("time:3", "by the line of those before it"), ("3:school", "by the line of the others")):
        model = wxb.fit(TABLE, **ASKED, folds=folds, l2="auto")
        assert said in model.plot("folds").scene.description


def test_a_column_of_dates_in_another_form_goes_along_time(tmp_path):
    days = np.datetime64("2023-11-20") + np.arange(40) * 3
    rows = [(day, i % 7, i % 7 * 2 + i % 3) for i, day in enumerate(days.tolist())]
    rows = [rows[i] for i in np.random.default_rng(2).permutation(40)]
    for form, name in (("%Y-%m-%d", "iso.csv"), ("%d/%m/%Y", "other.csv")):
        text = "".join(f"{day.strftime(form)},{x},{y}\n" for day, x, y in rows)
        (tmp_path / name).write_text("day,x,y\n" + text, encoding="utf-8")
    asked = {"target": "y", "features": ["x"], "folds": "time:4:day"}
    iso = wxb.fit(tmp_path / "iso.csv", **asked)
    other = wxb.fit(tmp_path / "other.csv", **asked, date="%d/%m/%Y")
    assert other.fold_costs.tolist() == iso.fold_costs.tolist()
    assert np.isfinite(other.fold_costs).all()
    with pytest.raises(wxb.UsageError, match='give the form of its dates, `date="%d/%m/%Y"`'):
        wxb.fit(tmp_path / "other.csv", **asked)
