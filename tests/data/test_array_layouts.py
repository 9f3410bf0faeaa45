"""However numbers lie in memory, the fit has the bits of the contiguous copy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb
from wxb.moments.as_json import moments_to_json

RANDOM = np.random.default_rng(9)
X = RANDOM.normal(size=(60, 3))
Y = X @ [1.0, -2.0, 0.5] + RANDOM.normal(size=60)


def packed(array, *, before="i1"):
    """A field of records without padding, as `np.fromfile` reads them."""
    records = np.zeros(array.shape, np.dtype([("mark", before), ("value", array.dtype)]))
    records["value"] = array
    return records["value"]


def shifted(array):
    """At an address that no float64 should have."""
    buffer = np.zeros(array.nbytes + 3, np.uint8)
    view = buffer[3:].view(array.dtype) if array.nbytes else array.reshape(-1)
    view = view[: array.size].reshape(array.shape)
    view[...] = array
    return view


def read_only(array):
    view = array.view()
    view.flags.writeable = False
    return view


LAYOUTS = {
    "fortran": np.asfortranarray,
    "backwards": lambda array: np.ascontiguousarray(array[::-1])[::-1],
    "every other": lambda array: np.repeat(array, 2, axis=0)[::2],
    "packed": packed,
    "packed by 3": lambda array: packed(array, before="S3"),
    "padded": lambda array: packed(array, before="f8"),
    "shifted": shifted,
    "big-endian": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "little-endian": lambda array: array.astype(array.dtype.newbyteorder("<")),
    "packed big-endian": lambda array: packed(array.astype(array.dtype.newbyteorder(">"))),
    "read-only": read_only,
    "packed read-only": lambda array: read_only(packed(array)),
    "swapped axes": lambda array: np.ascontiguousarray(array.T).T,
}
DTYPES = ("f8", "f4", "f2", "i8", "i4", "i2", "u1", "u8", "?", "longdouble")


def _cast(array, dtype):
    if dtype == "?":
        return array > 0
    return (array * 10).astype("i8").astype(dtype) if np.dtype(dtype).kind in "iu" else array.astype(dtype)


@pytest.mark.parametrize("precision", ["exact", "fast"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")
def test_any_layout_gives_the_bits_of_the_contiguous_copy(name, dtype, precision):
    lay = LAYOUTS[name]
    x, y = _cast(X, dtype), _cast(Y, dtype)
    columns = {f"c{i}": x[:, i] for i in range(3)}
    for fit in (
        lambda f: wxb.fit((f(x), f(y)), precision=precision),
        lambda f: wxb.fit((f(x), f(y), f(np.abs(Y))), precision=precision),
        lambda f: wxb.fit({**{n: f(c) for n, c in columns.items()}, "y": f(y)}, "y", precision=precision),
    ):
        plain, odd = fit(np.array), fit(lay)
        assert odd.theta.tolist() == plain.theta.tolist()
        assert moments_to_json(odd.moments) == moments_to_json(plain.moments)
    assert odd.predict({n: lay(c) for n, c in columns.items()}).tolist() == plain.predict(columns).tolist()


def test_records_of_a_file(tmp_path):
    records = np.zeros(60, np.dtype([("id", "u1"), ("a", "<f8"), ("b", ">f8"), ("y", "<f8")]))
    records["a"], records["b"], records["y"] = X[:, 0], X[:, 1], Y
    records.tofile(tmp_path / "records.bin")
    read = np.fromfile(tmp_path / "records.bin", records.dtype)
    plain = wxb.fit({"a": X[:, 0], "b": X[:, 1], "y": Y}, "y")
    for precision in ("exact", "fast"):
        assert wxb.fit({n: read[n] for n in ("a", "b", "y")}, "y", precision=precision).n == 60
    assert wxb.fit({n: read[n] for n in ("a", "b", "y")}, "y").theta.tolist() == plain.theta.tolist()
    assert wxb.fit(pd.DataFrame(read)[["a", "b", "y"]], "y").theta.tolist() == plain.theta.tolist()


def test_a_broadcast_column_is_a_constant():
    wide = np.broadcast_to(np.float64(3.0), 60)
    with pytest.warns(wxb.WxbWarning, match="intercept"):
        model = wxb.fit({"a": X[:, 0], "one": wide, "y": Y}, "y")
    assert model.dropped == ("one",)


@given(
    st.integers(1, 12),
    st.integers(1, 3),
    st.integers(0, 7),
    st.sampled_from(sorted(LAYOUTS)),
    st.sampled_from(["exact", "fast"]),
)
def test_blocks_of_any_size_in_any_layout(rows, terms, offset, name, precision):
    x = np.random.default_rng(rows).normal(size=(rows + terms + 2, terms))[: rows + terms + 2]
    y = np.random.default_rng(offset).normal(size=len(x))
    plain = wxb.fit((x, y), precision=precision)
    odd = wxb.fit((LAYOUTS[name](x), LAYOUTS[name](y)), precision=precision)
    assert odd.theta.tolist() == plain.theta.tolist()
