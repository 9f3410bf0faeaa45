"""Rows for a model that is there: read again the way those of its fit were, or as rows of any kind that have its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wxb.data.given import column_name, given
from wxb.data.layout import laid_out
from wxb.data.open import open_table
from wxb.data.table import Scan
from wxb.diagnostics.reading import scan_of
from wxb.fitted import Fitted


def scan_again(
    model: Fitted,
    data: Any,
    layout: Mapping[str, Any],
    *,
    weights: Any = None,
    frequency: str | None = None,
    label: str | None = None,
    missing: str | None = None,
    weighted: bool = True,
) -> Scan:
    """A scan of such rows. weighted : whether the weights and counts of the fit are read with them"""
    asked, often = given(data, weights=weights), column_name(frequency, "frequency")
    table = open_table(laid_out(asked.data, layout))
    named = {"weights": asked.weights, "frequency": often, "label": column_name(label, "label")}
    return scan_of(model, table, missing=missing, weighted=weighted, **named)
