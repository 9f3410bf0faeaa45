"""What `:` and `*` join: factors, each with its one spelling. Equal texts are one factor.

Column    x                       a number or a category, as the data say
Computed  log(x), I(x^2)          a number of a row
Basis     poly(x, 2), scale(x)    combinations of such numbers that depend on all rows
Spline    bs(x, df=5)             numbers of a row once its knots are known
Lag       lag(x, 1)               the number of an earlier row
Coded     C(school)               a category, whatever the column holds
"""

from __future__ import annotations

from dataclasses import dataclass, field

from wxb.expression.tree import Expression
from wxb.formula.tokens import written_name


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it stands: of numbers, or a category."""

    name: str
    at: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        return written_name(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Computed:
    """A number computed from a row alone: `log(x)`, `I(x^2)`."""

    text: str
    tree: Expression = field(compare=False, repr=False)
    names: tuple[str, ...] = field(compare=False, repr=False)
    at: int = field(default=0, compare=False, repr=False)


class _OfNumber:
    """What is made of one computed number: its columns and its place in the text are that number's."""

    __slots__ = ()
    of: Computed

    @property
    def names(self) -> tuple[str, ...]:
        return self.of.names

    @property
    def at(self) -> int:
        return self.of.at


@dataclass(frozen=True, slots=True)
class Basis(_OfNumber):
    """kind : "poly", "scale" or "center"        of : the number it is a basis of        degree, raw : of poly"""

    text: str
    kind: str
    of: Computed
    degree: int = 1
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Spline(_OfNumber):
    """kind : "bs" or "ns"        knots : inner ones as given, None where `df` says how many        degree : of the pieces"""

    text: str
    kind: str
    of: Computed
    df: int | None
    knots: tuple[float, ...] | None
    degree: int = 3


@dataclass(frozen=True, slots=True)
class Lag(_OfNumber):
    """The number `steps` rows before."""

    text: str
    of: Computed
    steps: int


@dataclass(frozen=True, slots=True)
class Coded:
    """C(column): a category, whatever the column holds.  base : the level compared with, None for the first"""

    text: str
    name: str
    base: str | float | bool | None = None
    coding: str = "treatment"
    at: int = field(default=0, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)


Factor = Column | Computed | Basis | Spline | Lag | Coded


@dataclass(frozen=True, slots=True)
class Offset:
    """offset(x): taken off the target before the fit, added to predictions."""

    of: Computed
