"""wxb: H(x) = Wx + b, done right.

>>> import wxb
>>> model = wxb.fit("examples/hours.csv", target="score")
>>> model.coef, model.intercept
(array([2.]), 0.0)

Names are loaded when first used: `import wxb` itself loads nothing but this file.
"""

from __future__ import annotations

from wxb._version import __version__

TYPE_CHECKING = False  # typing takes milliseconds to load
if TYPE_CHECKING:
    from typing import Any

    from wxb.api import cost_of, fit, forget, merge, rates, table, update
    from wxb.data.dask_engine import on_dask
    from wxb.data.query import query
    from wxb.errors import (
        DataError,
        ExpressionError,
        MissingExtra,
        ModelFileError,
        NumericalError,
        UsageError,
        WxbError,
        WxbWarning,
    )
    from wxb.estimator.regression import LinearRegression
    from wxb.explaining.checking import check_gradients
    from wxb.explaining.recording import record
    from wxb.explaining.tensor import explain
    from wxb.hypotheses.nested import compare
    from wxb.inference import Inference
    from wxb.laboratory.call import lab
    from wxb.laboratory.lab import Lab
    from wxb.languages import language
    from wxb.learning_rates import Rates
    from wxb.model.groups import Groups
    from wxb.model.line import LineCost
    from wxb.model.loading import load
    from wxb.model.model import Model
    from wxb.moments import Moments
    from wxb.predict.evaluate import Prediction
    from wxb.report.side_by_side import ModelTable
    from wxb.trajectory import Stop, Trajectory
    from wxb.watching import watch

_HOMES = {
    "wxb.api": ("cost_of", "fit", "forget", "merge", "rates", "table", "update"),
    "wxb.data.dask_engine": ("on_dask",),
    "wxb.data.query": ("query",),
    "wxb.errors": (
        "DataError",
        "ExpressionError",
        "MissingExtra",
        "ModelFileError",
        "NumericalError",
        "UsageError",
        "WxbError",
        "WxbWarning",
    ),
    "wxb.estimator.regression": ("LinearRegression",),
    "wxb.hypotheses.nested": ("compare",),
    "wxb.inference": ("Inference",),
    "wxb.laboratory.call": ("lab",),
    "wxb.laboratory.lab": ("Lab",),
    "wxb.languages": ("language",),
    "wxb.learning_rates": ("Rates",),
    "wxb.model.loading": ("load",),
    "wxb.model.groups": ("Groups",),
    "wxb.model.line": ("LineCost",),
    "wxb.model.model": ("Model",),
    "wxb.moments": ("Moments",),
    "wxb.report.side_by_side": ("ModelTable",),
    "wxb.predict.evaluate": ("Prediction",),
    "wxb.explaining.checking": ("check_gradients",),
    "wxb.explaining.tensor": ("explain",),
    "wxb.explaining.recording": ("record",),
    "wxb.watching": ("watch",),
    "wxb.trajectory": ("Stop", "Trajectory"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DataError",
    "ExpressionError",
    "Groups",
    "Inference",
    "Lab",
    "LineCost",
    "LinearRegression",
    "MissingExtra",
    "Model",
    "ModelFileError",
    "ModelTable",
    "Moments",
    "NumericalError",
    "Prediction",
    "Rates",
    "Stop",
    "Trajectory",
    "UsageError",
    "WxbError",
    "WxbWarning",
    "__version__",
    "check_gradients",
    "compare",
    "cost_of",
    "explain",
    "fit",
    "forget",
    "lab",
    "language",
    "load",
    "merge",
    "on_dask",
    "query",
    "rates",
    "record",
    "table",
    "update",
    "watch",
]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'wxb' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(home), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
