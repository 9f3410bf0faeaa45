"""The kernel that is there wherever NumPy is: one BLAS product of all slices with all slices, a piece of the rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.cutting import Cutter, find_runs
from wxb.moments.kernels.kernel import MOST_MULTIPLE, Around, Beside, Bins, Counted, Step
from wxb.moments.pairs import two_product, two_sum
from wxb.moments.plan import BITS, DIGIT, FIRST, LIMIT, constant_of, many, times_power
from wxb.moments.segments import Segments
from wxb.moments.sums import Sums

ROWS = 1024  # rows of one product: 22 + 22 − 2 bits of a product and 10 of the sum
NARROW_ROWS, NARROW = 2048, 16  # the same for few columns, 11 bits of the sum: 2^53 is reached, never passed
SHIFTED_ROWS = 2048  # rows of one rounded product
CACHED = 1 << 15  # numbers of segments cut and multiplied at a time
PIECE = 4096  # rows whitened at a time


class ByNumPy:
    """Sums by NumPy's calls."""

    name = "numpy"
    uses_blas = True
    stretch = SHIFTED_ROWS

    def takes_numbers(self, width: int) -> bool:
        return False

    def add(self, columns: list[Vector], start: int, sums: Sums) -> Step:
        rows, width = len(columns[0]), len(columns)
        most = min(NARROW_ROWS if width <= NARROW else ROWS, rows - start)
        cutter = Cutter(columns, sums.plan, most)
        product = np.empty((sums.plan.height, sums.plan.height))
        aside = [np.empty(0, dtype=np.int64)]
        undecided = 0
        while start < rows:
            stop = min(start + most, rows)
            stack, unfit = cutter.cut(start, stop)
            sums.widen(cutter.low, cutter.high)
            if many(len(unfit), stop - start):
                undecided = stop - start
                break
            stack[:, unfit] = 0.0
            np.dot(stack, stack.T, out=product)
            if not product.diagonal()[:width].max() < LIMIT:  # at 2^53 itself a sum may already have lost ones
                undecided = stop - start
                break
            sums.add(product)
            aside.append(unfit + start)
            start = stop
        return Step(start, np.concatenate(aside), undecided)

    def add_shifted(self, columns: list[Vector], shift: Vector, weights: Vector | None, sums: Matrix) -> None:
        rows = len(columns[0])
        buffers = np.empty((len(columns) + 1, SHIFTED_ROWS))
        buffers[0] = 1.0
        runs = find_runs(columns)
        together = {i for first, matrix in runs for i in range(first, first + len(matrix))}
        alone = [i for i in range(len(columns)) if i not in together]
        for start in range(0, rows, SHIFTED_ROWS):
            piece = slice(start, start + SHIFTED_ROWS)
            buffer = buffers[:, : min(SHIFTED_ROWS, rows - start)]
            for first, matrix in runs:
                last = first + len(matrix)
                np.subtract(matrix[:, piece], shift[first:last, None], out=buffer[first + 1 : last + 1])
            for i in alone:
                np.subtract(columns[i][piece], shift[i], out=buffer[i + 1])
            sums += np.dot(buffer if weights is None else buffer * weights[piece], buffer.T)

    def add_segments(
        self,
        columns: Sequence[Vector],
        segments: Segments,
        exponents: NDArray[np.int64],
        start: int,
        stop: int,
        combined: NDArray[np.int64],
    ) -> Integers:
        levels = (combined.shape[1] + 1) // 2
        chunk = max(1, CACHED // (len(exponents) * segments.length))
        aside = [np.empty(0, dtype=np.int64)]
        for first in range(start, stop, chunk):
            last = min(first + chunk, stop)
            stack, unfit = _cut_segments(columns, segments, exponents, levels, first, last)
            combined[first:last] = _combined(stack)
            aside.append(unfit)
        return np.concatenate(aside)

    def add_digits(
        self, parts: Sequence[Vector], cells: Integers, plan: Integers, table: NDArray[np.int64]
    ) -> list[Integers]:
        places = [tuple(map(int, row)) for row in plan]
        return [_add_digits(part, cells, top, at, depth, table) for part, (top, at, depth) in zip(parts, places)]

    def add_scores(
        self, z: Matrix, factors: Vector, cells: Integers, columns: Integers, table: NDArray[np.int64]
    ) -> Integers:
        found = [np.empty(0, dtype=np.int64)]
        for start in range(0, len(cells), PIECE):  # at most 2^12 rows of 2^36: a double holds their sum
            piece = slice(start, start + PIECE)
            found.append(start + _add_scores(z[:, piece] * factors[piece], cells[piece], columns, table))
        return np.concatenate(found)

    def count_cells(self, columns: Sequence[Vector], start: int, bins: Bins, found: Counted, more: Beside) -> int:
        cells = np.empty(len(columns[0]), dtype=np.int64)
        while start < len(cells):
            piece = slice(start, start + PIECE)
            some = [column[piece] for column in columns]
            if not _cells_of(some, bins, cells[piece]):
                break
            for j, column in enumerate(some):
                found.low[j] = min(found.low[j], column.min())
                found.high[j] = max(found.high[j], column.max())
            _count(cells[piece], bins, found, more, piece)
            start += len(some[0])
        return start

    def whiten(
        self,
        columns: Sequence[Vector],
        rests: Mapping[int, Vector],
        around: Around,
        z: Matrix,
        size: Vector,
        left: Vector,
    ) -> None:
        p = len(around.T)
        for start in range(0, len(left), PIECE):
            piece = slice(start, start + PIECE)
            some = [column[piece] for column in columns]
            few = {j: rest[piece] for j, rest in rests.items()}
            u = np.empty((p, len(left[piece])))
            for j in range(p):
                np.subtract(some[j], around.centre[0, j], out=u[j])
                u[j] -= around.centre[1, j] - few[j] if j in few else around.centre[1, j]
            _triangle(around.T, u, z[:, piece], size[piece])
            left[piece] = _linear(some, few, around.theta)

    def weigh(
        self, columns: Sequence[Vector], starts: Integers, weights: Sequence[Vector | None], sums: Matrix
    ) -> None:
        stack = np.array(columns)
        for t, (start, stop) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist())):
            z = stack[:, start:stop]
            for m, v in enumerate(weights):
                product = np.triu(np.dot(z if v is None else z * v[start:stop], z.T))
                sums[t, m] += product + np.triu(product, 1).T

    def deal(self, columns: Sequence[Vector], codes: Integers, counts: Integers, starts: Integers, out: Matrix) -> None:
        order = np.argsort(codes.astype(np.int16) if len(counts) < 2**15 else codes, kind="stable")  # by radix
        ends = np.cumsum(counts)
        runs = find_runs(list(columns))
        together = {i for first, matrix in runs for i in range(first, first + len(matrix))}
        alone = [(i, column[None]) for i, column in enumerate(columns) if i not in together]
        for first, matrix in (*runs, *alone):  # columns side by side are taken row by row
            moved = matrix.T[order]
            for start, end, count in zip(starts.tolist(), ends.tolist(), counts.tolist()):
                out[first : first + len(matrix), start : start + count] = moved[end - count : end].T

    def take(self, X: Matrix, y: NDArray[np.float64], room: tuple[Matrix, Matrix], start: int) -> bool:
        here = [part[start : start + len(X)] for part in room]
        here[0][:], here[1][:] = X, y.reshape(len(X), -1)
        return all(bool(np.isfinite(part).all()) for part in here)


def _cells_of(columns: Sequence[Vector], bins: Bins, cells: Integers) -> bool:
    """The cells of some rows; False where one lies outside."""
    cells[:] = 0
    for column, scale, first in zip(columns, bins.scales.tolist(), bins.firsts.tolist()):
        with np.errstate(over="ignore", invalid="ignore"):
            places = np.floor(column * scale)
            places[(places == 0) & (column < 0)] = -1.0  # what is scaled to nothing is still below 0
            places -= first
        if not ((places >= 0) & (places < 1 << bins.shift)).all():
            return False
        cells <<= bins.shift
        cells += places.astype(np.int64)
    return True


def _count(cells: Integers, bins: Bins, found: Counted, more: Beside, piece: slice) -> None:
    times = None if more.times is None else more.times[piece].astype(np.int64)
    if times is None:
        found.counts[:] += np.bincount(cells, minlength=len(found.counts))
    else:
        np.add.at(found.counts, cells, times)
    if more.averaged is None:
        return
    multiples = np.rint(more.averaged[piece] * more.scale)
    shares = np.minimum(np.maximum(multiples, -MOST_MULTIPLE), MOST_MULTIPLE)
    cells = cells >> bins.shift * (len(found.low) - 1)
    if times is None:  # at most 2^12 rows of 2^36: a double holds their sum
        found.sums[:] += np.bincount(cells, shares, len(found.sums)).astype(np.int64)
    else:
        np.add.at(found.sums, cells, shares.astype(np.int64) * times)


def _triangle(T: Matrix, u: Matrix, z: Matrix, size: Vector) -> None:
    """z = T u, and Σ z²; number by number, as what BLAS makes of a row depends on the rows beside it."""
    size[:] = 0.0
    for i in range(len(T)):
        np.multiply(u[0], T[i, 0], out=z[i])
        for j in range(1, i + 1):
            z[i] += u[j] * T[i, j]
        size += z[i] * z[i]


def _linear(columns: Sequence[Vector], rests: Mapping[int, Vector], theta: Matrix) -> Vector:
    """θ₀ + Σ θ_j x_j, what each product and sum leaves summed beside it."""
    high, low = np.full(len(columns[0]), theta[0, 0]), np.full(len(columns[0]), theta[1, 0])
    for j, column in enumerate(columns, 1):
        product, rest = two_product(column, np.broadcast_to(theta[0, j], column.shape))
        high, error = two_sum(high, product)
        low += rest + error + theta[1, j] * column
        if j - 1 in rests:
            low += theta[0, j] * rests[j - 1]
    return high + low


def _add_digits(part: Vector, cells: Integers, top: int, column: int, depth: int, table: NDArray[np.int64]) -> Integers:
    """Add one part's digits; the rows that do not fit."""
    digits: list[Vector] = []
    with np.errstate(over="ignore", invalid="ignore"):
        rest = times_power(part, -DIGIT * top)
        unfit = (rest == 0) & (part != 0)
        for _ in range(depth):
            digits.append(np.rint(rest))
            rest = (rest - digits[-1]) * 2.0**DIGIT
        unfit |= (rest != 0) | ~(np.abs(digits[0]) <= 2.0**FIRST)
    if unfit.any():
        for digit in digits:
            digit[unfit] = 0.0
    for place, digit in enumerate(digits, column):
        if digit.any():  # at most 2^16 rows of 2^36: a double holds their sum
            table[:, place] += np.bincount(cells, digit, len(table)).astype(np.int64)
    return np.flatnonzero(unfit)


def _add_scores(scores: Matrix, cells: Integers, columns: Integers, table: NDArray[np.int64]) -> Integers:
    """Add numbers (k, n), rounded, in three digits each; the rows that do not fit."""
    scores *= 2.0 ** (-2 * DIGIT)
    over = ~(np.abs(scores) <= 2.0**FIRST).all(axis=0)
    scores[:, over] = 0.0
    for place in range(3):
        digits = np.rint(scores)
        for column, digit in zip(columns.tolist(), digits):
            table[:, column + place] += np.bincount(cells, digit, len(table)).astype(np.int64)
        scores -= digits
        scores *= 2.0**DIGIT
    return np.flatnonzero(over)


def _cut_segments(
    columns: Sequence[Vector], segments: Segments, exponents: NDArray[np.int64], levels: int, start: int, stop: int
) -> tuple[Matrix, Integers]:
    """The slices (segments, levels, q, length) of some segments, without the rows that do not fit, and those rows."""
    count, length, width = stop - start, segments.length, len(exponents)
    rest = np.empty((count, width, length))
    vanished = np.zeros((count, length), dtype=np.bool_)
    inside: NDArray[np.bool_] | None = None
    for i, column in enumerate(columns):
        numbers, inside = segments.piece(column, start, stop)
        times_power(numbers, -int(exponents[i + 1]), rest[:, i + 1])
        if exponents[i + 1] > 0:
            vanished |= (rest[:, i + 1] == 0) & (numbers != 0)
    rest[:, 0] = 2.0 ** -int(exponents[0]) if inside is None else inside * 2.0 ** -int(exponents[0])
    stack = np.empty((count, levels, width, length))
    for level in range(levels):
        constant = constant_of(level)
        np.add(rest, constant, out=stack[:, level])
        stack[:, level] -= constant
        rest -= stack[:, level]
    unfit = (rest != 0).any(axis=1) | vanished
    squares = np.einsum("cql,cql->cq", stack[:, 0], stack[:, 0])
    unfit |= ~(squares.max(axis=1) < LIMIT)[:, None]  # at 2^53 itself a sum may already have lost ones
    if unfit.any():
        stack[np.broadcast_to(unfit[:, None, None, :], stack.shape)] = 0.0
    return stack, segments.rows_at(unfit, start, stop)


def _combined(stack: Matrix) -> NDArray[np.int64]:
    """Sums (segments, 2 levels − 1, q, q) of all products of slices k and l, by k + l."""
    count, levels, width, length = stack.shape
    flat = stack.reshape(count, levels * width, length)
    product = np.matmul(flat, flat.transpose(0, 2, 1)).reshape(count, levels, width, levels, width)
    combined = np.zeros((count, 2 * levels - 1, width, width))
    for k in range(levels):
        for other in range(levels):
            combined[:, k + other] += product[:, k, :, other, :]
    combined *= np.exp2(BITS * np.arange(2 * levels - 1, dtype=np.float64))[:, None, None]
    return combined.astype(np.int64)
