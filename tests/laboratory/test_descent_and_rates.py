"""The page's moments, bowl, descent and verdicts are Python's: bits where sums are exact, else to what 2000 epochs allow."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import flint
import numpy as np
import pytest

import wxb
from wxb.bowl import Bowl
from wxb.descent import descend
from wxb.layout import Layout
from wxb.learning_rates import rates_of

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]
BOWLS = """(lab, cases) => cases.map(([rows, only, b]) => {
    const moments = lab.momentsOf(rows);
    return only ? lab.bowlOfWeight(moments, b) : lab.bowlOf(moments);
})"""
RUNS = """(lab, cases, epochs) => cases.map(([rows, only, options]) => {
    const moments = lab.momentsOf(rows);
    const bowl = only ? lab.bowlOfWeight(moments, options.start.b) : lab.bowlOf(moments);
    const run = lab.runOf(bowl, options);
    const some = (path) => epochs.filter((e) => e <= options.epochs).map((e) => path[e]);
    return { ...run, W: some(run.W), b: some(run.b), costs: some(run.costs), ends: run.at(options.epochs) };
})"""
EPOCHS = np.array([*range(40), *range(40, 1990, 13), *range(1990, 2001)])
VERDICTS = """(lab, cases) => cases.map(([rows, only, lr, momentum, epochs]) => {
    const moments = lab.momentsOf(rows);
    const rates = lab.ratesOf(only ? lab.bowlOfWeight(moments, 0) : lab.bowlOf(moments), momentum);
    return [rates, lab.verdictOn(rates, lr, { epochs }), lab.briefOf(lab.verdictOn(rates, lr, { epochs }))];
})"""
STUDENTS = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
SHEET = [[2.0, 25.0], [3.0, 50.0], [4.0, 42.0], [5.0, 61.0]]


def drawn(seed: int, count: int = 8, mean: float = 0.0, scale: float = 1.0, noise: float = 1.0) -> list[list[float]]:
    random = np.random.default_rng(seed)
    x = mean + scale * random.normal(size=count)
    return np.column_stack([x, scale * (3 * (x - mean) / scale + noise * random.normal(size=count)) + mean]).tolist()


ROWS = {
    "students": STUDENTS,
    "sheet": SHEET,
    "thirty": drawn(1, 30),
    "large": drawn(2, 2000, mean=5.0),
    "far": [[1e9 - 1, 1.0], [1e9, 2.5], [1e9 + 1, 3.0]],
    "years": [[2000.0 + k, 3.0 * k + (k * k) % 7] for k in range(25)],
    "tiny": drawn(3, scale=1e-100),
    "huge": drawn(4, scale=1e100),
    "mixed": [[1e-5, 1e5], [3e5, 2.0], [0.1, 0.2], [7.0, 1e-9]],
    "one": [[2.0, 5.0]],
    "equal": [[2.0, 5.0], [2.0, 7.0], [2.0, 9.0]],
    "negative": [[-3.0, 1.0], [-1.0, 0.5], [4.0, -7.25]],
    "flat": [[1.0, 4.0], [2.0, 4.0], [3.0, 4.0]],
}


def bowl_in_python(rows, only: bool = False):
    x, y = np.array(rows).T
    if len(rows) == 1 and not only:  # Python fits no line to one row; its page shows what there is
        hessian = np.array([[2, 2 * x[0]], [2 * x[0], 2 * x[0] ** 2]])
        return Bowl(Layout(("x",), intercept=True), hessian, np.array([y[0], 0.0]), 0.0, 1, x, np.zeros((1, 1)))
    return wxb.fit((x[:, None], y), intercept=not only).bowl


def test_bowls_have_the_bits_of_python(lab_js):
    cases = [(rows, only, 0.0) for rows in ROWS.values() for only in (False, True)]
    for (rows, only, __), found in zip(cases, lab_js(BOWLS, cases)):
        wanted = bowl_in_python(rows, only)
        minimum = found["minimum"]
        assert ([] if only else [minimum["b"]]) + [minimum["W"]] == wanted.minimum.tolist()
        assert found["floor"] == wanted.floor
        assert 2 * found["square"] == wanted.hessian[-1, -1]
        if not only:
            assert [found["mean"], found["variance"]] == [wanted.means[0], wanted.covariance[0, 0]]


def test_a_bowl_of_the_weight_alone_holds_b(lab_js):
    cases = [(rows, True, b) for rows in (STUDENTS, SHEET, ROWS["mixed"], ROWS["far"]) for b in (0.0, 9.5, -0.1, 1e10)]
    for (rows, __, b), found in zip(cases, lab_js(BOWLS, cases)):
        x, y = ([Fraction(row[k]) for row in rows] for k in (0, 1))
        lowered = [one - Fraction(b) for one in y]
        weight = sum(a * c for a, c in zip(x, lowered)) / sum(a * a for a in x)
        assert found["minimum"] == {"W": float(weight), "b": b}
        assert float(found["floor"]) == float(sum((c - weight * a) ** 2 for a, c in zip(x, lowered)) / len(rows))


def test_a_row_added_or_taken_away_leaves_no_trace(lab_js):
    script = """(lab, sets) => sets.map((rows) => {
        const written = (moments) => JSON.stringify(lab.bowlOf(moments));
        let grown = lab.momentsOf([]);
        for (const row of [...rows].reverse()) grown = lab.withRow(grown, row);
        const less = lab.withoutRow(lab.withRow(lab.momentsOf(rows.slice(1)), [1e-200, 1e200]), [1e-200, 1e200]);
        let back = lab.momentsOf(rows);
        for (let k = 0; k < 50; k++) back = lab.withoutRow(lab.withRow(back, [k / 7, 1 / (k + 3)]), [k / 7, 1 / (k + 3)]);
        const whole = written(lab.momentsOf(rows));
        return [written(grown) === whole, written(less) === written(lab.momentsOf(rows.slice(1))), written(back) === whole];
    })"""
    sets = [drawn(seed, 12, mean=10.0**seed) for seed in range(10)]
    assert lab_js(script, sets) == [[True, True, True]] * 10


def test_moments_come_from_python_as_pairs(lab_js):
    def pair(value: Fraction) -> list[float]:
        high = float(value)
        return [high, float(value - Fraction(high))]

    cases, wanted = [], []
    for rows in (STUDENTS, ROWS["thirty"], ROWS["far"], ROWS["years"], ROWS["mixed"]):
        x, y = ([Fraction(row[k]) for row in rows] for k in (0, 1))
        origin = [rows[0][0], rows[0][1]]
        a, c = [one - Fraction(origin[0]) for one in x], [one - Fraction(origin[1]) for one in y]
        sums = {"x": sum(a), "y": sum(c), "xx": sum(v * v for v in a), "yy": sum(v * v for v in c)}
        sums["xy"] = sum(v * w for v, w in zip(a, c))
        cases.append({"n": len(rows), "origin": origin, **{name: pair(value) for name, value in sums.items()}})
        wanted.append(rows)
    found = lab_js("(lab, cases) => cases.map((given) => lab.bowlOf(lab.momentsFrom(given)))", cases)
    for one, rows in zip(found, wanted):
        bowl = bowl_in_python(rows)
        assert [one["minimum"]["b"], one["minimum"]["W"]] == pytest.approx(bowl.minimum, rel=1e-15, abs=1e-300)
        assert one["variance"] == pytest.approx(bowl.covariance[0, 0], rel=1e-15)
        assert one["floor"] == pytest.approx(bowl.floor, rel=1e-12, abs=1e-28)


def test_there_is_no_bowl_without_rows_and_none_beyond_the_range(lab_js):
    cases = [
        ([], False, 0),
        ([], True, 0),
        ([[1e200, 1.0]], False, 0),
        ([[1e-200, 1.0]], True, 0),
        ([[0, 3.0]], True, 0),
    ]
    nothing, weight, large, small, zero = lab_js(BOWLS, cases)
    assert nothing is None
    assert weight is None
    assert [large["fault"], small["fault"], zero["fault"]] == ["large", "small", None]
    assert zero["values"] == []
    assert lab_js("lab => lab.ratesOf(lab.bowlOfWeight(lab.momentsOf([[0, 3]])))") is None


def test_cost_and_gradient_are_those_of_the_bowl(lab_js):
    script = """(lab, cases) => cases.map(([rows, only, point]) => {
        const moments = lab.momentsOf(rows);
        const bowl = only ? lab.bowlOfWeight(moments, 0) : lab.bowlOf(moments);
        return [lab.costAt(bowl, point), lab.gradientAt(bowl, point), lab.excessAt(bowl, bowl.minimum)];
    })"""
    draw = random.Random(5)
    cases = []
    for name in ("students", "sheet", "thirty", "years", "mixed", "negative", "tiny", "huge"):
        for only in (False, True):
            point = {"W": draw.uniform(-5, 5), "b": 0.0 if only else draw.uniform(-5, 5)}
            cases.append((ROWS[name], only, point))
    for (rows, only, point), (cost, gradient, excess) in zip(cases, lab_js(script, cases)):
        bowl = bowl_in_python(rows, only)
        theta = np.array(([] if only else [point["b"]]) + [point["W"]])
        assert cost == pytest.approx(float(bowl.cost(theta)), rel=1e-14)
        slopes = bowl.gradient(theta)
        assert gradient["W"] == pytest.approx(slopes[-1], rel=1e-13)
        assert gradient["b"] == (0 if only else pytest.approx(slopes[0], rel=1e-13))
        assert excess == 0


def runs() -> list[tuple]:
    """(rows, only, options) that converge, zigzag, are critical, diverge; with momentum; of the weight alone."""
    found = []
    for name, rows in ROWS.items():
        for only in (False, True)[name in ("tiny", "huge") :]:  # Python's eigenvectors lose 1e-100 beside 1
            rates = rates_of(bowl_in_python(rows, only))
            for share, beta in (
                (0.05, 0.0),
                (0.999, 0.0),
                (1.0, 0.0),
                (1.1, 0.0),
                (0.05, 0.9),
                (0.97, 0.5),
                (1.02, 0.9),
            ):
                start = {"W": 0.0, "b": 0.0} if only or beta else {"W": 0.4, "b": -0.25}
                lr = share * rates.limit(beta)
                found.append((rows, only, {"start": start, "lr": lr, "momentum": beta, "epochs": 2000}))
    return found


def test_trajectories_are_those_of_python(lab_js):
    cases = runs()
    for (rows, only, options), found in zip(cases, lab_js(RUNS, cases, EPOCHS.tolist())):
        bowl = bowl_in_python(rows, only)
        theta = np.array(([] if only else [options["start"]["b"]]) + [options["start"]["W"]])
        path = descend(bowl, lr=options["lr"], epochs=2000, momentum=options["momentum"], start=theta, log_every=1)
        made = len(path.epochs)
        seen = EPOCHS[made > EPOCHS]
        costs, cost = np.array(found["costs"], dtype=float)[: len(seen)], path.cost[seen]
        W, b = np.append(options["start"]["W"], path.W[:, 0])[seen], np.append(options["start"]["b"], path.b)[seen]
        off = np.abs([np.array(found["W"])[: len(seen)] - W, np.array(found["b"])[: len(seen)] - b]).max(axis=0)
        grown = np.sqrt(np.maximum(cost / cost[0], 1)) if cost[0] > 0 else 1
        limit = rates_of(bowl).limit(options["momentum"])
        # from the limit on a last digit of λmax counts two thousand times
        near, close = (1e-12, 8e-12) if options["lr"] < limit else (4e-12, 4e-11)
        said = rows[:2], only, options
        assert (off <= near * np.abs(theta - bowl.minimum).max() * grown).all(), said
        assert (np.abs(costs - cost) <= close * cost + 1e-15 * cost[0]).all(), said
        assert found["diverges"] == (options["lr"] > limit * (1 + 4e-15)), said
        if found["overflow"] is None:
            assert [found["ends"]["W"], found["ends"]["b"]] == [found["W"][-1], found["b"][-1]]


def test_steps_are_those_of_the_loop_itself(lab_js):
    """With gradients that add up, and of columns a hundred powers of ten from 1: in 200 bits, for 2000 or 200 epochs."""
    cases, wanted = [], []
    for name in ("students", "sheet", "thirty", "tiny", "huge"):
        limit = rates_of(bowl_in_python(ROWS[name])).max
        for share, beta, zero in ((0.05, 0.0, False), (0.5, 0.0, False), (0.02, 0.3, False), (0.3, 0.5, True)):
            epochs = 2000 if name == "sheet" and beta == 0 else 200
            options = {
                "start": {"W": 0.4, "b": 0},
                "lr": share * limit,
                "zero": zero,
                "momentum": beta,
                "epochs": epochs,
            }
            cases.append((ROWS[name], False, options))
            wanted.append(_looped(ROWS[name], 0.4, share * limit, beta, epochs, zero))
    for (rows, __, options), found, (W, b) in zip(cases, lab_js(RUNS, cases, EPOCHS.tolist()), wanted):
        seen = EPOCHS[options["epochs"] >= EPOCHS]
        W, b = W[seen], b[seen]
        minimum = bowl_in_python(rows).minimum
        distance = np.abs(np.array([0, 0.4]) - minimum).max()
        grown = np.maximum(1, np.maximum.accumulate(np.abs(W - minimum[1]) / distance))
        assert (np.abs(np.array(found["W"]) - W) <= 1e-12 * distance * grown).all(), (rows[:2], options)
        assert (np.abs(np.array(found["b"]) - b) <= 1e-12 * distance * grown).all(), (rows[:2], options)
        assert found["diverges"] == (options["momentum"] > 0 and not options["zero"])


def _looped(rows, W: float, lr: float, beta: float, epochs: int, zero: bool):
    """PyTorch's loop, with or without zero_grad, in 200 bits."""
    before, flint.ctx.prec = flint.ctx.prec, 200
    try:
        x, y = ([flint.arb(row[k]) for row in rows] for k in (0, 1))
        n = len(rows)
        weight, level, grad, speed = flint.arb(W), flint.arb(0), [flint.arb(0)] * 2, [flint.arb(0)] * 2
        sums = [sum(a * a for a in x) / n, sum(x) / n, sum(a * c for a, c in zip(x, y)) / n, sum(y) / n]
        path = [(W, 0.0)]
        for __ in range(epochs):
            slope = [2 * (sums[0] * weight + sums[1] * level - sums[2]), 2 * (sums[1] * weight + level - sums[3])]
            grad = slope if zero else [(one + more).mid() for one, more in zip(grad, slope)]
            speed = [(beta * one + more).mid() for one, more in zip(speed, grad)]
            weight, level = (weight - lr * speed[0]).mid(), (level - lr * speed[1]).mid()
            path.append((float(weight), float(level)))
    finally:
        flint.ctx.prec = before
    return np.array(path).T


def test_a_run_leaves_the_range_and_says_when(lab_js):
    options = {"start": {"W": 0.0, "b": 0.0}, "lr": 0.3, "epochs": 2000}
    (run,) = lab_js(RUNS, [(STUDENTS, False, options)], [*range(2001)])
    path = descend(bowl_in_python(STUDENTS), lr=0.3, epochs=2000)
    assert abs(run["overflow"] - path.outcome.overflow_epoch) <= 1
    costs = np.array(run["costs"], dtype=float)
    assert np.isfinite(costs).tolist() == [e < run["overflow"] for e in range(2001)]
    still = lab_js(RUNS, [(STUDENTS, False, {**options, "start": {"W": 2.0, "b": 0.0}})], [0, 1, 2000])[0]
    assert (still["diverges"], still["overflow"], still["W"]) == (False, None, [2.0] * 3)


def verdicts() -> list[tuple]:
    draw = random.Random(7)
    found = []
    for name in ("students", "sheet", "thirty", "years", "mixed", "negative", "far", "huge", "equal", "large"):
        for only in (False, True):
            rates = rates_of(bowl_in_python(ROWS[name], only))
            for beta in (0.0, 0.5, 0.9):
                limit, best = rates.limit(beta), rates.best_for(beta)
                shares = [limit * 10 ** draw.uniform(-4, 0.5), best, limit, limit * (1 + 3e-15), limit * (1 + 1e-14)]
                shares += [limit * (1 - 1e-9), best * 1.3, best / 8, limit * 1.2]
                for lr in shares:
                    epochs = draw.choice([None, 20, 2000, 50_000])
                    found.append((ROWS[name], only, lr, beta, epochs))
    return found


@pytest.mark.parametrize("code", ["en", "ko"])
def test_verdicts_are_those_of_python(lab_js, code):
    from wxb.laboratory.texts import both

    lab_js("(lab, texts, code) => (lab.teach(texts), lab.speak(code))", both(), code)
    wxb.language(code)
    cases = verdicts()
    for (rows, only, lr, beta, epochs), (rates, found, brief) in zip(cases, lab_js(VERDICTS, cases)):
        theory = rates_of(bowl_in_python(rows, only))
        wanted = theory.verdict(lr, beta, epochs=epochs)
        said = (rows[:2], only, lr, beta, epochs)
        assert rates["limit"] == pytest.approx(wanted.limit, rel=1e-14), said
        assert rates["best"] == pytest.approx(wanted.best, rel=1e-14), said
        lost = 1e-12 if rows is not ROWS["years"] else 1e-8  # digits of λmin that Python's rounded H has lost
        assert rates["condition"] == pytest.approx(theory.condition, rel=lost), said
        assert found["kind"] == wanted.kind.value, said
        assert found["growth"] == pytest.approx(wanted.growth, rel=1e-13, abs=1e-12), said
        if abs(lr - wanted.limit) > 1e-6 * wanted.limit:
            arrival = wanted.arrival if math.isinf(wanted.arrival) else min(wanted.arrival, 1e15)
            assert found["epochs_per_digit"] == pytest.approx(wanted.epochs_per_digit, rel=10 * lost, abs=0.1), said
            assert min(found["arrival"], max(arrival, 1e15)) == pytest.approx(arrival, rel=10 * lost, abs=0.5), said
            if lost < 1e-10 and arrival < 1e15:
                assert brief == wanted.brief, said
