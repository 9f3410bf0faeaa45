"""Damaged files are told as what they are: damage of the file read, by name, never a fault of wxb or of what is written."""

from __future__ import annotations

import contextlib
import gzip
import struct
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb
from support.processes import Processes
from wxb.data.elsewhere import Elsewhere
from wxb.data.open import open_table
from wxb.errors import WxbError

ROWS = 3000
TEXT = "x,y\n" + "".join(f"{i},{i * i % 97}\n" for i in range(ROWS))
LONG = "x,y\n" + "".join(f"{i},{i * i % 97}\n" for i in range(90_000))


def packed(text: str, *, crc: int = 0, size: int = 0) -> bytes:
    """Gzip whose checksum or length is off by so much."""
    data = bytearray(gzip.compress(text.encode(), 1))
    data[-8:-4] = struct.pack("<I", (zlib.crc32(text.encode()) + crc) & 0xFFFFFFFF)
    data[-4:] = struct.pack("<I", len(text) + size)
    return bytes(data)


DAMAGED = {
    "utf-16, odd": b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1],
    "utf-16 mark alone": b"\xff\xfe",
    "utf-16 mark and a byte": b"\xff\xfea",
    "utf-16 be, odd": b"\xfe\xff" + TEXT.encode("utf-16-be")[:-1],
    "utf-32": b"\xff\xfe\x00\x00x",
    "half a mark": b"\xef\xbb",
    "wrong checksum": packed(TEXT, crc=1),
    "wrong checksum, long": packed(LONG, crc=1),
    "wrong length": packed(TEXT, size=1),
    "wrong length, long": packed(LONG, size=1),
    "cut": packed(TEXT)[:-200],
    "cut, long": packed(LONG)[:-9000],
    "cut at the end": packed(TEXT)[:-3],
    "head alone": packed(TEXT)[:10],
    "middle": packed(LONG)[:5000] + bytes(400) + packed(LONG)[5400:],
    "after the end": packed(TEXT) + b"more",
    "nul": b"x,y\n1,2\n\0,3\n4,5\n",
    "nul name": b"x\0,y\n1,2\n2,3\n4,5\n",
    "nul alone": b"\0",
    "line breaks alone": b"\n\n\n",
    "commas alone": b",,,\n,,,\n",
    "a quote": b'"',
    "quotes": b'x,y\n"1,2\n2,3\n',
}


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".gz"])
@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_text_is_refused_by_name_or_read(tmp_path, name, ending):
    path = tmp_path / f"damaged{ending}"
    path.write_bytes(DAMAGED[name])
    gzipped = DAMAGED[name].startswith(b"\x1f\x8b") and name != "after the end"
    try:
        model = wxb.fit(path, "y")
    except WxbError as error:
        told = str(error)
        assert "damaged" in told
        assert not gzipped or ending == ".jsonl" or "gzip" in told  # whose first line is none of JSON
    else:
        assert not gzipped
        assert model.n in (2, 3, ROWS)


def _flipped(path, at: int, to: int = 0xFF) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= to
    path.write_bytes(data)


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("compression", ["none", "gzip", "snappy", "zstd"])
def test_damaged_pages_of_parquet_are_damage_of_that_file(tmp_path, text, compression):
    column = pa.array(
        ["yes" if i % 3 else "no" for i in range(500)] if text else np.random.default_rng(1).normal(size=500)
    )
    table = pa.table({"x": column, "y": np.arange(500.0)})
    path = tmp_path / "damaged.parquet"
    pq.write_table(table, path, compression=compression, write_page_checksum=True, use_dictionary=text)
    whole = path.read_bytes()
    for at in (8, 20, 40, len(whole) // 3, len(whole) // 2):
        path.write_bytes(whole)
        _flipped(path, at)
        with contextlib.suppress(WxbError):
            wxb.fit(path, "y")
    path.write_bytes(whole)
    _flipped(path, 8)
    with pytest.raises(WxbError, match=r"damaged\.parquet is damaged"):
        wxb.fit(path, "y")


def test_a_worker_reads_parquet_to_the_same_bits_and_refuses_what_is_damaged(tmp_path):
    """A row group that was sent is read a piece at a time by one thread, others whole columns ahead."""
    path, numbers = tmp_path / "sent.parquet", np.random.default_rng(2).normal(size=(90_000, 2))
    table = pa.table({"x": numbers[:, 0], "y": numbers[:, 1]})
    pq.write_table(table, path, compression="none", write_page_checksum=True, row_group_size=40_000)
    here = wxb.fit(path, "y", se="HC1")
    assert wxb.fit(Elsewhere(open_table(path), Processes()), "y", se="HC1") == here
    _flipped(path, path.stat().st_size // 2)
    with pytest.raises(WxbError, match=r"sent\.parquet is damaged"):
        wxb.fit(Elsewhere(open_table(path), Processes()), "y")
