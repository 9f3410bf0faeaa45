"""`wxb residuals`: the rows of a fit once more: which stand out, what they say against the errors, each row with its error."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wxb.cli.outputs import check_output
from wxb.cli.screen import Screen
from wxb.i18n import N_, _
from wxb.numbers import counted
from wxb.printable import one_line

if TYPE_CHECKING:
    from wxb.cli.origin import Origin
    from wxb.data.table import Table
    from wxb.diagnostics import ChiSquared, Diagnostics, StandingOut
    from wxb.model.model import Model


def run(
    screen: Screen,
    *,
    model: Path,
    rows: Origin,
    output: Path | None = None,
    largest: int = 5,
    white: bool = False,
    qq: int = 0,
    label: str | None = None,
    weights: str | None = None,
    frequency: str | None = None,
    threads: int | None = None,
    **layout: Any,
) -> int:
    """Look at the rows; with `output` also write each of them with its error beside it."""
    check_output(output, [*rows.data, model])
    from wxb import load
    from wxb.data.layout import laid_out
    from wxb.data.open import open_table
    from wxb.diagnostics.diagnose import diagnose
    from wxb.diagnostics.reading import scan_of
    from wxb.report.lines import folded

    fitted = load(model)
    table = open_table(laid_out(rows.source, layout), threads=threads)
    columns: Any = {"weights": weights, "frequency": frequency}
    if fitted.penalised is not None:
        return _under_penalty(screen, fitted, table, columns, output)
    found = diagnose(
        fitted,
        scan_of(fitted, table, label=label, **columns),
        largest=largest,
        white=white,
        quantiles=qq,
        threads=threads,
    )
    count = 0 if output is None else _written(fitted, table, columns, output)
    screen.answer(record(found) | ({} if output is None else {"output": str(output)}))
    text = str(found) if not screen.quiet else str(found).split("\n\n", 1)[1]
    screen.show("\n".join(folded(text)))
    if output is not None:
        _saved(screen, N_("saved {output}: {rows}, each with its error, leverage, distance"), output, count)
    screen.warn(found.notes)
    return 0


def _under_penalty(screen: Screen, model: Model, table: Table, columns: dict[str, Any], output: Path | None) -> int:
    """Of a line under a penalty there are the errors of rows, and nothing that these say against it."""
    from wxb.diagnostics.rows import unknown_of_rows

    if output is None:
        model.estimate.refuse_penalised(_("leverage"), _("`-o F.csv` writes each row with its error"))
    assert output is not None
    rows, unknown = _written(model, table, columns, output), [unknown_of_rows()]
    screen.answer({"target": model.target, "n": rows, "warnings": unknown, "output": str(output)})
    _saved(screen, N_("saved {output}: {rows}, each with its error"), output, rows)
    screen.warn(unknown)
    return 0


def _saved(screen: Screen, text: str, output: Path, rows: int) -> None:
    from wxb.report.lines import wrapped

    told = _(text, output=output, rows=counted(rows, "row"))
    screen.more("\n".join(wrapped(one_line(told), "  ", "    ")))


def _written(model: Model, table: Table, named: dict[str, Any], output: Path) -> int:
    """Write the table with what the line made of each row beside it; how many rows."""
    from wxb.cli.predict_output import Beside
    from wxb.data.write_table import check_form, table_writer
    from wxb.data.written import as_written
    from wxb.diagnostics.reading import scan_of
    from wxb.diagnostics.rows import NEW, beside
    from wxb.writing import replacing

    form, rows = check_form(output), 0
    columns = [*model.design.columns, model.design.target]
    numbers = {column.column: column.column for column in columns if not (column.is_time or column.word)}
    dropped = model.question.selection.missing == "drop"
    writer_of = Beside(as_written(table, form), form, NEW, dropped, numbers)
    types = writer_of.types() if form in (".parquet", ".pq") else {}
    with replacing(output) as temporary, table_writer(temporary, form, writer_of.names, types) as writer:
        for numbered, block, new in beside(model, scan_of(model, table, **named)):
            assert block.target is not None
            read = dict(zip([one.column for one in columns], [one.values for one in (*block.features, block.target)]))
            writer.write(writer_of.joined(numbered, read, new))
            rows += len(numbered)
    return rows


def record(found: Diagnostics) -> dict[str, Any]:
    """The answer for a machine; rows are counted from 1."""
    quantiles = found.quantiles
    return {
        "target": found.target,
        "n": found.n,
        "k": found.k,
        "errors": {kind: errors.tolist() for kind, errors in found.errors.items()},
        "leverage": _rows(found.leverage),
        "cook": _rows(found.cook),
        "studentised": _rows(found.studentised),
        "press": found.press,
        "predicted_r2": found.predicted_r2,
        "durbin_watson": found.durbin_watson,
        "breusch_pagan": _test(found.breusch_pagan),
        "white": None if found.white is None else _test(found.white),
        "jarque_bera": _test(found.jarque_bera)
        | {"skewness": found.jarque_bera.skewness, "kurtosis": found.jarque_bera.kurtosis},
        "quantiles": None
        if quantiles is None
        else {
            "normal": quantiles.normal.tolist(),
            "residual": quantiles.residual.tolist(),
            "within": quantiles.accuracy,
        },
        "warnings": list(found.notes),
    }


def _rows(rows: tuple[StandingOut, ...]) -> list[dict[str, Any]]:
    return [{"row": one.row + 1, "value": one.value, "label": one.label} for one in rows]


def _test(test: ChiSquared) -> dict[str, Any]:
    return {"chi2": test.statistic, "df": test.freedom, "p": test.p}
