"""Every public call says what each of its options means, and what it raises."""

from __future__ import annotations

import inspect
import re

import pytest

import wxb
from wxb.data.layout import LayoutOptions

OF_TORCH = ("check_gradients", "explain", "record", "watch")
CLASSES = ("LinearRegression",)  # there is none without scikit-learn
CALLS = [
    pytest.param(name, marks=pytest.mark.torch) if name in OF_TORCH else name
    for name in wxb.__all__
    if name in OF_TORCH or (name not in CLASSES and inspect.isfunction(getattr(wxb, name, None)))
]


def options(call) -> set[str]:
    """The names of the arguments of a call; of `**layout` those it stands for, where the call is the one that lists them."""
    found = inspect.signature(call).parameters.values()
    return {one.name for one in found if one.kind is not inspect.Parameter.VAR_KEYWORD}


def said(text: str) -> set[str]:
    """The names that stand before a colon: `lr : …`, `momentum, nesterov : …`."""
    groups = re.findall(r"(?:^ *| {8})((?:[a-z_\d]+, (?:and )?)*[a-z_\d]+)(?: … [a-z]+)? : ", text, re.MULTILINE)
    return {name for group in groups for name in re.findall(r"[a-z_\d]+", group)}


@pytest.mark.parametrize("name", CALLS)
def test_every_option_is_in_the_docstring(name):
    call = getattr(wxb, name)
    text = inspect.getdoc(call) or ""
    assert options(call) <= said(text), options(call) - said(text)
    assert said(text) <= options(call) | set(LayoutOptions.__annotations__) | {"and"}, "options that are not there"
    assert text.splitlines()[0].endswith((".", "²."))


def test_fit_says_how_a_source_is_read_and_what_it_raises():
    text = inspect.getdoc(wxb.fit) or ""
    assert set(LayoutOptions.__annotations__) <= said(text)
    assert all(error in text for error in ("DataError", "NumericalError", "UsageError", "MissingExtra", "WxbWarning"))
    assert len(options(wxb.fit)) >= 31
