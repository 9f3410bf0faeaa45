"""Sums of models keep the books: shares, bounds, counts and notes as one fit of all rows has them; unlike models are named."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from wxb.cli import main
from wxb.methods.options import to_json
from wxb.model.file import model_to_json
from wxb.report.outside import outside

RANDOM = np.random.default_rng(29)
ROWS = 120
X = RANDOM.normal(size=(ROWS, 2))
X[::11, 0] = np.nan
TABLE = pa.table(
    {
        "a": pa.array(X[:, 0], from_pandas=True),
        "b": X[:, 1],
        "w": RANDOM.integers(0, 4, ROWS) / 2,
        "y": RANDOM.normal(size=ROWS),
    }
)


def quiet(call, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return call(*arguments, **options)


def fitted(low: int, high: int, **options) -> wxb.Model:
    options = {"features": ["a", "b"], "missing": "drop", **options}
    return quiet(wxb.fit, TABLE.slice(low, high - low), "y", **options)


def books(model: wxb.Model) -> tuple:
    return (
        *(model.moments, model.test_moments, model.fold_moments, model.ranges, model.dropped_rows, model.source_rows),
        *(to_json(model.question), model.kinds, model.theta.tolist(), model.outer_ranges),
    )


@settings(max_examples=40)
@given(
    st.integers(30, 90),
    st.sampled_from([{}, {"test": 0.3}, {"folds": 3}, {"folds": 10, "test": 0.2}]),
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
)
def test_an_update_is_the_fit_of_all(cut, shares, seed, weighted, through_a_file):
    weights = "w" if weighted else None
    first = fitted(0, cut, weights=weights, seed=seed, **shares)
    if through_a_file and shares.get("folds") != 10:  # its folds are too small for a file
        first = loaded(first)
    both = quiet(wxb.update, first, TABLE.slice(cut), weights=weights)
    assert books(both) == books(fitted(0, ROWS, weights=weights, seed=seed, **shares))


def loaded(model: wxb.Model) -> wxb.Model:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/m.json")
        return wxb.load(f"{folder}/m.json")


def test_an_update_of_few_rows_may_go_to_the_test_rows_alone():
    first = fitted(0, 60, test=0.5, seed=1)
    for row in range(60, 70):
        second = quiet(wxb.update, first, TABLE.slice(row, 1)) if row != 66 else first
        assert second.source_rows == (60 if row == 66 else 61)


def test_merging_adds_shares_bounds_counts_and_notes():
    parts = [fitted(low, low + 40, test=0.25, folds=2, seed=3) for low in (0, 40, 80)]
    both = quiet(wxb.merge, *parts)
    assert both.test_moments == sum((p.test_moments for p in parts[1:]), parts[0].test_moments)
    for k in range(2):
        assert both.fold_moments[k] == sum((p.fold_moments[k] for p in parts[1:]), parts[0].fold_moments[k])
    assert both.moments == sum(both.fold_moments)
    assert both.dropped_rows == sum(p.dropped_rows for p in parts) > 0
    assert both.source_rows == ROWS
    assert both.ranges == fitted(0, ROWS).ranges
    assert set(both.notes) == {note for p in parts for note in p.notes} != set()
    assert set(both.notes) <= set(both.warnings)


@pytest.mark.parametrize("step", ["update", "merge", "forget"])
def test_outside_the_data_is_said_after_every_step(step, tmp_path, capsys):
    first, second = fitted(0, 60), fitted(60, ROWS)
    after = {
        "update": lambda: quiet(wxb.update, first, TABLE.slice(60)),
        "merge": lambda: quiet(wxb.merge, first, second),
        "forget": lambda: quiet(wxb.forget, fitted(0, ROWS), TABLE.slice(60)),
    }[step]()
    assert outside(after, {"a": [99.0], "b": [0.0]})
    after.save(tmp_path / "m.json")
    assert main(["predict", str(tmp_path / "m.json"), "--at", "a=99,b=0"]) == 0
    assert "a = 99 is outside the data" in capsys.readouterr().err


def test_notes_of_the_reader_are_said_again():
    whole = fitted(0, 60)
    assert "rows dropped" in whole.notes[0]
    with pytest.warns(wxb.WxbWarning) as caught:
        both = wxb.update(whole, TABLE.slice(60))
    said = [str(warning.message) for warning in caught]
    assert sum("rows dropped" in text for text in said) == 1  # of the new rows: of the others it was said before
    assert whole.notes[0] in both.notes
    assert both.dropped_rows == 11


FITS = {
    "target": lambda: quiet(wxb.fit, TABLE, "b", features=["a", "w"], missing="drop"),
    "terms": lambda: fitted(0, ROWS, features=["a", "w"]),
    "order": lambda: fitted(0, ROWS, features=["b", "a"]),
    "intercept": lambda: fitted(0, ROWS, intercept=False),
    "precision": lambda: fitted(0, ROWS, precision="fast"),
    "weights": lambda: fitted(0, ROWS, weights="w"),
    "rank": lambda: fitted(0, ROWS, rank="error"),
    "test": lambda: fitted(0, ROWS, test=0.2),
    "folds": lambda: fitted(0, ROWS, folds=3),
}
NAMED = {
    "target": "its target is `b`, in the first `y`",
    "terms": "its terms are `a`, `w`, in the first `a`, `b`",
    "order": "its terms in order are `b`, `a`, in the first `a`, `b`",
    "intercept": "it is fitted without an intercept, in the first with an intercept",
    "precision": 'its sums are `precision="fast"`, in the first `precision="exact"`',
    "weights": "its rows have weights, in the first no weights",
    "rank": 'of collinear terms it asks `rank="error"`, in the first `rank="drop"`',
    "test": "it holds out `test=0.2`, in the first `test=0`",
    "folds": "it has `folds=3`, in the first `folds=0`",
}


@pytest.mark.parametrize("what", FITS)
def test_unlike_models_are_refused_by_name_in_either_order(what):
    plain, other = fitted(0, ROWS), FITS[what]()
    with pytest.raises(wxb.UsageError, match=NAMED[what]):
        wxb.merge(plain, other)
    with pytest.raises(wxb.UsageError, match="model 3 cannot be added to the first"):
        wxb.merge(other, other, plain)


def test_weights_go_with_weights_only():
    plain, weighted = fitted(0, 60), fitted(0, 60, weights="w")
    for step in (wxb.update, wxb.forget):
        with pytest.raises(wxb.UsageError, match="this model's rows had no weights"):
            step(plain, TABLE.slice(60), weights="w")
        with pytest.raises(wxb.UsageError, match="this model's rows had weights"):
            step(weighted, TABLE.slice(60))


def test_the_same_rows_twice_are_remarked_and_the_remark_goes_with_them():
    table = {"x": [1.0, 2, 3, 5], "y": [1.0, 3, 2, 4]}
    model = wxb.fit(table, "y")
    other = wxb.fit({**table, "x": [1.0, 2, 3, 6]}, "y")
    with pytest.warns(wxb.WxbWarning, match="the sums of parts 1 and 3 are the same to the last bit: the same rows"):
        wxb.merge(model, other, model)
    with pytest.warns(wxb.WxbWarning, match="the same rows twice"):
        both = wxb.update(model, table)
    assert wxb.forget(both, table).warnings == ()
    assert wxb.merge(model, other).warnings == ()


def test_quiet_prints_the_line(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n2,4\n3,6\n")
    (tmp_path / "b.csv").write_text("x,y\n4,8\n5,10\n")
    main(["fit", str(tmp_path / "a.csv"), "-t", "y", "--save", str(tmp_path / "a.json"), "-q"])
    line = capsys.readouterr().out
    assert (
        main(["update", str(tmp_path / "a.json"), str(tmp_path / "b.csv"), "-o", str(tmp_path / "c.json"), "-q"]) == 0
    )
    assert capsys.readouterr().out == line


def test_a_file_of_the_first_version_goes_on(tmp_path):
    """It knows neither its source rows nor its notes apart: notes are told from its warnings, rows counted."""
    model = fitted(0, 60, test=0.2)
    content = {**model_to_json(model), "version": 1}
    for name in ("kinds", "notes", "outer_ranges", "source_rows", "test_mae"):
        content.pop(name, None)
    for sums in (content["moments"], content["test_moments"]):
        sums["integral"] = [bits is None for bits in sums.pop("bits")]
    (tmp_path / "m.json").write_text(json.dumps(content))
    old = wxb.load(tmp_path / "m.json")
    both = quiet(wxb.update, old, TABLE.slice(60))
    assert both.moments == quiet(wxb.update, model, TABLE.slice(60)).moments
    assert both.source_rows is None
    assert set(model.notes) <= set(both.notes)


def test_models_under_unlike_penalties_do_not_add():
    """The first one's would be taken for all rows, and nobody asked for that."""
    plain, ridge = fitted(0, 60), fitted(60, 120, l2=0.1)
    for other in (plain, fitted(60, 120, l2=1), fitted(60, 120, l1=0.1), fitted(60, 120, l2=0.1, positive=True)):
        with pytest.raises(
            wxb.UsageError, match=r"found by least squares.*, in the first least squares with `l2=0\.1`"
        ):
            wxb.merge(ridge, other)
    with pytest.raises(wxb.UsageError, match=r"with `l2=0\.1`, in the first least squares"):
        wxb.merge(plain, ridge)


def test_a_penalty_that_each_chose_stays_as_the_first_chose_it_and_is_said():
    one, two = fitted(0, 60, l2="auto"), fitted(60, 120, l2="auto")
    with pytest.warns(wxb.WxbWarning, match="of the first model stays, and model 2 has"):
        both = wxb.merge(one, two)
    assert both.penalised is not None
    assert one.penalised is not None
    assert both.penalised.l2 == one.penalised.l2


def test_steps_of_a_selection_say_when_they_are_of_other_rows():
    chosen = fitted(0, 60, select="aic", always="a")
    more = quiet(wxb.update, chosen, TABLE.slice(60, 30))
    again = quiet(wxb.forget, more, TABLE.slice(60, 30))
    assert ["of the rows of then" in str(one).replace("\n", " ") for one in (chosen, more, again)] == [
        False,
        True,
        False,
    ]
