"""Where each coefficient stands: θ = (b, W), the intercept first when there is one.

    names (k,)        θ (…, k)  =  join(W (…, p), b (…))        split(θ) = (W, b)        k = p + 1 with an intercept, else p

The sums of rows (`wxb.moments`) have columns 1, x₁ … x_p, y whether an intercept is fitted or not; `columns` are those of θ. Nobody
else adds or takes one by hand. Refused: a name that is no coefficient's, by names near it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from wxb._typing import Vector
from wxb.errors import UsageError
from wxb.i18n import _

Item = TypeVar("Item")

INTERCEPT = "(b)"


@dataclass(frozen=True)
class Layout:
    """terms : p names        intercept : whether b is fitted"""

    terms: tuple[str, ...]
    intercept: bool

    @cached_property
    def names(self) -> tuple[str, ...]:
        """(k,) of the coefficients, that of the intercept is "(b)"."""
        return (INTERCEPT, *self.terms) if self.intercept else self.terms

    @property
    def offset(self) -> int:
        """The place of the first weight: how many coefficients stand before W."""
        return 1 if self.intercept else 0

    @property
    def columns(self) -> range:
        """The columns of the sums that the coefficients stand for, in their order."""
        return range(1 - self.offset, len(self.terms) + 1)

    def __len__(self) -> int:
        return len(self.terms) + self.offset

    def split(self, theta: Vector) -> tuple[Vector, Vector]:
        """θ (…, k) → W (…, p) and b (…), 0 without an intercept. Views where they can be."""
        theta = np.asarray(theta, dtype=np.float64)
        if self.intercept:
            return theta[..., 1:], theta[..., 0]
        return theta, np.zeros(theta.shape[:-1])

    def join(self, W: Vector, b: Vector | float = 0.0) -> Vector:
        """W (…, p) and b (…) → θ (…, k), a new array."""
        if not self.intercept:
            return np.array(W, dtype=np.float64)
        return np.concatenate([np.asarray(b, dtype=np.float64)[..., None], np.asarray(W, dtype=np.float64)], axis=-1)

    def listed(self, weights: Sequence[Item], b: Item) -> list[Item]:
        """The same of any things: k of them, that of the intercept first."""
        return [b, *weights] if self.intercept else [*weights]

    def position(self, name: str) -> int:
        """The place of a coefficient: of a term, or "(b)"."""
        if name == INTERCEPT and self.intercept and name in self.terms:
            what = _("`{name}` is the intercept, and a column is called so too", name=name)
            raise UsageError(what, _("give the column another name, or read `model.coef` and `model.intercept`"))
        if name in self.names:
            return self.names.index(name)
        from difflib import get_close_matches

        near = get_close_matches(str(name), self.names, n=3, cutoff=0.5) or self.names[:12]
        raise UsageError(
            _("there is no coefficient `{name}`", name=name),
            _("there are {near}", near=", ".join(f"`{other}`" for other in near)),
        )
