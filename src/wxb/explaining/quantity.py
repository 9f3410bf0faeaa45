"""Numbers as a person reads them: a few digits, a true minus sign, a tensor in one line.

    −18.667    0.19661    1.2e-5    [1 2 3]    (64, 10) −1.3 … 2.1

Five significant digits for float32 and float64, three for float16 and bfloat16, which hold no more.
`Quantity` is what is kept of a tensor after explaining: its shape, its few numbers or else its range. No torch here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from wxb.i18n import _
from wxb.numbers import computed, finite_or_text

KEPT = 8  # numbers of a tensor that are kept; beyond that its least and greatest
_SHORT = {"float16": 3, "bfloat16": 3}


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is kept of a tensor.

    Attributes:
        shape, dtype: of the tensor; dtype without "torch.".
        numbers: all its elements in order when there are at most KEPT, else ().
        low, high: least and greatest element when there are more; NaN when one of them is NaN; None when unknown.
    """

    shape: tuple[int, ...]
    dtype: str
    numbers: tuple[complex, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def count(self) -> int:
        """How many elements the tensor has."""
        return math.prod(self.shape)

    @property
    def scalar(self) -> complex | None:
        """The number, where the tensor is one number."""
        return self.numbers[0] if len(self.numbers) == 1 else None

    @property
    def digits(self) -> int:
        """Significant digits worth showing."""
        return _SHORT.get(self.dtype, 5)

    def text(self, width: int = 30) -> str:
        """The tensor in one line of about `width` cells."""
        if len(self.numbers) == 1:
            return computed(self.numbers[0], self.digits)
        if self.count == 0:
            return _("empty")
        low, high = self.range()
        if low is not None and low == high:
            return _("all {value}", value=computed(low, self.digits))
        if self.numbers:
            for digits in range(self.digits, 2, -1):
                text = "[" + " ".join(computed(value, digits) for value in self.numbers) + "]"
                if len(text) <= width:
                    return text
        if low is None or high is None:
            return _("not shown")
        return f"{computed(low, min(4, self.digits))} … {computed(high, min(4, self.digits))}"

    def range(self) -> tuple[float | None, float | None]:
        """Least and greatest element; (None, None) where they are unknown."""
        if not self.numbers:
            return self.low, self.high
        reals = [value for value in self.numbers if not isinstance(value, complex)]
        if len(reals) < len(self.numbers):
            return None, None
        if any(math.isnan(value) for value in reals):
            return math.nan, math.nan
        return min(reals), max(reals)

    def to_dict(self) -> dict[str, Any]:
        """JSON: shape, dtype, and the numbers or the range. NaN and infinities become text, which JSON lacks."""
        described: dict[str, Any] = {"shape": list(self.shape), "dtype": self.dtype}
        if self.numbers:
            described["numbers"] = [finite_or_text(value) for value in self.numbers]
        elif self.low is not None and self.high is not None:
            described["low"], described["high"] = finite_or_text(self.low), finite_or_text(self.high)
        return described
