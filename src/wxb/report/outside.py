"""Values beyond those a line was fitted to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wxb.fitted import Fitted
from wxb.numbers import MINUS, apart
from wxb.report.time_text import value_text


def outside(model: Fitted, columns: Mapping[str, Any]) -> list[str]:
    """Terms whose values lie outside those the model was fitted to, in words."""
    if model.ranges is None:
        return []
    found = []
    for term, (low, high) in zip(model.terms, model.ranges):
        if term in columns:
            values = np.atleast_1d(np.asarray(columns[term], dtype=np.float64))
            beyond = values[(values < low) | (values > high)]
            if len(beyond):
                three = (float(beyond[0]), low, high)
                plain = [text.replace(MINUS, "-") for text in apart(three, 6)]
                shown = [value_text(model, term, value) or text for value, text in zip(three, plain)]
                found.append(f"{term} = {shown[0]} is outside the data ({shown[1]} … {shown[2]})")
    return found
