"""The 37 models of public sets by their formulas, against arithmetic of fifty digits, term by term."""

from __future__ import annotations

import re
import warnings
from fractions import Fraction
from typing import Any

import pytest

import wxb
from support import peer_terms
from support.peers import FOLDER

MODELS = [(name, model) for name in peer_terms.SETS for model in peer_terms.models(name)]


def ours(formula: str) -> str:
    """patsy's spelling of a base as it is here; all else is the same."""
    return re.sub(r"Treatment\(('\w+')\)", r"base=\1", formula)


def called(term: str) -> str:
    """patsy's name of a term as it is here: C(wool)[T.B] is wool[B], I(x ** 2) is I(x^2)."""
    plain = re.sub(r"C\(([\w.]+)[^)]*(?:\('\w+'\))?\)\[T\.([^]]+)\]", r"\1[\2]", term)
    return {"Intercept": "(b)"}.get(plain, plain.replace(" ** ", "^").replace(".0]", "]"))


def digits(found: float, wanted: str) -> float:
    truth = Fraction(wanted)
    distance = abs(Fraction(found) / truth - 1) if truth else abs(Fraction(found))
    return -float(distance.numerator.bit_length() - distance.denominator.bit_length()) * 0.30103 if distance else 17.0


@pytest.mark.parametrize(("name", "model"), MODELS, ids=lambda one: one if isinstance(one, str) else one["formula"])
def test_a_public_set_by_its_formula(name, model):
    truth: dict[str, Any] = model["mp50"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)  # of rows that are dropped
        line = wxb.fit(FOLDER / f"{name}.csv", formula=ours(model["formula"]), missing="drop")
    names = [called(term) for term in model["terms"]]
    assert set(names) == set(line.layout.names)
    found = {one: place for place, one in enumerate(line.layout.names)}
    inference = line.inference
    for what, values in (("coef", line.theta), ("se", inference.se), ("t", inference.t)):
        for term, wanted in zip(names, truth[what], strict=True):
            assert digits(float(values[found[term]]), wanted) >= 12, (what, term)
    for value, what in ((inference.r2, "r2"), (inference.residual_sd, "residual_sd")):
        assert digits(float(value), truth[what]) >= 12, what


def test_there_are_all_of_them():
    assert len(MODELS) == 37
