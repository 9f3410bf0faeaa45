"""What is said beside any test of a line: by which errors, and what should be known of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.numbers import counted, number
from wxb.printable import show

Found = TypeVar("Found")


def with_errors(name: str) -> str:
    """Errors as a sentence has them: `classical errors`, `errors clustered by school (CR1)`, `HAC errors, 4 lags`."""
    if name.startswith("clustered"):
        return f"errors {name}"
    first = re.split("[ ,]", name, maxsplit=1)[0]
    return f"{first} errors{name[len(first) :]}"


def remarks_of(fitted: Fitted) -> tuple[str, ...]:
    """What should be known of a test of this line."""
    inference = fitted.inference
    found = []
    if not fitted.is_minimum:
        found.append("what is tested is the exact minimum of the cost, not what the descent reached")
    if inference.freedom == 0:
        found.append(
            f"{counted(inference.rows, 'row')} and as many coefficients leave no degree of freedom: nothing can be tested"
        )
    elif inference.is_through_all:
        found.append("the line passes through every row: the errors are 0, and so is what a test can tell")
    if fitted.moments.precision == "fast":
        certain = min((float(inference.certainty.errors[i]) for i in fitted.solution.kept), default=0.0)
        told = (
            f"{number(certain, 2)} digits of each standard error are certain" if certain >= 1 else "no digit is certain"
        )
        found.append(f'the sums were rounded (`precision="fast"`): {told}')
    return tuple(found)


def named(name: str, known: Mapping[str, Found], what: str) -> Found:
    """The one of that name; UsageError names those near it."""
    if name in known:
        return known[name]
    from difflib import get_close_matches

    near = get_close_matches(str(name), known, n=3, cutoff=0.5) or list(known)[:12]
    raise UsageError(f"there is no {what} {show(str(name))}", f"there are {', '.join(map(show, near))}")
