"""What a page is given: moments to the last bit of a pair, rows or cells, the descent it begins with; the rest is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from wxb.laboratory.lab import of_data, of_model, of_students
from wxb.laboratory.payload import moments_of, pair

HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}
NAMES = {"n": (0, 0), "x": (1, 0), "y": (0, 1), "xx": (2, 0), "xy": (1, 1), "yy": (0, 2)}
numbers = st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda x: round(x, 6))


@settings(max_examples=60)
@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12, unique_by=lambda row: row[0]))
def test_moments_are_those_of_the_rows_to_106_bits(rows):
    x, y = zip(*rows)
    try:
        given_moments = moments_of(wxb.Moments.of(np.array(x), np.array(y)))
    except wxb.NumericalError:  # squares beyond what a page computes with
        return
    origin = [Fraction(value) for value in given_moments["origin"]]
    for name, (i, j) in list(NAMES.items())[1:]:
        exact = sum((Fraction(a) - origin[0]) ** i * (Fraction(b) - origin[1]) ** j for a, b in rows)
        high, low = map(Fraction, given_moments[name])
        assert abs(high + low - exact) <= abs(exact) * Fraction(1, 2**104)
    assert given_moments["n"] == len(rows)


def test_a_pair_is_the_nearest_double_and_the_nearest_of_the_rest():
    third = Fraction(1, 3)
    high, low = pair(third)
    assert high == 1 / 3
    assert low == float(third - Fraction(high))


def test_the_students():
    payload = of_students().payload
    assert payload["rows"] == [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    assert payload["names"] == {"x": "hours", "y": "score"}
    assert payload["path"] == {
        "start": {"W": 0.0, "b": 0.0}, "lr": 0.01, "epochs": 2000, "momentum": 0.0, "only": "both", "at": 4.0
    }  # fmt: skip
    assert [one["key"] for one in payload["presets"]] == ["students", "sheet", "thirty"]
    json.dumps(payload, allow_nan=False)


def test_of_many_rows_there_are_cells_and_no_row():
    rng = np.random.default_rng(1)
    x = rng.normal(size=2001)
    y = x + rng.normal(size=2001)
    payload = of_data({"x": x, "y": y}).payload
    assert payload["rows"] is None
    cells = payload["cells"]
    assert cells["n"] == 2001
    assert len(cells["x"]) == len(cells["y"]) == len(cells["weight"]) <= 2000
    assert max(cells["weight"]) == 1
    drawn = set(cells["x"])
    assert not drawn & set(x.tolist())
    assert of_data({"x": x[:2000], "y": y[:2000]}).payload["rows"] == np.column_stack([x, y])[:2000].tolist()


def test_a_model_has_its_own_descent_and_moments():
    model = wxb.fit(HOURS, "score", lr=0.05, epochs=70, momentum=0.5, start={"hours": 1.0, "(b)": 2.0})
    payload = model.lab().payload
    assert payload["path"] | {"at": 0} == {
        "start": {"W": 1.0, "b": 2.0}, "lr": 0.05, "epochs": 70, "momentum": 0.5, "only": "both", "at": 0
    }  # fmt: skip
    assert payload["rows"] is None
    assert payload["cells"] == {"x": [], "y": [], "size": [0.0, 0.0], "weight": [], "n": 3}
    assert payload["span"]["x"] == [1.0, 3.0]
    assert payload["moments"] == of_data(HOURS, "score").payload["moments"]
    assert model.lab(HOURS).payload["rows"] == of_students().payload["rows"]


def test_a_saved_model_opens_as_it_was(tmp_path):
    wxb.fit(HOURS, "score", lr=0.05, epochs=70).save(tmp_path / "m.json")
    path = wxb.load(tmp_path / "m.json").lab().payload["path"]
    assert (path["lr"], path["epochs"]) == (0.05, 70)


def test_a_model_may_be_given_where_data_are():
    model = wxb.fit(HOURS, "score", lr=0.05, epochs=70)
    assert wxb.lab(model).payload == model.lab().payload
    with pytest.raises(wxb.UsageError, match="lr is a choice of the fit"):
        wxb.lab(model, lr=0.1)
    with pytest.raises(wxb.UsageError, match="`target=` says how data are read, and none are given"):
        wxb.lab(target="score")


def test_without_an_intercept_only_the_weight_moves():
    assert of_data(HOURS, "score", intercept=False).payload["path"]["only"] == "W"


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e3])
def test_the_rate_is_one_that_arrives_or_the_best(scale):
    data = {"x": np.arange(1.0, 9.0) * scale, "y": np.arange(1.0, 9.0) ** 2}
    lr = of_data(data).payload["path"]["lr"]
    rates = wxb.rates(data, "y")
    good = rates.verdict(0.01, epochs=2000).kind.value in ("good", "slow")
    assert lr == 0.01 if good else 0.9 * rates.best <= lr <= rates.best


DAYS = np.array(["2024-01-01", "2024-01-02", "2024-01-05"], dtype="datetime64[D]")


def test_a_column_of_yes_and_no_has_the_name_by_which_it_is_fitted(tmp_path):
    (tmp_path / "paid.csv").write_text("paid,y\nyes,1\nno,2\nyes,4\n")
    payload = of_data(tmp_path / "paid.csv").payload
    assert payload["names"]["x"] == "paid"
    assert payload["rows"] == [[1.0, 1.0], [0.0, 2.0], [1.0, 4.0]]


MORE = {**HOURS, "name": ["a", "b", "c"], "z": [1, 5, 2], "day": DAYS}


def test_columns_are_chosen_in_their_order_and_that_is_said():
    lab = of_data(MORE)
    assert lab.payload["names"] == {"x": "hours", "y": "score"}
    assert "`features=` and `target=` names others" in lab.chosen[0]
    assert of_data(MORE, "hours").payload["names"] == {"x": "score", "y": "hours"}
    assert of_data(MORE, features=["hours"]).payload["names"] == {"x": "hours", "y": "score"}
    assert of_data(MORE, "z", ["score"]).chosen == of_data(HOURS).chosen == ()
    with pytest.warns(wxb.WxbWarning, match="names others"):
        wxb.lab(MORE)


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (HOURS, {"target": "scor"}, r"did you mean `score`"),
        (HOURS, {"features": ["scor"]}, r"did you mean `score`"),
        (HOURS, {"features": ["hours", "score"]}, r"is of one column, and `features=` names 2"),
        ({"hours": [1.0, 2.0]}, {}, r"too few columns of numbers for a line: `hours`"),
        ({"a": ["x", "y"], "b": [1.0, 2.0]}, {}, r"too few columns of numbers"),
        ({"a": [], "b": []}, {}, r"no data rows"),
        ({"a": [1.0], "b": [2.0]}, {}, r"1 row"),
        ({"a": [1.0, None], "b": [2.0, 3.0]}, {}, r"missing"),
        ({"a": [1.0, 1e308], "b": [2.0, 3.0]}, {}, r"leaves? the range"),
        ({"a": [1e-200, 2e-200], "b": [2.0, 3.0]}, {}, r"leaves? the range"),
        ({"a": [1.0, np.inf], "b": [2.0, 3.0]}, {}, r"inf"),
        (MORE, {"features": ["day"]}, r"`day` holds times"),
        (([[1.0], [2.0]], [1.0, 2.0], [1.0, 3.0]), {}, r"each row counts once"),
        (HOURS, {"lr": -1.0}, r"learning rate"),
        (HOURS, {"epochs": 0}, r"epochs"),
        (HOURS, {"epochs": 10**6}, r"at most 100000 epochs"),
        (HOURS, {"momentum": 1.0}, r"momentum"),
        (HOURS, {"start": [1.0]}, r"start must be 2 finite numbers"),
    ],
)
def test_what_cannot_be_shown_is_said(data, options, said):
    with pytest.raises(wxb.WxbError, match=said):
        of_data(data, **options)


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"features": ["hours", "z"]}, r"this line has 2"),
        ({"formula": "score ~ log(hours)"}, r"`log\(hours\)` of this line is computed"),
        ({"formula": "log(score) ~ hours"}, r"`log\(score\)` of this line is computed"),
        ({"formula": "score ~ C(z)"}, r"`z\[2\]` of this line is computed"),
        ({"formula": "score ~ hours", "weights": "z"}, r"with weights"),
        ({"features": ["hours"], "lr": 0.01, "epochs": 5, "nesterov": True, "momentum": 0.5}, r"had `nesterov=`"),
        ({"features": ["hours"], "lr": 0.01, "epochs": 5, "schedule": "cosine"}, r"had `schedule=`"),
        ({"features": ["hours"], "lr": 0.01, "epochs": 5, "scale": "standard"}, r"had `scale=`"),
        ({"features": ["hours"], "line_search": True, "epochs": 5}, r"had `line_search=`"),
        ({"features": []}, r"this line has 0"),
    ],
)
def test_a_line_of_which_the_page_would_be_wrong_is_refused(options, said):
    more = {**HOURS, "z": [1.0, 5.0, 2.0]}
    target = {} if "formula" in options else {"target": "score"}
    with pytest.raises(wxb.UsageError, match=said):
        wxb.fit(more, **target, **options).lab()


def test_other_rows_than_those_of_the_fit_are_refused():
    model = wxb.fit(HOURS, "score")
    assert wxb.fit(HOURS, formula="score ~ hours").lab(HOURS).payload["rows"] == model.lab(HOURS).payload["rows"]
    with pytest.raises(wxb.DataError, match="not those of the fit, which had 3"):
        model.lab({"hours": [1.0, 2.0, 3.5], "score": [2.0, 4.0, 6.0]})


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_equal_x_and_a_run_that_diverged_have_a_page():
    equal = of_data({"a": [2.0, 2.0, 2.0], "b": [1.0, 2.0, 6.0]})
    assert equal.payload["moments"]["xx"] == [0.0, 0.0]
    assert of_model(wxb.fit(HOURS, "score", lr=0.3, epochs=2000), HOURS).payload["path"]["lr"] == 0.3
