"""Kernels: which is chosen, that all give the same sums, and that the compiled one refuses what does not fit."""

from __future__ import annotations

import copy
import pickle
import sys
from fractions import Fraction

import numpy as np
import pytest

from wxb.errors import NumericalError
from wxb.moments import FastCollector, Ledger, Moments
from wxb.moments.kernels import ByNumPy, Kernel, Native, choose
from wxb.moments.slices import Slicer

EXTENSION = "wxb.moments.kernels._native"

needs_native = pytest.mark.compiler


@pytest.fixture(scope="module")
def loop():
    """What the C compiler made, as it is."""
    return pytest.importorskip(EXTENSION).Loop()


def layouts(X: np.ndarray) -> dict[str, np.ndarray]:
    """The same numbers, lying differently in memory."""
    wide = np.zeros((2 * len(X), X.shape[1] + 3))
    wide[::2, 1:-2] = X
    return {
        "row by row": X.copy(order="C"),
        "column by column": X.copy(order="F"),
        "backwards": X[::-1, ::-1].copy()[::-1, ::-1],
        "a part of a wider matrix": wide[::2, 1:-2],
        "one number for all": np.broadcast_to(X[:1], X.shape),
    }


def sums(columns: list[np.ndarray], kernel: Kernel) -> Ledger:
    slicer = Slicer(len(columns), kernel)
    slicer.add(columns)
    return slicer.result()


@pytest.mark.parametrize("layout", layouts(np.zeros((3, 2))))
@pytest.mark.parametrize("width", [1, 2, 7, 8, 9, 17, 40])
@pytest.mark.parametrize("rows", [9, 511, 512, 1031, 4099])
def test_every_layout_width_and_length(kernel, layout, width, rows):
    random = np.random.default_rng(rows + width)
    X = layouts(random.normal(size=(rows, width)))[layout]
    y = random.normal(size=rows)
    here, truth = sums([*X.T, y], kernel), sums([*map(np.ascontiguousarray, X.T), y], ByNumPy())
    finest = [min(a, b) for a, b in zip(here.exponents, truth.exponents)]
    assert here.aligned(finest) == truth.aligned(finest)


@pytest.mark.parametrize("number", [1.0, 0.0, -3.0, 0.1, 2.0**40, 5e-324, -1e300])
def test_a_column_of_one_number_takes_no_memory(kernel, number):
    random = np.random.default_rng(3)
    columns = [random.normal(size=1500), 1e9 + random.normal(size=1500), random.integers(0, 9, 1500).astype(float)]
    columns[0][[7, 1200]] = 1e-200, 1e9
    here = sums([np.broadcast_to(number, 1500), *columns], kernel)
    truth = Ledger.of_rows([np.full(1500, number), *columns])
    finest = [min(a, b) for a, b in zip(here.exponents, truth.exponents)]
    assert here.aligned(finest) == truth.aligned(finest)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("layout", ["row by row", "column by column", "a part of a wider matrix"])
@pytest.mark.parametrize("rows", [1, 511, 1031, 6000])
def test_fast_sums_are_the_rounded_exact_ones(kernel, layout, weighted, rows):
    random = np.random.default_rng(rows)
    X = layouts(random.normal(size=(rows, 9)) + 1e3)[layout]
    y, w = random.normal(size=rows), random.uniform(0.5, 2, rows) if weighted else None
    collector = FastCollector(10, kernel)
    collector.add([*X.T, y], {}, w)
    fast = Moments(tuple("abcdefghi"), ("y",), collector.rows, collector.result(), (2.0**-53,) * 10)
    exact = Moments.of(X, y, w)
    for i in range(11):
        for j in range(11):
            size = float(exact.exact(i, i) * exact.exact(j, j)) ** 0.5
            assert abs(float(fast.exact(i, j) - exact.exact(i, j))) <= 1e-13 * size


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("layout", ["row by row", "column by column", "a part of a wider matrix"])
@pytest.mark.parametrize("width", [96, 97, 191, 193, 205])
def test_fast_sums_of_many_columns(kernel, layout, weighted, width):
    """Each within what so many additions can lose, in the triangle above the diagonal and nowhere else."""
    random = np.random.default_rng(width)
    rows = {96: 1, 97: 7, 191: 512, 193: 520, 205: 1030}[width]
    X = layouts(random.normal(size=(rows, width)) + 3)[layout]
    w, shift = random.uniform(0.5, 2, rows) if weighted else None, random.normal(size=width)
    sums = np.full((width + 1, width + 1), 0.0)
    kernel.add_shifted([*X.T], shift, w, sums)
    Z = np.column_stack([np.ones(rows), X - shift])
    scaled = Z if w is None else Z * w[:, None]
    truth = scaled.T.astype(np.longdouble) @ Z.astype(np.longdouble)
    bound = 2.0**-53 * (rows + 10) * (np.abs(scaled).T @ np.abs(Z))
    above = np.triu_indices(width + 1)
    assert (np.abs(sums - truth)[above] <= bound[above]).all()
    if kernel.name != "numpy":
        assert not np.tril(sums, -1).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 600, 3000, 4999])
def test_what_is_not_finite_is_noticed_wherever_it_lies(kernel, bad, place):
    columns = [np.random.default_rng(1).normal(size=5000) for _ in range(3)]
    columns[1][place] = bad
    with pytest.raises(NumericalError, match="not finite"):
        sums(columns, kernel)
    with pytest.raises(NumericalError, match="not finite"):
        sums([np.round(column * 10) for column in columns], kernel)


@needs_native
def test_a_machine_says_what_it_runs():
    assert choose().name in ("native plain", "native avx2", "native avx512")
    assert Native("plain").name == "native plain"
    with pytest.raises(ValueError, match="no abacus"):
        Native("abacus")


def test_without_the_extension_numpy_is_chosen(monkeypatch):
    monkeypatch.setitem(sys.modules, EXTENSION, None)
    assert isinstance(choose(), ByNumPy)
    with pytest.raises(ImportError):
        Native()


@needs_native
def test_beside_an_extension_built_earlier_numpy_is_chosen(monkeypatch):
    monkeypatch.setattr(f"{EXTENSION}.Loop", lambda instructions: object())
    assert isinstance(choose(), ByNumPy)


def test_a_kernel_that_travels_is_the_best_where_it_arrives(kernel, monkeypatch):
    stored = pickle.dumps(kernel)
    assert copy.deepcopy(kernel).uses_blas == kernel.uses_blas
    monkeypatch.setitem(sys.modules, EXTENSION, None)
    assert isinstance(pickle.loads(stored), ByNumPy)  # noqa: S301


def arguments(**changed):
    """Valid arguments of `add`: two columns, one slice each."""
    given = {
        "columns": [np.ones(100), np.ones(100)],
        "start": 0,
        "order": np.arange(2),
        "factors": np.ones(2),
        "counts": np.array([2]),
        "sums": np.zeros((4, 2, 2), dtype=np.int64),
        "pending": np.zeros(1, dtype=np.int64),
        "low": np.zeros(2),
        "high": np.zeros(2),
        "aside": np.zeros(512, dtype=np.int64),
    }
    return list((given | changed).values())


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"columns": []}, ValueError),
        ({"columns": [np.ones(100)]}, TypeError),
        ({"columns": [np.ones(100), np.ones(99)]}, TypeError),
        ({"columns": [np.ones(100), np.ones(100, dtype=np.float32)]}, TypeError),
        ({"columns": [np.ones(100), np.ones(100, dtype=np.int64)]}, TypeError),
        ({"columns": [np.ones(100), [1.0] * 100]}, TypeError),
        ({"columns": [np.ones(100), np.frombuffer(bytes(801), np.uint8)[1:].view(np.float64)]}, TypeError),
        ({"columns": (np.ones(100), np.ones(100))}, TypeError),
        ({"start": -1}, ValueError),
        ({"order": np.array([0, 2])}, ValueError),
        ({"order": np.array([0.0, 1.0])}, TypeError),
        ({"counts": np.array([1])}, ValueError),
        ({"counts": np.array([2, 3])}, ValueError),
        ({"counts": np.array([], dtype=np.int64)}, ValueError),
        ({"counts": np.full(9, 2), "sums": np.zeros((20, 2, 2), dtype=np.int64)}, ValueError),
        ({"sums": np.zeros((4, 3, 3), dtype=np.int64)}, ValueError),
        ({"sums": np.zeros((2, 2, 2), dtype=np.int64)}, ValueError),
        ({"aside": np.zeros(10, dtype=np.int64)}, ValueError),
        ({"low": np.zeros(3)}, TypeError),
    ],
)
def test_what_does_not_fit_is_refused(loop, changed, error):
    with pytest.raises(error):
        loop.add(*arguments(**changed))


def test_valid_arguments_are_taken(loop):
    given = arguments()
    assert loop.add(*given) == (100, 0, False)
    assert given[5].tolist() == [[[0, 0], [0, 0]], [[100, 100], [0, 100]], [[0, 0], [0, 0]], [[0, 0], [0, 0]]]


@pytest.mark.parametrize("width", [2, 200])
def test_sums_are_carried_before_they_overflow(loop, width):
    """32 stretches are pending: before the next one is added, what is above the lowest bits of each sum moves on."""
    sums = np.zeros((4, width, width), dtype=np.int64)
    changed = {"columns": [np.ones(100)] * width, "order": np.arange(width), "factors": np.ones(width)}
    given = arguments(**changed, counts=np.array([width]), sums=sums, low=np.zeros(width), high=np.zeros(width))
    sums[1:, 0, 1], given[6][0] = 2**62 - 5, 32
    loop.add(*given)
    assert given[6] == [1]
    top, first, *later = sums[:, 0, 1].tolist()
    assert max(later) < 2**22
    assert first < 2**44 + 100
    assert (((top << 44) + first << 22) + later[0] << 22) + later[1] == (2**62 - 5) * (1 + 2**22 + 2**44) + (100 << 44)


def test_arrays_that_must_be_written_are_not_taken_read_only(loop):
    sums = np.zeros((4, 2, 2), dtype=np.int64)
    sums.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        loop.add(*arguments(sums=sums))


def test_shifted_sums_refuse_what_does_not_fit(loop):
    columns, shift, sums = [np.ones(10)], np.zeros(1), np.zeros((2, 2))
    loop.add_shifted(columns, shift, None, sums)
    assert sums.tolist() == [[10, 10], [0, 10]]
    for bad in (
        [columns, np.zeros(2), None, sums],
        [columns, shift, np.ones(9), sums],
        [columns, shift, None, np.zeros(3)],
    ):
        with pytest.raises(TypeError):
            loop.add_shifted(*bad)


def segments(**changed):
    """Valid arguments of `add_segments`: ten rows of one column in two segments of five, two slices each."""
    given = {
        "columns": [np.ones(10)],
        "rows": None,
        "length": 5,
        "factors": np.ones(2),
        "start": 0,
        "stop": 2,
        "combined": np.zeros((2, 3, 2, 2), dtype=np.int64),
        "aside": np.zeros(10, dtype=np.int64),
    }
    return list((given | changed).values())


def test_segments_are_added_where_they_lie(loop):
    given = segments(columns=[np.arange(10.0)], rows=np.array([[9, 1, -1, -1, -1], [0, 2, 2, -1, -1]]))
    assert loop.add_segments(*given) == 0
    assert given[6][:, 0].tolist() == [[[2, 10], [10, 82]], [[3, 4], [4, 8]]]
    assert not given[6][:, 1:].any()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"length": 0}, ValueError),
        ({"length": 513}, ValueError),
        ({"stop": 3}, ValueError),
        ({"start": 2, "stop": 1}, ValueError),
        ({"start": -1}, ValueError),
        ({"rows": np.full((2, 5), 10)}, ValueError),
        ({"rows": np.full((2, 5), -2)}, ValueError),
        ({"rows": np.zeros((2, 5))}, TypeError),
        ({"combined": np.zeros((2, 2, 2, 2), dtype=np.int64)}, ValueError),
        ({"combined": np.zeros((2, 17, 2, 2), dtype=np.int64)}, ValueError),
        ({"combined": np.zeros(0, dtype=np.int64)}, ValueError),
        ({"aside": np.zeros(9, dtype=np.int64)}, ValueError),
        ({"factors": np.ones(1)}, TypeError),
        ({"columns": []}, ValueError),
    ],
)
def test_segments_that_do_not_fit_are_refused(loop, changed, error):
    with pytest.raises(error):
        loop.add_segments(*segments(**changed))


def test_fast_collectors_absorb_each_other(kernel):
    """Whichever of them saw rows: one that saw none takes over the others' point as well."""
    random = np.random.default_rng(6)
    X = random.normal(size=(3000, 2)) + 1e6
    whole, empty = FastCollector(2, kernel), FastCollector(2, kernel)
    whole.add(list(X.T), {})
    parts = [empty, empty.sibling(), empty.sibling()]
    parts[1].add(list(X[:1000].T), {})
    parts[2].add(list(X[1000:].T), {})
    for part in parts[1:]:
        empty.absorb(part)
    assert empty.rows == 3000
    together, alone = empty.result(), whole.result()
    for i in range(3):
        for j in range(3):
            (a, e), (b, f) = together.value(i, j), alone.value(i, j)
            assert a * Fraction(2) ** e == pytest.approx(b * Fraction(2) ** f, rel=1e-14)
