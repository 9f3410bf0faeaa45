"""Arrow arrays as NumPy, straight from their buffers: no copy, and no import of pandas, which `to_numpy` brings in (0.4 s)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_FLOATS = {"halffloat": "f2", "float": "f4", "double": "f8"}  # integers have NumPy's names


def values_of(array: Any) -> NDArray[Any]:
    """(n,) the numbers of a primitive array, whatever lies under missing cells; read-only."""
    data = array.buffers()[1]
    name = str(array.type)  # `to_pandas_dtype` imports pandas, until pyarrow 26
    dtype = np.dtype(_FLOATS.get(name, name))
    if data is None or not len(array):
        return np.zeros(len(array), dtype=dtype)
    return np.frombuffer(data, dtype=dtype, count=len(array), offset=array.offset * dtype.itemsize)


def missing_of(array: Any) -> NDArray[np.bool_] | None:
    """(n,) where cells are missing; None when none is."""
    if not array.null_count:
        return None
    valid = array.buffers()[0]
    if valid is None:  # an array of type null
        return np.ones(len(array), dtype=np.bool_)
    first = array.offset // 8
    bits = np.unpackbits(
        np.frombuffer(valid, dtype=np.uint8)[first : (array.offset + len(array) + 7) // 8], bitorder="little"
    )
    start = array.offset - 8 * first
    return bits[start : start + len(array)] == 0


def floats_of(array: Any) -> NDArray[np.float64]:
    """(n,) a float64 array with NaN for what is missing; a copy only when something is."""
    values, missing = values_of(array), missing_of(array)
    return values if missing is None else np.where(missing, np.nan, values)
