"""The forms that a line can be written in, chosen by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wxb.choices import conform
from wxb.fitted import Fitted
from wxb.report.transcripts.sql import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """format : of an equation        dialect : of SQL"""

    format: Literal["text", "latex"] = "text"
    dialect: Dialect = "duckdb"

    def __post_init__(self) -> None:
        conform(self)


def equation(model: Fitted, format: str) -> str:
    """The line as an equation."""
    if Form(format=format).format == "latex":  # pyright: ignore[reportArgumentType]
        from wxb.report.transcripts.latex import latex

        return latex(model)
    from wxb.report.equation import equation

    return equation(model, None)


def sql(model: Fitted, dialect: str) -> str:
    """The line as an expression of SQL."""
    from wxb.report.transcripts.sql import sql

    return sql(model, Form(dialect=dialect).dialect)  # pyright: ignore[reportArgumentType]
