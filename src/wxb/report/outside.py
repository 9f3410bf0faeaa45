"""Values beyond those a line was fitted to, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import MINUS, apart
from wxb.report.time_text import value_text


def outside(model: Fitted, columns: Mapping[str, Any]) -> list[str]:
    """Terms whose values lie outside those the model was fitted to, in words."""
    if model.ranges is None:
        return []
    found = []
    for term, (least, most) in zip(model.terms, model.ranges):
        if term in columns:
            values = np.atleast_1d(np.asarray(columns[term], dtype=np.float64))
            beyond = values[(values < least) | (values > most)]
            if len(beyond):
                three = (float(beyond[0]), least, most)
                plain = [text.replace(MINUS, "-") for text in apart(three, 6)]
                shown = [value_text(model, term, value) or text for value, text in zip(three, plain)]
                value, low, high = shown
                told = _(
                    "{term} = {value} is outside the data ({low} … {high})", term=term, value=value, low=low, high=high
                )
                found.append(told)
    return found
