"""A raw column: a number made from a row alone, `x`, `log(x)`, `x·z`. What depends on all rows comes after the pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wxb.data.field import Field
from wxb.data.kinds import WORDS, Kind, truth

if TYPE_CHECKING:
    from wxb.expression.tree import Expression


Lag = tuple[str, int]  # a column, and how many rows before


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """name : `log(x)`, as terms show it        sources : the columns it is made of

    tree : how; None where it is the one source itself        kind : what the source means; None where a model does not know (of
    bare moments, or of a file of version 1), and of what is computed
    """

    name: str
    sources: tuple[str, ...]
    tree: Expression | None = field(default=None, compare=False, repr=False)  # the name says as much
    kind: Kind | None = None

    @classmethod
    def of(cls, source: Field) -> Made:
        """A column itself."""
        return cls.named(source.called, source.kind)

    @classmethod
    def named(cls, name: str, kind: Kind) -> Made:
        """A column itself; that of yes and no by the name of its term, `paid[yes]`."""
        return cls(name=f"{name}[{kind.word}]" if kind.word else name, sources=(name,), kind=kind)

    @classmethod
    def guessed(cls, name: str) -> Made:
        """What a name says where nothing else is known: `paid[yes]` was made of yes and no."""
        word = next((word for word in WORDS if name.endswith(f"[{word}]")), "")
        column = name.removesuffix(f"[{word}]") if word else name
        return cls(name=name, sources=(column,), kind=truth(word) if word else None)

    @property
    def column(self) -> str:
        """The source of what is one column itself."""
        return self.sources[0]

    @property
    def names_now(self) -> tuple[str, ...]:
        """The sources that it is made of in its own row."""
        if self.tree is None:
            return self.sources
        from wxb.formula.checked import names_now

        return names_now(self.tree)

    @property
    def lags(self) -> tuple[Lag, ...]:
        """The sources that it is made of in earlier rows."""
        if self.tree is None:
            return ()
        from wxb.formula.checked import lags_of

        return lags_of(self.tree)

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The columns of labels that it compares, and with which text."""
        if self.tree is None:
            return ()
        from wxb.formula.texts import texts_of

        return texts_of(self.tree)

    @property
    def word(self) -> str:
        """What 1 stands for in a yes/no column, "" in any other."""
        return self.kind.word if self.kind else ""

    @property
    def is_truth(self) -> bool:
        return self.kind is not None and self.kind.sort == "truth"

    @property
    def is_time(self) -> bool:
        return self.kind is not None and self.kind.is_time

    def to_json(self) -> dict[str, Any] | None:
        """What it means, and its column where that is not its name; None when not known."""
        if self.kind is None:
            return None
        return self.kind.to_json() | ({"column": self.column} if self.column != self.name else {})
