"""Numbers as a person reads them: a few digits, a true minus sign, a tensor in one line.

    −18.667    0.19661    1.2e−05    [1 2 3]    (64, 10) −1.3 … 2.1

Five significant digits for float32 and float64, three for float16 and bfloat16, which hold no more.
`Quantity` is what is kept of a tensor after explaining: its shape, its few numbers or else its range. No torch here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

KEPT = 8  # numbers of a tensor that are kept; beyond that its least and greatest
_SHORT = {"float16": 3, "bfloat16": 3}


def number_text(value: complex, digits: int = 5) -> str:
    """A number with at most `digits` significant digits, without trailing zeros."""
    if isinstance(value, complex):
        sign = "+" if value.imag >= 0 or math.isnan(value.imag) else "−"
        return f"{number_text(value.real, digits)} {sign} {number_text(abs(value.imag), digits)}i"
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:.0f}".replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def factor_text(value: float, digits: int = 5) -> str:
    """A number as a factor of a product: in brackets where it is negative."""
    text = number_text(value, digits)
    return f"({text})" if text.startswith("−") else text


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
            return number_text(self.numbers[0], self.digits)
        if self.count == 0:
            return "empty"
        low, high = self.range()
        if low is not None and low == high:
            return f"all {number_text(low, self.digits)}"
        if self.numbers:
            for digits in range(self.digits, 2, -1):
                text = "[" + " ".join(number_text(value, digits) for value in self.numbers) + "]"
                if len(text) <= width:
                    return text
        if low is None or high is None:
            return "not shown"
        return f"{number_text(low, min(4, self.digits))} … {number_text(high, min(4, self.digits))}"

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
            described["numbers"] = [_json(value) for value in self.numbers]
        elif self.low is not None and self.high is not None:
            described["low"], described["high"] = _json(self.low), _json(self.high)
        return described


def _json(value: complex) -> Any:
    if isinstance(value, complex):
        return [_json(value.real), _json(value.imag)]
    return value if math.isfinite(value) else str(value)
