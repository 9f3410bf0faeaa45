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
import importlib, inspect, pickle, pkgutil, sys, wxb
names = [found.name for found in pkgutil.walk_packages(wxb.__path__, "wxb.") if not found.name.endswith("__main__")]
for before in (["wxb.explaining.terminal"], ["wxb.watching"], names, names[::-1]):
    for name in [name for name in sys.modules if name.partition(".")[0] == "wxb"]:
        del sys.modules[name]  # the package anew, beside libraries that are there
    for name in before:
        importlib.import_module(name)
    import wxb
    if len(before) == 1:
        assert wxb.explain.__name__ == "explain" and wxb.watch.__name__ == "watch", before
    from wxb import explain, watch
    for name in {functions}:
        function = getattr(wxb, name)
        assert inspect.isfunction(function) or inspect.isclass(function), (before[0], name, function)
        assert pickle.loads(pickle.dumps(function)) is function, (before[0], name)
    assert (wxb.explain, wxb.watch) == (explain, watch)
"""


def test_no_module_bears_a_public_name() -> None:
    assert not {module.name for module in pkgutil.iter_modules(wxb.__path__)} & set(wxb.__all__)


@pytest.mark.torch
def test_functions_stay_functions_after_their_rooms_and_every_module_are_imported() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM.format(functions=FUNCTIONS)], check=True, timeout=60)


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
