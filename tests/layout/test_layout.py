"""Layout: one place knows where the intercept stands; splitting and joining undo each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb
from wxb.errors import UsageError
from wxb.layout import INTERCEPT, Layout

LAYOUTS = st.builds(lambda p, b: Layout(tuple(f"x{i}" for i in range(p)), b), st.integers(0, 5), st.booleans())


@given(LAYOUTS, st.lists(st.integers(1, 3), max_size=2))
def test_join_undoes_split(layout, stack):
    theta = np.arange(float(np.prod([*stack, len(layout)], dtype=int))).reshape(*stack, len(layout))
    W, b = layout.split(theta)
    assert W.shape == (*stack, len(layout.terms))
    assert b.shape == tuple(stack)
    assert np.array_equal(layout.join(W, b), theta)
    assert layout.intercept or not b.any()


@given(LAYOUTS)
def test_names_places_and_columns_go_together(layout):
    assert len(layout) == len(layout.names) == len(layout.columns)
    moments = (INTERCEPT, *layout.terms)  # what the columns of the sums are of
    assert tuple(moments[i] for i in layout.columns) == layout.names
    assert [layout.position(name) for name in layout.names] == list(range(len(layout)))
    assert layout.names[layout.offset :] == layout.terms
    assert layout.listed(layout.terms, INTERCEPT) == list(layout.names)


def test_an_unknown_name_is_refused_with_those_near_it():
    with pytest.raises(wxb.UsageError, match="no coefficient `speeed`") as refused:
        Layout(("speed", "weight"), True).position("speeed")
    assert refused.value.do == "there are `speed`"
    with pytest.raises(wxb.UsageError, match=r"`\(b\)`"):
        Layout(("speed",), False).position(INTERCEPT)


def test_a_column_called_as_the_intercept_is_not_taken_for_it():
    with pytest.raises(UsageError, match="is the intercept, and a column is called so too"):
        Layout(("x", "(b)"), True).position("(b)")
    assert Layout(("x", "(b)"), False).position("(b)") == 1
