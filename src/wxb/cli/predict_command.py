"""`wxb predict`: new rows through a saved model, block by block."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen
from wxb.cli.shown_points import predict_at, show_points
from wxb.cli.streams import is_terminal
from wxb.cli.values import Point
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.numbers import counted, thousands
from wxb.printable import one_line
from wxb.report.record import predictions_record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wxb.cli.origin import Origin
    from wxb.data.table import Table
    from wxb.model.model import Model
    from wxb.predict.evaluate import Of

    Columns = dict[str, NDArray[Any]]

MOST_ROWS = 20


def run(
    screen: Screen,
    *,
    model: Path,
    rows: Origin,
    at: Sequence[Point] = (),
    interval: float | None = None,
    of: str = "row",
    output: Path | None = None,
    missing: str = "error",
    unseen: str = "error",
    even_if_diverged: bool = False,
    **layout: Any,
) -> int:
    """Predict typed points or the rows of a table."""
    if rows.given == bool(at):
        raise UsageError(
            _("predict takes rows (DATA or `--sql`) or typed values (`--at`), one of them"),
            _("for example `--at hours=4`"),
        )
    if at and layout:
        name = f"`--{next(iter(layout))}`"
        raise UsageError(
            _("{name} is for the rows of a table, and `--at` gives typed values", name=name), _("leave one of them out")
        )
    if at and output is not None:
        raise UsageError(
            _("`--output` is for the rows of a table, and `--at` gives typed values"), _("leave one of them out")
        )
    if at and unseen != "error":
        raise UsageError(
            _("`--unseen` is for the rows of a table, and `--at` gives typed values"), _("leave one of them out")
        )
    check_output(output, [*rows.data, model])
    from wxb import load
    from wxb.predict.evaluate import interval_of

    wanted = interval_of(of, interval)
    fitted = load(model)
    fitted.refuse_no_answer(even_if_diverged)
    if at:
        return _points(screen, fitted, at, interval, wanted)
    from wxb.data.layout import laid_out
    from wxb.data.open import open_table

    table = open_table(laid_out(rows.source, layout))
    return _rows(screen, _Blocks(fitted, table, interval, wanted, (missing, unseen)), output)


def _points(screen: Screen, model: Model, at: Sequence[Point], interval: float | None, of: Of) -> int:
    if interval is not None:
        _refuse_interval(model)
    shown = [predict_at(model, point, interval, of) for point in at]
    outside = [text for one in shown for text in one.outside]
    screen.answer(
        {"target": model.target, "level": interval, "of": of, **predictions_record(shown), "warnings": outside}
    )
    if screen.quiet:
        screen.show("\n".join(repr(one.value) for one in shown))
    else:
        show_points(screen, model, shown, interval or 0.95, of)
    screen.warn(outside)
    return 0


def _refuse_interval(model: Model) -> None:
    """Say why there is no interval before giving a number without one."""
    from wxb.predict.evaluate import refuse_interval

    refuse_interval(model)
    if model.inference.freedom == 0:
        raise UsageError(
            _(
                "no interval can be computed: the model has {rows} for as many coefficients",
                rows=counted(model.n, "row"),
            ),
            _("leave `--interval` out, or fit to more rows"),
        )


def _rows(screen: Screen, blocks: _Blocks, output: Path | None) -> int:
    if output is not None:
        names = _written(blocks, output)
        screen.answer({**blocks.record(), "output": str(output)})
        from wxb.report.lines import wrapped

        rows, columns = counted(blocks.rows, "row"), ", ".join(names)
        told = _("saved {output}: {rows} of {columns}", output=output, rows=rows, columns=columns)
        screen.more("\n".join(wrapped(one_line(told), "  ", "    ")))
    elif screen.as_json:
        screen.answer(blocks.collected())
    elif is_terminal(sys.stdout) and not screen.quiet:
        _table(screen, blocks)
    else:
        _text(blocks)
    screen.warn(blocks.warnings)
    return 0


def _written(blocks: _Blocks, output: Path) -> list[str]:
    """Write the table with the predictions beside it; the names of the columns written."""
    from wxb.cli.predict_output import Beside
    from wxb.data.write_table import check_form, table_writer
    from wxb.data.written import as_written
    from wxb.writing import replacing

    form = check_form(output)
    beside = Beside(as_written(blocks.table, form), form, blocks.new, blocks.numbered, blocks.numbers_of(blocks.table))
    types = beside.types() if form in (".parquet", ".pq") else {}
    with replacing(output) as temporary, table_writer(temporary, form, beside.names, types) as writer:
        for numbers, terms, new in blocks.found():
            writer.write(beside.joined(numbers, terms, new))
    return beside.names


class _Blocks:
    """Blocks of the columns to be written: the row's number where some are dropped, the terms, the prediction, its interval."""

    def __init__(
        self,
        model: Model,
        table: Table,
        interval: float | None,
        of: Of,
        policy: tuple[str, str],
    ) -> None:
        self.of: Of = of
        self.model, self.table, self.interval = model, table, interval
        self.missing, unseen = policy
        self.unseen: Any = "nan" if unseen == "drop" and self.missing == "nan" else unseen
        self.numbered = "drop" in (self.missing, self.unseen)  # rows are left out
        self.rows = 0
        self._outside: dict[str, str] = {}
        self._notes: list[str] = []
        self.prediction = f"predicted_{model.target}"
        numbers = ["row"] if self.numbered else []
        ends = [f"{self.prediction}_low", f"{self.prediction}_high"] if interval is not None else []
        self.new = [self.prediction, *ends]
        self.names = [*numbers, *model.design.shown_names, *self.new]

    def numbers_of(self, table: Any) -> dict[str, str]:
        """{column: term} of the columns that hold the very numbers of a term, not words or times that stand for them."""
        design = self.model.design
        if not design.is_plain:
            words = [made.column for made in design.columns if made.tree is None and (made.is_time or made.word)]
            return {name: name for name in design.needed_names if name not in words}
        terms, columns = design.terms, design.sources(table.columns)
        return {column: term.name for column, term in zip(columns, terms) if not (term.is_time or term.word)}

    def __iter__(self) -> Iterator[Columns]:
        for numbers, columns, new in self.found():
            row = [numbers + 1] if self.numbered else []
            yield dict(zip(self.names, [*row, *columns.values(), *new]))

    def found(self) -> Iterator[tuple[NDArray[Any], Columns, list[NDArray[Any]]]]:
        """Of each block the numbers of its rows, the terms, the predictions and their intervals."""
        from wxb.predict.evaluate import predicted_blocks
        from wxb.report.outside import outside

        how: dict[str, Any] = {"missing": self.missing, "unseen": self.unseen, "notes": self._notes}
        for rows in predicted_blocks(self.model, self.table, self.interval, self.of, **how):
            found = rows.prediction
            self.rows += len(found.value)
            for text in outside(self.model, rows.terms):
                self._outside.setdefault(text.partition(" = ")[0], text)
            yield (
                rows.numbers,
                rows.shown,
                [found.value, *([found.low, found.high] if self.interval is not None else [])],
            )

    @property
    def warnings(self) -> list[str]:
        """What should be known; complete when every block was read."""
        return [*self._notes, *self._outside.values()]

    def record(self) -> dict[str, Any]:
        return {
            "target": self.model.target,
            "n": self.rows,
            "level": self.interval,
            "of": self.of,
            "warnings": self.warnings,
        }

    def collected(self) -> dict[str, Any]:
        """All of it in memory, as JSON needs it."""
        lists: dict[str, list[Any]] = {name: [] for name in self.names}
        for columns in self:
            for name, values in columns.items():
                lists[name].extend(values.tolist())
        rows = {"rows": lists["row"]} if self.numbered else {}
        content = {**self.record(), **rows, "predictions": lists[self.prediction]}
        if self.interval is not None:
            content |= {"low": lists[f"{self.prediction}_low"], "high": lists[f"{self.prediction}_high"]}
        return content


def _text(blocks: _Blocks) -> None:
    """All rows as comma-separated text on stdout."""
    from wxb.data.write_table import CommaSeparated
    from wxb.report.time_text import time_kind

    writer: CommaSeparated | None = None
    kinds = {name: time_kind(blocks.model, name) for name in blocks.model.design.shown_names}
    instants = [term for term, kind in kinds.items() if kind is not None and kind.sort == "instant"]
    names = [one_line(name) for name in blocks.names] if is_terminal(sys.stdout) else blocks.names
    for columns in blocks:
        writer = writer or CommaSeparated(sys.stdout, names)
        texts = {name: _instants(blocks.model, name, columns[name]) for name in instants}
        writer.write([texts.get(name, column) for name, column in columns.items()])


def _instants(model: Model, term: str, days: NDArray[Any]) -> NDArray[Any]:
    """A column of instants as text that predicts the same when it is read again; nothing for a missing one."""
    import numpy as np

    from wxb.report.time_text import value_text

    return np.array([value_text(model, term, day) if day == day else "" for day in days.tolist()], dtype=object)


def _table(screen: Screen, blocks: _Blocks) -> None:
    """The first rows as a table, for a person."""
    from wxb.numbers import decimals_for, fixed
    from wxb.report.lines import fits, headed, width

    found = [name for name in blocks.names if name.startswith(blocks.prediction)]
    terms = blocks.names[: len(blocks.names) - len(found)][: max(width() // 16 - len(found), 1)]
    rows: list[tuple[float, ...]] = []
    for columns in blocks:
        room = MOST_ROWS - len(rows)
        rows.extend(zip(*(columns[name][:room].tolist() for name in (*terms, *found))))
    largest = max((abs(value) for row in rows for value in row[len(terms) :]), default=0.0)
    decimals = decimals_for(largest, 5)
    lines_of: list[list[str]] = []
    for row in rows:
        values, predictions = row[: len(terms)], row[len(terms) :]
        shown = (_cell(blocks.model, name, value) for name, value in zip(terms, values))
        lines_of.append([*shown, *(fixed(value, decimals) for value in predictions)])
    lines = headed([*terms, *found], lines_of)
    while not fits(lines) and len(terms) > 1:  # of a narrow page: fewer of the columns
        terms, lines_of = terms[:-1], [[*line[: len(terms) - 1], *line[len(terms) :]] for line in lines_of]
        lines = headed([*terms, *found], lines_of)
    screen.show("\n".join(lines))
    if blocks.rows > MOST_ROWS:
        screen.show(_("  … {rows} more rows; -o predicted.csv writes all", rows=thousands(blocks.rows - MOST_ROWS)))


def _cell(model: Model, name: str, value: Any) -> str:
    """A value of a row as a person reads it: a label, a time, a number."""
    from wxb.numbers import number
    from wxb.report.lines import shortened
    from wxb.report.time_text import value_text

    if value is None or isinstance(value, str | bool):
        return "" if value is None else shortened(str(value), 24)
    return value_text(model, name, value) or number(value, 6)
