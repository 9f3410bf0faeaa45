"""What a type checker sees of the public calls: read by pyright, never run."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from pathlib import Path
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import wxb

Vector = NDArray[np.float64]


def fits(data: Any, column: str, path: Path) -> None:
    model = wxb.fit(data, target="y", features=["a"], folds="5:school", checkpoint=path, where="a > 1")
    assert_type(model, wxb.Model)
    assert_type(wxb.fit(data, "y", by=None), wxb.Model)
    groups = wxb.fit(data, "y", by=column, precision="fast")
    assert_type(groups, wxb.Groups)
    assert_type(groups["north"], wxb.Model)
    assert_type(wxb.load(path), wxb.Model)
    assert_type(wxb.merge(model, wxb.update(model, data)), wxb.Model)
    assert_type(wxb.rates(model), wxb.Rates)
    assert_type(wxb.lab(data, "y", lr="auto", where="a > 1").save(path), Path)
    assert_type(wxb.cost_of(data, "y", "2*a"), wxb.LineCost)


def predictions(model: wxb.Model, data: Any) -> None:
    assert_type(model.predict(data), Vector)
    assert_type(model.predict(data, skip=2), Vector)
    assert_type(model.predict(data, 0.9), wxb.Prediction)
    assert_type(model.predict(data, interval=0.9, even_if_diverged=True).low, Vector)


def values(model: wxb.Model) -> None:
    assert_type(model.inference, wxb.Inference)
    assert_type(model["speed"].se, float)
    assert_type(model["speed"].interval(0.9), tuple[float, float])
    assert_type(model.coef, Vector)
    _ = model.recipe  # pyright: ignore[reportAttributeAccessIssue] - what is not there is told
    wxb.fit(model, lrate=0.1)  # pyright: ignore[reportCallIssue] - nor are options that there are none of
