"""Arrays, tensors, lists as NumPy arrays, and which things have names for their columns."""

from __future__ import annotations

import array as buffers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.arguments import described
from wxb.data.pandas_index import has_index
from wxb.data.times import time_of
from wxb.errors import DataError
from wxb.i18n import N_, _

BUFFERS = (buffers.array, memoryview)  # numbers by position, without being arrays of NumPy
SOURCE = N_("the arrays")
ENGINES = {"dask": "Dask", "dask_expr": "Dask", "pyspark": "Spark"}  # whose frames and columns lie elsewhere


def term_names(p: int) -> tuple[str, ...]:
    return ("x",) if p == 1 else tuple([f"x{j}" for j in range(1, p + 1)])


def has_names(thing: Any) -> bool:
    """Whether a thing holds columns by name, one beside the other: what `named_columns` gives but for streams of Arrow."""
    if isinstance(thing, np.ndarray):
        return bool(thing.dtype.names) and not isinstance(thing, np.ma.MaskedArray)
    if isinstance(thing, (list, tuple)):
        return bool(thing) and isinstance(thing[0], Mapping)
    return isinstance(thing, Mapping) or has_index(thing) or _is_named_series(thing)


def _is_named_series(thing: Any) -> bool:
    polars = type(thing).__module__.partition(".")[0] == "polars" and type(thing).__name__ == "Series"
    return polars and bool(thing.name)


def named_columns(thing: Any) -> Any:
    """What has names for its columns, as a frame, a series or a dict; None for what goes by position."""
    if not has_names(thing):
        return thing if hasattr(thing, "__arrow_c_stream__") and hasattr(thing, "columns") else None
    if isinstance(thing, np.ndarray):
        return {name: thing[name] for name in thing.dtype.names or ()}
    if isinstance(thing, (list, tuple)):
        return columns_of_rows(thing)
    return {thing.name: thing} if _is_named_series(thing) else thing


def columns_of_rows(rows: Sequence[Any]) -> dict[Any, list[Any]]:
    """A list of dicts as a dict of lists; what a row does not have is missing there."""
    names: dict[Any, None] = {}
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise DataError(
                _(
                    "the rows: row {place} is {row} ({kind}), and row 1 is a dict",
                    place=place + 1,
                    row=described(row),
                    kind=type(row).__name__,
                ),
                _("give every row as a dict of names and values"),
            )
        names.update(dict.fromkeys(row))
    return {name: [row.get(name) for row in rows] for name in names}


def engine_of(thing: Any) -> str | None:
    """The engine on which the rows of a frame, a column or an array lie; of a class that was derived from one of its, too."""
    for kind in type(thing).__mro__:
        engine = ENGINES.get(kind.__module__.partition(".")[0])
        if engine is not None:
            return engine
    return None


def refuse_elsewhere(thing: Any, name: str, do: str = "") -> None:
    """DataError for a column or frame of an engine, of which an array would bring all rows here."""
    engine = engine_of(thing)
    if engine is not None:
        raise DataError(
            _("{name} is of {engine}, and all its rows would come here", name=name, engine=engine),
            do or _("give one frame with the target among its columns, which is fitted where it lies"),
        )


def as_array(thing: Any, name: str) -> NDArray[Any]:
    """An array, tensor, series or list as a NumPy array; DataError for what is none, or lies on an engine."""
    refuse_elsewhere(thing, name)
    if hasattr(thing, "detach") and not hasattr(thing, "read"):  # nor an open file, which has one too
        thing = _tensor(thing, name)
    if hasattr(thing, "tocsr"):
        raise DataError(
            _("{name} is a sparse matrix", name=name),
            _(
                "give {name}.toarray() if it fits in memory, or take `wxb.LinearRegression`, which sums it as it is",
                name=name,
            ),
        )
    if isinstance(thing, np.ma.MaskedArray):
        raise DataError(
            _("{name} is a masked array", name=name),
            _('give {name}.filled(np.nan), and missing="drop" to leave rows out', name=name),
        )
    if isinstance(thing, (str, bytes)) or (not hasattr(thing, "__array__") and not hasattr(thing, "__len__")):
        raise DataError(
            _("{name} is a {kind}: an array, a list or a tensor expected", name=name, kind=type(thing).__name__),
            _("give an array, a list or a tensor"),
        )
    if isinstance(thing, (list, tuple)) and thing and hasattr(thing[0], "detach"):
        thing = [_tensor(part, name) if hasattr(part, "detach") else part for part in thing]
    try:
        found = np.asarray(thing)
    except ValueError as error:
        raise DataError(
            _("{name}: its rows have different lengths", name=name), _("give every row the same number of values")
        ) from error
    except (TypeError, NotImplementedError, RuntimeError, OverflowError) as error:
        raise DataError(
            _("{name} cannot be read as an array: {error}", name=name, error=error),
            _("give an array or a list of numbers"),
        ) from error
    if isinstance(thing, (list, tuple)):
        if any(isinstance(part, np.ma.MaskedArray) for part in thing):
            raise DataError(_("{name} has a masked array in it", name=name), _("give it .filled(np.nan)"))
        if found.dtype.kind == "f" and rounded(found):
            return np.array(thing, dtype=object)
    return laid_plainly(found)


def laid_plainly(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers aligned and in the machine's byte order: fields of packed records, big-endian files are copied."""
    if array.dtype.kind not in "biufmM" or (array.flags.aligned and array.dtype.byteorder in "=|"):
        return array
    return array.astype(array.dtype.newbyteorder("="))


def rounded(array: NDArray[Any]) -> bool:
    """Whether integers of a list may have lost digits when its floats made NumPy choose float64."""
    with np.errstate(invalid="ignore"):
        return bool((np.abs(array) >= 2.0**53).any())


def _tensor(thing: Any, name: str) -> NDArray[Any]:
    """A torch tensor's numbers, wherever they lie and whether or not autograd follows them."""
    try:
        plain = thing.detach()
        if getattr(plain, "is_sparse", False):
            raise DataError(
                _("{name} is a sparse tensor", name=name), _("give {name}.to_dense() if it fits in memory", name=name)
            )
        plain = plain.cpu()
        try:
            return plain.numpy()
        except TypeError:  # bfloat16 has no NumPy type; float32 holds it exactly
            return plain.float().numpy()
    except (
        TypeError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
    ) as error:  # meta, quantized, or no tensor at all
        reason = str(error).partition("\n")[0][:200]
        raise DataError(
            _(
                "{name} is a {kind} whose numbers cannot be had: {reason}",
                name=name,
                kind=type(thing).__name__,
                reason=reason,
            ),
            _("give an array"),
        ) from error


def refuse_no_numbers(name: str, array: NDArray[Any]) -> None:
    """Raise DataError for an array of anything but numbers; an object array of nothing but numbers or times passes."""
    if array.dtype.kind == "c":
        raise DataError(
            _("{name} is complex ({dtype}): real numbers expected", name=name, dtype=array.dtype),
            _("give {name}.real if that is meant", name=name),
        )
    if array.dtype.kind != "O":
        kind = _("records") if array.dtype.names else _("values of another kind")
        kind = _("text") if array.dtype.kind in "USaT" else kind
        raise DataError(
            _(
                "{name} is an array of {kind} (dtype {dtype}): numbers expected",
                name=name,
                kind=kind,
                dtype=array.dtype,
            ),
            _("convert it to numbers first"),
        )
    for place, thing in np.ndenumerate(array):
        number = isinstance(thing, (int, float, np.number, np.bool_)) and not isinstance(thing, np.complexfloating)
        if not number and type(thing).__name__ != "NaTType" and time_of(thing) is None:
            at = ", ".join(_("column {i}", i=i + 1) if axis else _("row {i}", i=i + 1) for axis, i in enumerate(place))
            raise DataError(
                _(
                    "{name} is an array of Python objects: {at} is {thing} ({kind})",
                    name=name,
                    at=at,
                    thing=described(thing),
                    kind=type(thing).__name__,
                ),
                _("give an array of numbers, with np.nan where one is missing"),
            )
