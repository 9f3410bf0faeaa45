"""Moments equal rational arithmetic to the last bit, on data chosen to break them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import rational
from wxb.errors import NumericalError, UsageError
from wxb.moments import Collector, Ledger, Moments
from wxb.moments.kernels import Kernel
from wxb.moments.ledger import as_integers
from wxb.moments.pairs import power, two_product
from wxb.moments.plan import BITS, MANY, make_plan

N = 2600  # two full products of 1024 rows and a part


def hostile() -> dict[str, list]:
    """Columns (the last is the target) by what is hard about them."""
    random = np.random.default_rng(7)

    def normal(scale=1.0):
        return random.normal(size=N) * scale

    def across(low, high):
        return normal(10.0 ** random.uniform(low, high, N))

    tiny_and_huge = normal()
    tiny_and_huge[::7], tiny_and_huge[3::100] = 5e-324, 1e300
    outliers = normal()
    outliers[1500], outliers[2599] = 1e15, -1e300
    late = normal()
    late[:2000] = 0.0
    later = normal()
    later[:2048] = 0.0
    alternating = np.where(np.arange(N) % 2 == 0, 1e200, 1e-200) * normal()
    return {
        "normal": [normal(), normal(), normal()],
        "integers": [random.integers(0, 100, N) * 1.0, random.integers(-3, 3, N) * 1.0, random.integers(0, 2, N) * 1.0],
        "short decimals": [np.round(normal(), 2), np.round(normal(100), 1), np.round(normal(), 3)],
        "ten orders": [across(-5, 5), normal(), across(-5, 5)],
        "four hundred orders": [across(-200, 200), normal(), across(-200, 200)],
        "all orders": [across(-300, 300), across(-300, 300)],
        "subnormals and 1e300": [tiny_and_huge, normal()],
        "outliers": [outliers, normal(), outliers[::-1]],
        "growing": [normal(2.0 ** np.linspace(-500, 500, N)), normal()],
        "shrinking": [normal(2.0 ** np.linspace(500, -500, N)), normal()],
        "steps": [normal(np.repeat([1.0, 1e9, 1e-9, 1e18], N // 4)), normal()],
        "zeros, then numbers": [late, later, normal()],
        "float32": [normal().astype(np.float32), normal().astype(np.float32), normal()],
        "constant": [np.full(N, 0.1), np.full(N, -1e300), normal()],
        "largest and smallest": [np.full(N, 1.7976931348623157e308), np.full(N, 5e-324), normal()],
        "negative zeros": [np.where(np.arange(N) % 2 == 0, -0.0, 1.0), np.full(N, -0.0)],
        "alternating": [alternating, normal()],
        "timestamps": [1.7e18 + 1e9 * np.arange(N), normal()],
        "rare second scale": [normal(np.where(random.random(N) < 0.01, 1.0, 1e-8)), normal()],
        "rare outliers in each": [normal(np.where(random.random(N) < 0.008, 1e9, 1.0)) for _ in range(4)],
        "pairs": [(normal(), normal(1e-17)), normal(), (normal(1e5), normal(1e-12))],
        "pairs across": [(across(-50, 50), across(-80, -70)), normal()],
    }


HOSTILE = hostile()
WEIGHTS = {
    "uniform": lambda r: r.uniform(0.0, 2.0, N),
    "zeros": lambda r: r.integers(0, 3, N) * 1.0,
    "1e±300": lambda r: 10.0 ** r.uniform(-300, 300, N),
    "subnormal": lambda r: np.where(r.random(N) < 0.5, 5e-324, 1.0),
}


def moments_of(columns: list, kernel: Kernel, weights=None) -> Moments:
    return Moments.of(list(columns[:-1]), columns[-1], weights, kernel=kernel)


def weights_of(weight: str) -> np.ndarray | None:
    return WEIGHTS[weight](np.random.default_rng(3)) if weight else None


@cache
def truth_of(name: str, weight: str = "") -> list:
    """For every kernel."""
    return rational.gram(HOSTILE[name], weights_of(weight))


def assert_exact(moments: Moments, columns: list, weights=None) -> None:
    assert_is(moments, rational.gram(columns, weights))


def assert_is(moments: Moments, truth: list) -> None:
    for i in range(len(truth)):
        for j in range(len(truth)):
            assert moments.exact(i, j) == truth[i][j], (i, j)


@pytest.mark.parametrize("name", HOSTILE)
def test_moments_equal_rational_arithmetic(kernel, name):
    columns = HOSTILE[name]
    moments = moments_of(columns, kernel)
    assert moments.rows == N
    assert_is(moments, truth_of(name))


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize(
    "name", ["normal", "integers", "four hundred orders", "all orders", "subnormals and 1e300", "outliers", "pairs"]
)
def test_weighted_moments_equal_rational_arithmetic(kernel, name, weight):
    columns = HOSTILE[name]
    weights = weights_of(weight)
    moments = moments_of(columns, kernel, weights)
    assert moments.rows == np.count_nonzero(weights)
    assert_is(moments, truth_of(name, weight))


@pytest.mark.parametrize("rows", [1, 2, 7, 8, 9, 10, 1023, 1024, 1025, 2048, 2049])
def test_any_number_of_rows(kernel, rows):
    random = np.random.default_rng(rows)
    columns = [random.normal(size=rows), random.normal(size=rows) * 1e6 + 1e9, random.normal(size=rows)]
    assert_exact(moments_of(columns, kernel), columns)


def test_no_rows(kernel):
    moments = Moments.of(np.empty((0, 2)), np.empty(0), kernel=kernel)
    assert moments.rows == 0
    assert all(moments.exact(i, j) == 0 for i in range(4) for j in range(4))


@pytest.mark.parametrize("width", [1, 20])
@pytest.mark.parametrize("ones", [64, 128, 200, 256])
def test_a_sum_of_squares_of_exactly_2_to_53_is_not_trusted(kernel, ones, width):
    """Two rows make the sum 2^53, where adding a one changes nothing: the ones that follow must not be lost."""
    rows = 2048 if width == 1 else 1024
    second = np.zeros(rows)
    second[:ones], second[:2] = 2.0**-20, 2.0**6
    columns = [np.concatenate([np.ones(rows), second])] * width + [np.ones(2 * rows)]
    assert_exact(moments_of(columns, kernel), columns)


@pytest.mark.parametrize("later", [1.875, 1023 / 256])
def test_many_products_are_carried_over(kernel, later):
    """More products near their bound of 2^53 than 64-bit sums can hold: 2048 rows of NumPy, 512 of the compiled kernel.

    The numbers fit the one slice that ones have been given.
    """
    rows, blocks = 2048, 1300
    moments = Moments.of(
        [np.concatenate([np.ones(rows), np.full(rows * blocks, later)])], np.ones(rows * (blocks + 1)), kernel=kernel
    )
    assert moments.exact(1, 1) == rows * (1 + blocks * Fraction(later) ** 2)
    assert moments.exact(1, 2) == rows * (1 + blocks * Fraction(later))


@pytest.mark.parametrize("growth", [1.4, 1.9, 2.1, 2.8, 3.4, 3.9, 4.5])
@pytest.mark.parametrize("decimals", [1, 4, 9, 17])
def test_columns_that_grow_after_they_are_planned(kernel, growth, decimals):
    """First slices too large to be added to others, but not too large to be multiplied; and back again, and both at once."""
    random = np.random.default_rng(int(10 * growth))
    columns = [np.round(random.normal(size=4096), decimals) for _ in range(7)]
    columns[1][1024:2048] *= growth
    columns[2][2048:] *= growth
    columns[3] = np.round(columns[3])
    columns[4][::2] = 0.0
    assert_exact(moments_of(columns, kernel), columns)


@pytest.mark.parametrize("growth", [2.0, 3.9, 3.97])
def test_first_slices_that_may_be_multiplied_but_not_added_to_others(kernel, growth):
    """Sums of their squares lie below 2^53, those of first and second slices together above it."""
    random = np.random.default_rng(5)

    def near_one(size):
        return random.choice([-1.0, 1.0], size) * (1 - 2.0**-10 * random.random(size))

    columns = [np.concatenate([near_one(1024), growth * near_one(4096), near_one(1024)]) for _ in range(3)]
    assert_exact(moments_of(columns, kernel), columns)


@pytest.mark.parametrize("seed", range(40))
def test_columns_of_every_kind_side_by_side_and_on_two_collectors(kernel, seed):
    random = np.random.default_rng(seed)
    rows = int(random.choice([9, 513, 1500, 2600]))
    kinds = [
        lambda: random.normal(size=rows),
        lambda: random.integers(-100, 100, rows) * 1.0,
        lambda: random.normal(size=rows) * 10.0 ** random.integers(-300, 300),
        lambda: random.normal(size=rows) * 10.0 ** random.integers(-20, 20, rows),
        lambda: np.round(random.normal(size=rows), 2),
        lambda: random.normal(size=rows).astype(np.float32).astype(np.float64),
        lambda: np.where(random.random(rows) < 0.01, 1e200, 1.0) * random.normal(size=rows),
        lambda: random.normal(size=rows) * np.exp(np.linspace(0, random.uniform(-6, 6), rows)),
        lambda: np.where(random.random(rows) < 0.5, 0.0, random.normal(size=rows)),
    ]
    columns = [kinds[random.integers(len(kinds))]() for _ in range(random.choice([1, 2, 5, 6, 7, 12]))]
    first = Collector(len(columns), kernel)
    collectors = [first, first.sibling(), first.sibling()]
    start = 0
    for stop in [*sorted(random.integers(0, rows + 1, 4)), rows]:
        collectors[random.integers(3)].add([column[start:stop] for column in columns], {})
        start = stop
    for other in collectors[1:]:
        first.absorb(other)
    ledger = first.result()
    low, high = first.ranges()
    assert first.rows == rows
    assert low.tolist() == [column.min() for column in columns]
    assert high.tolist() == [column.max() for column in columns]
    names = tuple(f"x{j}" for j in range(len(columns) - 1))
    assert_exact(Moments(names, ("y",), rows, ledger, (2.0**-53,) * len(columns)), columns)


@pytest.fixture(scope="module")
def many():
    """400 columns and a target, and every sum of products as fractions."""
    random = np.random.default_rng(8)
    X, y = random.normal(size=(700, 400)), random.normal(size=700)
    whole = [
        [int(v * 2.0**110) for v in row] for row in np.column_stack([np.ones(700), X, y]).tolist()
    ]  # all are whole
    rows = flint.fmpz_mat(whole)
    truth = rows.transpose() * rows
    return X, y, {(i, j): Fraction(int(truth[i, j]), 2**220) for i in range(402) for j in range(i + 1)}


def test_many_columns(kernel, many):
    """So many that most rows have a number in some column that needs a slice more than its column's others."""
    X, y, truth = many
    moments = Moments.of(X, y, kernel=kernel)
    assert all(moments.exact(i, j) == sum_of_products for (i, j), sum_of_products in truth.items())


@pytest.mark.parametrize("width", [10, 100, 400, 1000])
def test_a_plan_leaves_few_rows_over_however_many_columns(width):
    random = np.random.default_rng(width)
    columns = [random.normal(size=1024) for _ in range(width)]
    columns[::2] = [np.round(column * 100) for column in columns[::2]]
    plan = make_plan(columns)
    over = np.zeros(1024, dtype=bool)
    for column, exponent, levels in zip(columns, plan.exponents, plan.levels):
        unit = 2.0 ** int(exponent - BITS * (levels - 1))
        over |= np.round(column / unit) * unit != column
    assert over.mean() <= MANY
    assert set(plan.levels[::2]) == {1}
    assert plan.levels.max() <= 4


def test_as_many_collectors_as_there_are_threads(kernel):
    """Each with sums that 64 bits just hold: carried over before they are added."""
    rows, blocks, later = 2048, 250, 1.875
    first = Collector(1, kernel)
    first.add([np.ones(rows)], {})
    for _ in range(12):
        other = first.sibling()
        other.add([np.full(rows * blocks, later)], {})
        first.absorb(other)
    ledger = first.result()
    moments = Moments((), ("y",), first.rows, ledger, (2.0**-53,))
    assert first.rows == rows * (1 + 12 * blocks)
    assert moments.exact(1, 1) == rows * (1 + 12 * blocks * Fraction(later) ** 2)


def test_the_pool_empties_more_than_once(kernel):
    """Every row past the first product is an outlier of its own scale."""
    random = np.random.default_rng(1)
    rows = 40_000
    x = random.normal(size=rows)
    x[random.random(rows) < 0.004] *= 1e12
    columns = [x, random.normal(size=rows)]
    assert_exact(moments_of(columns, kernel), columns)


def test_memory_layout_leaves_no_trace(kernel):
    random = np.random.default_rng(2)
    X, y = random.normal(size=(3000, 4)), random.normal(size=3000)
    plain = Moments.of(X, y, kernel=kernel)
    assert Moments.of(np.asfortranarray(X), y, kernel=kernel) == plain
    assert Moments.of(X[::-1], y[::-1], kernel=kernel) == plain
    doubled = np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)
    assert Moments.of(doubled[::2, ::2], y, kernel=kernel) == plain


numbers = st.floats(allow_nan=False, allow_infinity=False)
tables = st.integers(1, 3).flatmap(
    lambda p: st.lists(st.lists(numbers, min_size=p + 1, max_size=p + 1), min_size=1, max_size=40)
)


@given(rows=tables, data=st.data())
def test_any_split_and_order_give_the_same_sums(kernel, rows, data):
    table = np.array(rows)
    whole = Moments.of(table[:, :-1], table[:, -1], kernel=kernel)
    assert_exact(whole, list(table.T))
    shuffled = table[data.draw(st.permutations(range(len(table))))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(table)), max_size=5)))
    parts = [Moments.of(piece[:, :-1], piece[:, -1], kernel=kernel) for piece in np.split(shuffled, cuts)]
    assert sum(parts) == whole
    assert sum(reversed(parts)) == whole


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10**6),
    spread=st.floats(0, 250),
    chunks=st.lists(st.integers(1, 3000), min_size=1, max_size=6),
    weighted=st.booleans(),
)
def test_collectors_fed_in_any_chunks_agree_with_rational_arithmetic(kernel, seed, spread, chunks, weighted):
    """Slices proper: enough rows for plans, replans and pools, in chunks of any length."""
    random = np.random.default_rng(seed)
    rows = sum(chunks)
    columns = [random.normal(size=rows) * 10.0 ** random.uniform(-spread, spread, rows) for _ in range(2)]
    columns.append(random.integers(-9, 9, rows) * 1.0)
    weights = random.integers(0, 4, rows) * 0.1 if weighted else None
    collector = Collector(3, kernel)
    start = 0
    for length in chunks:
        piece = slice(start, start + length)
        collector.add([c[piece] for c in columns], {}, None if weights is None else weights[piece])
        start += length
    ledger = collector.result()
    moments = Moments(("a", "b"), ("y",), collector.rows, ledger, (2.0**-53,) * 3)
    assert_exact(moments, columns, weights)


@given(rows=tables, more=tables)
def test_what_was_added_can_be_taken_away(kernel, rows, more):
    a, b = np.array(rows), np.array(more)
    width = min(a.shape[1], b.shape[1])
    first, second = (
        Moments.of(a[:, : width - 1], a[:, width - 1], kernel=kernel),
        Moments.of(b[:, : width - 1], b[:, width - 1], kernel=kernel),
    )
    both = first + second
    assert both - second == first
    assert both - first == second
    assert hash(both - second) == hash(first)


def test_weights_algebra(kernel):
    random = np.random.default_rng(5)
    X, y = random.normal(size=(50, 2)), random.normal(size=50)
    plain = Moments.of(X, y, kernel=kernel)
    assert Moments.of(X, y, np.ones(50), kernel=kernel) == plain
    w = np.ones(50)
    w[10:20] = 0.0
    assert Moments.of(X, y, w, kernel=kernel) == Moments.of(
        np.delete(X, slice(10, 20), 0), np.delete(y, slice(10, 20)), kernel=kernel
    )
    assert Moments.of(X, y, np.full(50, 2.0), kernel=kernel).exact(1, 2) == (plain + plain).exact(1, 2)


def test_select_is_the_moments_of_fewer_columns():
    random = np.random.default_rng(5)
    X, y = random.normal(size=(50, 3)), random.normal(size=50)
    whole = Moments.of(X, y, terms=["a", "b", "c"], target="t")
    assert whole.select(["c", "a"]) == Moments.of(X[:, [2, 0]], y, terms=["c", "a"], target="t")
    assert whole.select([]).terms == ()
    with pytest.raises(UsageError, match=r"no term 'd'[^$]*a, b, c"):
        whole.select(["a", "d"])


def test_taking_away_what_is_not_there_is_refused():
    few = Moments.of([[1.0], [2.0]], [1.0, 2.0])
    other = Moments.of([[100.0]], [1.0])
    with pytest.raises(UsageError, match="not among the rows"):
        few - other
    with pytest.raises(UsageError, match="3 rows cannot be taken from 2"):
        few - (few + other)


def test_moments_of_other_columns_do_not_add():
    a = Moments.of([[1.0]], [1.0], terms=["hours"])
    b = Moments.of([[1.0]], [1.0], terms=["minutes"])
    with pytest.raises(UsageError, match=r"hours.*minutes"):
        a + b
    with pytest.raises(TypeError):
        a + 1  # pyright: ignore[reportOperatorIssue]
    assert (a == 1) is False


@pytest.mark.parametrize(
    ("X", "y", "weights", "error", "match"),
    [
        ([[1.0], [np.nan]], [1.0, 2.0], None, NumericalError, "NaN or infinite"),
        ([[1.0], [np.inf]], [1.0, 2.0], None, NumericalError, "NaN or infinite"),
        ([[1.0], [2.0]], [1.0, -np.inf], None, NumericalError, "NaN or infinite"),
        ([(np.ones(2), np.array([0.0, np.nan]))], [1.0, 2.0], None, NumericalError, "NaN or infinite"),
        ([[1.0], [2.0]], [1.0], None, UsageError, "different shapes"),
        ([[1.0], [2.0]], [1.0, 2.0], [1.0, -1.0], UsageError, "weights"),
        ([[1.0], [2.0]], [1.0, 2.0], [1.0, np.nan], UsageError, "weights"),
        ([[1.0], [2.0]], [1.0, 2.0], [1.0], UsageError, "weights"),
        (np.ones((2, 2, 2)), [1.0, 2.0], None, UsageError, "X must be"),
    ],
)
def test_arrays_that_make_no_moments(X, y, weights, error, match):
    with pytest.raises(error, match=match):
        Moments.of(X, y, weights)


@given(st.lists(numbers, min_size=1, max_size=20))
def test_as_integers_is_exact(column):
    whole, exponent = as_integers(np.array(column))
    assert [Fraction(i) * Fraction(2) ** exponent for i in whole] == [Fraction(v) for v in column]


@given(st.lists(numbers, min_size=2, max_size=12), st.lists(numbers, min_size=2, max_size=12))
def test_ledgers_of_different_grids_add(first, second):
    a, b = Ledger.empty(1), Ledger.empty(1)
    a.add_integers([np.array(first)])
    b.add_integers([np.array(second)])
    a.add(b)
    integer, exponent = a.value(0, 0)
    assert Fraction(integer) * Fraction(2) ** exponent == sum(Fraction(v) ** 2 for v in [*first, *second])


middle = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e150, max_value=1e150).filter(
    lambda v: v == 0 or abs(v) > 1e-130
)


@given(middle, middle)
def test_two_products_are_exact(a, b):
    product, error = two_product(np.array([a]), np.array([b]))
    assert Fraction(float(product[0])) + Fraction(float(error[0])) == Fraction(a) * Fraction(b)


@given(st.floats(-50, 50).filter(lambda v: abs(v) > 1e-6), st.integers(0, 12))
def test_powers_in_pairs_have_thirty_digits(x, exponent):
    values, low = power([x], exponent)
    truth = Fraction(x) ** exponent
    assert abs(Fraction(float(values[0])) + Fraction(float(low[0])) - truth) <= abs(truth) * Fraction(1, 10**29)
    assert float(values[0]) == float(truth)


def test_powers_out_of_range_are_refused():
    with pytest.raises(NumericalError, match=r"row 2: 1e\+200 to the power 2"):
        power([1.0, 1e200], 2)
    with pytest.raises(UsageError, match="whole exponent"):
        power([1.0], -1)
