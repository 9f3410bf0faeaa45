"""What is given out: one value that can be shown in a terminal, in Markdown, in LaTeX and in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import counted, numbered
from wxb.report.side_by_side.content import Content, body, foot, notes
from wxb.report.side_by_side.look import Format, Look
from wxb.values import short


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ModelTable(Content):
    """Models side by side; `str` writes it in its format, a notebook shows it as HTML.

    caption, names, rows, foot, notes : what is in it        format : what `str` gives: "text", "markdown", "latex" or "html"
    """

    format: Format = "text"

    def __repr__(self) -> str:
        return (
            f"ModelTable({short(self.caption)}: {', '.join(map(short, self.names))}; {numbered(len(self.rows), 'row')})"
        )

    def __str__(self) -> str:
        return {"text": self.text, "markdown": self.markdown, "latex": self.latex, "html": self.html}[self.format]()

    def _repr_html_(self) -> str:
        return self.html()

    def text(self) -> str:
        """Of at most 80 columns; models that do not fit beside each other stand under each other."""
        from wxb.report.side_by_side.text import text

        return text(self)

    def markdown(self) -> str:
        """A table of GitHub's Markdown."""
        from wxb.report.side_by_side.markdown import markdown

        return markdown(self)

    def latex(self) -> str:
        """A table environment; its first line says which packages it needs, and for letters like Hangul which font."""
        from wxb.report.side_by_side.latex import latex

        return latex(self)

    def html(self) -> str:
        """A table element with a caption and scopes."""
        from wxb.report.side_by_side.html import html

        return html(self)


def side_by_side(models: Sequence[Fitted], look: Look | None = None) -> ModelTable:
    """The table of some models, called (1), (2) … where no names are given."""
    look = look or Look()
    called = tuple(look.names or (f"({i})" for i in range(1, len(models) + 1)))
    if len(called) != len(models):
        raise UsageError(
            _(
                "there are {models} and {names}",
                models=counted(len(models), "model"),
                names=counted(len(called), "name"),
            ),
            _("give each model one name"),
        )
    targets = {model.target for model in models}
    return ModelTable(
        caption=look.caption if look.caption is not None else targets.pop() if len(targets) == 1 else "",
        names=called,
        rows=body(models, look),
        foot=foot(models),
        notes=notes(models, called, look),
        format=look.format,
    )
