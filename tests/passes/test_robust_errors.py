"""Labelled and weighted moments carry more than a fit needs today: robust standard errors come out of them.

    HC0    B (Σ w² e² x xᵀ) B            one more pass, rows weighted by (w e)²              B = (Σ w x xᵀ)⁻¹
    CR0    B (Σ_g s_g s_gᵀ) B            s_g = c_g − M_g β, from moments under labels: no row is needed again
    CR1    CR0 · G/(G − 1) · (n − 1)/(n − k)

Reference values: statsmodels 0.15.0, OLS/WLS(...).fit(cov_type="HC0"), and "cluster" with use_correction False (CR0), True (CR1).
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from support import rational
from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.moments import Moments
from wxb.passes import each
from wxb.passes.grouped import GroupMoments
from wxb.passes.labelled import LabelledMoments
from wxb.passes.labels import by_label
from wxb.passes.weighted import WeightedMoments, squared_errors
from wxb.solve import solve

PEERS = Path(__file__).parent.parent / "reference" / "peers"
Square = list[list[Fraction]]
CASES = {
    "cars": ("mtcars", "mpg", ["wt", "hp"], "carb", None, {
        "HC0": [1.938913956417631, 0.6199275052899459, 0.006646057908183872],
        "CR0": [2.1311882114931353, 0.7345170527834115, 0.005744933256318835],
        "CR1": [2.413761057028778, 0.8319061864977199, 0.0065066501844136156],
    }),
    "weighted cars": ("mtcars", "mpg", ["wt", "hp"], "carb", "qsec", {
        "HC0": [1.9815473851378858, 0.6207644584967789, 0.006696198178019071],
        "CR0": [2.1181765459658934, 0.7222475421735716, 0.0054728901290339365],
        "CR1": [2.3990241833132764, 0.8180098695327889, 0.00619853703751677],
    }),
    "diabetes": ("diabetes", "target", ["bmi", "bp", "s5"], "age", None, {
        "HC0": [21.69118365725358, 0.7300879714094173, 0.2283104617270614, 5.815605217462024],
        "CR0": [24.504842547280546, 0.6766567728228957, 0.2660887153408129, 6.956358647390744],
        "CR1": [24.803371881727305, 0.6849001188329736, 0.26933033123535377, 7.041104228317114],
    }),
}  # fmt: skip


def sandwich(moments: Moments, meat: Square) -> list[float]:
    """(k,) square roots of the diagonal of B · meat · B."""
    k = len(meat)
    bread = rational.invert([[moments.exact(i, j) for j in range(k)] for i in range(k)])
    return [
        float(rational.root(sum(bread[i][a] * meat[a][b] * bread[b][i] for a in range(k) for b in range(k))))
        for i in range(k)
    ]


def hc0(table, selection: Selection, moments: Moments) -> list[float]:
    scan = table.scan(selection)
    line = solve(moments).exact
    weighted = WeightedMoments(scan.terms, (scan.target,), squared_errors(line, True))
    squares = each(scan, [weighted]).results[0].sums[0]
    k = len(line)
    return sandwich(moments, [[squares.exact(i, j) for j in range(k)] for i in range(k)])


def clustered(clusters: list[Moments], moments: Moments) -> list[float]:
    """CR0 of moments by cluster."""
    line = solve(moments).exact
    k = len(line)
    scores = [[m.exact(i, k) - sum(m.exact(i, j) * line[j] for j in range(k)) for i in range(k)] for m in clusters]
    return sandwich(moments, [[sum((s[i] * s[j] for s in scores), Fraction(0)) for j in range(k)] for i in range(k)])


@pytest.mark.parametrize("many", [False, True], ids=["labels", "labels by the thousand"])
@pytest.mark.parametrize("name", CASES)
def test_robust_errors_agree_with_statsmodels(name, many):
    file, target, features, cluster, weights, truth = CASES[name]
    table = open_table(PEERS / f"{file}.csv")
    selection = Selection(target=target, features=features, weights=weights, by=cluster)
    scan = table.scan(selection)
    names = scan.terms, (scan.target,)
    labelled = (
        GroupMoments(*names, label=by_label(0)) if many else LabelledMoments(*names, label=by_label(0), always=())
    )
    found = each(scan, [labelled]).results[0]
    clusters = list((found if many else found.sums).values())
    moments = sum(clusters[1:], clusters[0])
    assert moments.rows == len(pd.read_csv(PEERS / f"{file}.csv"))
    np.testing.assert_allclose(hc0(table, selection, moments), truth["HC0"], rtol=1e-12)
    errors = clustered(clusters, moments)
    np.testing.assert_allclose(errors, truth["CR0"], rtol=1e-12)
    g, n, k = len(clusters), moments.rows, len(features) + 1
    np.testing.assert_allclose(np.array(errors) * np.sqrt(g / (g - 1) * (n - 1) / (n - k)), truth["CR1"], rtol=1e-12)


@pytest.mark.parametrize("weights", [None, "w"])
def test_meat_and_scores_are_those_of_the_rows(weights):
    """Brute force in fractions: the residuals are rounded once, all else is exact."""
    random = np.random.default_rng(8)
    n = 300
    data = {"a": random.normal(size=n), "b": 1e6 + random.normal(size=n), "g": random.integers(0, 9, n)}
    data |= {"w": random.uniform(0, 2, n), "y": random.normal(size=n)}
    table = open_table(data)
    selection = Selection(target="y", features=["a", "b"], weights=weights, by="g")
    scan = table.scan(selection)
    found = each(scan, [LabelledMoments(scan.terms, ("y",), label=by_label(0), always=())]).results[0].sums
    moments = sum(found.values())
    line = solve(moments).exact
    meat = [[Fraction(0)] * 3 for _ in range(3)]
    scores = {label: [Fraction(0)] * 3 for label in found}
    for i in range(n):
        row = [Fraction(1), Fraction(data["a"][i]), Fraction(data["b"][i])]
        w = Fraction(data["w"][i]) if weights else Fraction(1)
        error = Fraction(data["y"][i]) - sum(x * b for x, b in zip(row, line))
        for j in range(3):
            scores[data["g"][i]][j] += w * error * row[j]
            for k in range(3):
                meat[j][k] += (w * error) ** 2 * row[j] * row[k]
    np.testing.assert_allclose(hc0(table, selection, moments), sandwich(moments, meat), rtol=1e-14)
    brute = [[sum((s[i] * s[j] for s in scores.values()), Fraction(0)) for j in range(3)] for i in range(3)]
    assert clustered(list(found.values()), moments) == sandwich(moments, brute)


def test_labels_add_up_to_the_whole():
    random = np.random.default_rng(2)
    X = random.normal(size=(5000, 2)) * 10.0 ** random.uniform(-5, 5, (5000, 1))
    data = {"a": X[:, 0], "b": X[:, 1], "g": random.integers(0, 700, 5000), "y": X @ [1.0, 2.0]}
    scan = open_table(data).scan(Selection(target="y", by="g"))
    many, few = each(
        scan,
        [
            GroupMoments(scan.terms, ("y",), label=by_label(0)),
            LabelledMoments(scan.terms, ("y",), label=by_label(0), always=()),
        ],
        threads=2,
    ).results
    assert dict(many.items()) == few.sums
    assert sum(few.sums.values()) == Moments.of(X, data["y"], terms=["a", "b"], target="y")
