"""The public names are what they say, whatever was imported before them: no module of the package's stands in their place."""

from __future__ import annotations

import inspect
import pkgutil
import subprocess
import sys

import pytest

import wxb
from wxb import api
from wxb.methods.fit_options import FitOptions

FUNCTIONS = (
    "check_gradients",
    "compare",
    "cost_of",
    "explain",
    "fit",
    "forget",
    "load",
    "merge",
    "on_dask",
    "rates",
    "record",
    "update",
    "watch",
)
PROGRAM = """
import importlib, inspect, pickle, pkgutil, wxb
names = [found.name for found in pkgutil.walk_packages(wxb.__path__, "wxb.") if not found.name.endswith("__main__")]
for name in names[::{step}]:
    importlib.import_module(name)
from wxb import explain, watch
for name in {functions}:
    function = getattr(wxb, name)
    assert inspect.isfunction(function) or inspect.isclass(function), (name, function)
    assert pickle.loads(pickle.dumps(function)) is function, name
assert (wxb.explain, wxb.watch) == (explain, watch)
"""


def test_no_module_bears_a_public_name() -> None:
    assert not {module.name for module in pkgutil.iter_modules(wxb.__path__)} & set(wxb.__all__)


@pytest.mark.torch
@pytest.mark.parametrize("step", [1, -1])
def test_functions_stay_functions_after_every_module_is_imported(step: int) -> None:
    code = PROGRAM.format(step=step, functions=FUNCTIONS)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.torch
@pytest.mark.parametrize("before", ["wxb.explaining.terminal", "wxb.watching"])
def test_the_function_after_its_rooms(before: str) -> None:
    code = f"import {before}; import wxb; assert wxb.explain.__name__ == 'explain' and wxb.watch.__name__ == 'watch'"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_type_checkers_see_of_fit_is_what_it_takes() -> None:
    seen = {name for base in (FitOptions, api.LayoutOptions) for name in base.__annotations__} | {
        "data",
        "target",
        "by",
    }
    assert seen == {*inspect.signature(wxb.fit).parameters, *api.LayoutOptions.__annotations__} - {"layout"}


def test_every_public_name_is_there() -> None:
    for name in wxb.__all__:
        assert getattr(wxb, name).__class__ is not type(wxb), name
