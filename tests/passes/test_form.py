"""A scan with a form: every block is formed once, in passes and in `blocks`, whatever the threads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

import wxb
from wxb.data import Selection, open_table
from wxb.data.block import Block, Column
from wxb.data.field import Field
from wxb.data.kinds import WHOLE
from wxb.data.roles import Roles
from wxb.errors import DataError
from wxb.moments import Moments
from wxb.passes import each
from wxb.passes.labelled import LabelledMoments

A, Y = np.arange(20_000.0), np.arange(20_000.0) % 7


@dataclass(frozen=True)
class Doubled:
    """2a and a², and the target as it is."""

    worst: float = np.inf

    def __call__(self, block: Block) -> Block:
        [column] = block.features
        if (column.values > self.worst).any():
            raise DataError("too large", "take less")
        return replace(block, features=(Column(2 * column.values), Column(column.values**2)))

    def unproven(self) -> Doubled:
        return self

    def fields(self, roles: Roles) -> tuple[Field, ...]:
        assert roles.target is not None
        return Field("2a", 0, kind=WHOLE), Field("a²", 0, kind=WHOLE), replace(roles.target, name="z")


@pytest.mark.parametrize("threads", [1, 3])
def test_a_form_makes_the_columns_of_a_pass(threads: int) -> None:
    scan = replace(open_table({"a": A, "y": Y}).scan(Selection(target="y")), form=Doubled())
    assert (scan.terms, scan.target, scan.rounding) == (("2a", "a²"), "z", (0.0, 0.0, 2.0**-53))
    moments = LabelledMoments(scan.terms, (scan.target,))
    found = each(scan, [moments], threads=threads).results[0].sums[0]
    assert found == Moments.of([2 * A, A**2], Y, terms=["2a", "a²"], target="z")
    blocks = list(scan.blocks())
    assert np.concatenate([block.features[1].values for block in blocks]).tolist() == (A**2).tolist()
    assert all(len(block.features) == 2 for block in blocks)


@pytest.mark.parametrize("threads", [1, 3])
def test_what_a_form_refuses_is_refused(threads: int) -> None:
    scan = replace(open_table({"a": A, "y": Y}).scan(Selection(target="y")), form=Doubled(worst=15_000))
    with pytest.raises(DataError, match="too large"):
        each(scan, [LabelledMoments(scan.terms, (scan.target,))], threads=threads)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
@pytest.mark.parametrize(
    "formula", ["y ~ x + z", "y ~ log(x) + x:z", "y ~ I(x^0 * z)", "y ~ exp(z) + x", "y ~ I(z > 0)"]
)
def test_numbers_of_a_table_that_nobody_looked_at_first_are_noticed(wrong: float, formula: str) -> None:
    """A late gap is found by the sums, and then the row is left out; an infinite value is refused with its row."""
    random = np.random.default_rng(1)
    table = {"x": random.uniform(1, 2, 9000), "z": random.normal(size=9000), "y": random.normal(size=9000)}
    for name in ("x", "z"):
        if name not in formula:
            continue
        bad = dict(table, **{name: np.where(np.arange(9000) == 8765, wrong, table[name])})
        if np.isinf(wrong):
            with pytest.raises(DataError, match="row 8766"):
                wxb.fit(bad, formula=formula)
            continue
        with pytest.warns(wxb.WxbWarning, match="1 of 9000 rows dropped"):
            found = wxb.fit(bad, formula=formula, missing="drop")
        less = wxb.fit({key: np.delete(column, 8765) for key, column in table.items()}, formula=formula)
        assert found.theta.tobytes() == less.theta.tobytes()


def test_what_is_not_finite_of_what_is_told_by_its_row() -> None:
    x = np.linspace(1, 2, 9000)
    x[8000] = 0.0
    with pytest.raises(DataError, match=r"row 8001: `log\(x\)` is no finite number where `x` = 0"):
        wxb.fit({"x": x, "y": x}, formula="y ~ log(x)")
