"""Values that no table should hold and some do: each is refused in words, missing, or worked with; no raw error, no other model."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import wxb

Y = [1, 3, 2, 5]


@pytest.mark.parametrize("cell", [np.zeros(0), np.zeros(2), np.zeros((2, 2))])
def test_an_array_in_a_cell_is_no_number_and_is_shown(cell):
    with pytest.raises(wxb.WxbError, match="row 3"):
        wxb.fit({"x": [1, 2, cell, 4], "y": Y}, "y")


@pytest.mark.parametrize("cell", [Decimal("NaN"), Decimal("sNaN"), Decimal("-sNaN17")])
def test_every_nan_of_decimals_is_missing(cell):
    with pytest.raises(wxb.DataError, match="1 missing value: row 2"):
        wxb.fit({"x": [1, cell, 4, 3], "y": Y}, "y")
    with pytest.warns(wxb.WxbWarning, match="1 of 4 rows dropped"):
        assert wxb.fit({"x": [1, cell, 3, 4], "y": [1, 9, 3, 4]}, "y", missing="drop").coef.tolist() == [1]


@pytest.mark.parametrize("cell", [Fraction(10**400, 3), Fraction(-(10**400), 7), 10**400])
def test_numbers_beyond_float64_are_infinite(cell):
    with pytest.raises(wxb.DataError, match="1 infinite value: row 2"):
        wxb.fit({"x": [1, cell, 4, 3], "y": Y}, "y")


class Mute:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("option", ["skip", "comment", "encoding", "sep", "date", "where", "na"])
@pytest.mark.parametrize("value", [Mute(), np.zeros((1, 2)), np.zeros(()), 1.5])
def test_options_of_a_layout_are_refused_whatever_they_are(option, value):
    with pytest.raises(wxb.UsageError, match=f"{option} is "):
        wxb.fit({"x": Y, "y": Y}, "y", **{option: value})


@pytest.mark.parametrize("option", ["optimizer", "schedule", "device"])
def test_an_empty_name_asks_for_nothing(option):
    with pytest.raises(wxb.UsageError, match=f"`{option}` is an empty text"):
        wxb.fit({"x": [1, 2, 4, 3], "y": Y}, "y", **{option: ""})


@pytest.mark.parametrize("weight", [5e-324, 1e-310, 1e308])
def test_weights_beyond_the_errors_of_predictions_fit_and_say_so(weight):
    model = wxb.fit(([[1], [2], [3.5]], [1, 2, 4], [weight] * 3))
    same = wxb.fit(([[1], [2], [3.5]], [1, 2, 4], [1] * 3))
    assert model.coef.tolist() == same.coef.tolist()
    assert str(model)
    with pytest.raises(wxb.NumericalError, match="the weights are so"):
        model.predict([[2]], interval=0.9)


def test_a_share_that_holds_out_every_row_is_named():
    with pytest.raises(wxb.UsageError, match=r"`test=0.999` held out all 4 rows"):
        wxb.fit({"x": [1, 2, 4, 3], "y": Y}, "y", test=0.999)


def test_a_rate_beyond_float64_raises_no_warning_of_its_own():
    with pytest.raises(wxb.NumericalError, match="leave the range of float64"):
        wxb.fit({"x": [1, 2, 40, 3], "y": Y}, "y", lr=1e308, epochs=5)


def test_a_schedule_beyond_float64_raises_no_warning_of_its_own():
    with pytest.warns(wxb.WxbWarning, match="diverged"):
        assert wxb.fit({"x": [1, 2, 40, 3], "y": Y}, "y", lr="auto", schedule="exponential:1e308", epochs=5).diverged


@pytest.mark.torch
def test_a_device_that_computes_nothing_is_refused():
    with pytest.raises(wxb.UsageError, match="'meta' cannot be used"):
        wxb.fit({"x": [1, 2, 4, 3], "y": Y}, "y", lr=0.01, epochs=2, engine="torch", device="meta")
