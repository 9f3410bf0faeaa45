"""The page's JavaScript, called from Python: nothing begins by itself, and numbers come and go as they are."""

from __future__ import annotations

import math

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def test_values_go_there_and_come_back(lab_js):
    sent = [1.5, math.inf, -0.0, "은(는)", [1, None], {"a": 1e-300}]
    assert lab_js("(lab, given) => [given, Float64Array.of(1, 2.5)]", sent) == [sent, [1.0, 2.5]]
    assert math.isnan(lab_js("() => NaN"))


def test_every_module_is_there_and_none_has_begun(lab_js):
    assert lab_js("lab => typeof lab.begin") == "function"
    assert lab_js("() => document.body.childElementCount") == 0
