"""A picture of a model, with rows read again where it shows some."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from wxb.fitted import Fitted
from wxb.model.rows import scan_again
from wxb.pictures.draw import default_kind, scenes
from wxb.pictures.kinds import kind_named
from wxb.pictures.options import Options
from wxb.pictures.picture import Picture


def plot(
    model: Fitted,
    kind: str | None,
    data: Any,
    options: Mapping[str, Any],
    layout: Mapping[str, Any],
    *,
    weights: Any = None,
    frequency: str | None = None,
    threads: int | None = None,
) -> Picture:
    """options : of the kind        layout : how the data are read, as for `wxb.fit`"""
    name = default_kind(data is not None) if kind is None else kind
    told = Options.of(name, kind_named(name).takes, options)
    scan = None if data is None else partial(scan_again, model, data, layout, weights=weights, frequency=frequency)
    [scene] = scenes(model, [name], scan, {name: told}, threads)
    return Picture(scene)
