"""`wxb rates` in plain text: the verdict asked for, the table of rates, and what would change them."""

from __future__ import annotations

from collections.abc import Callable

from wxb.learning_rates import Rates
from wxb.learning_rates.table import Row, rows_of
from wxb.numbers import readable, round_down, told_apart
from wxb.printable import cells, one_line, printable
from wxb.report.lines import TIED, WIDTH, folded, wrapped

__all__ = ["rates_table", "rates_text"]


def rates_text(
    rates: Rates,
    *,
    lr: float | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    target: str = "",
    spelled: Callable[[str], str] = str,
) -> str:
    """The whole answer: the verdict on `lr` when one is asked about, the table, the causes and the ways to do better.

    spelled : how a face writes advice; str as Python does
    """
    parts = [] if lr is None else [spelled(rates.verdict(lr, momentum, nesterov).text)]
    parts += [_head(rates, target, momentum, nesterov), rates_table(rates, lr=lr, momentum=momentum, nesterov=nesterov)]
    parts.append("\n".join(_ways(rates, momentum, nesterov)))
    return printable("\n".join(folded("\n\n".join(parts))))


def rates_table(
    rates: Rates, *, lr: float | None = None, momentum: float = 0.0, nesterov: bool = False, mark: str = "asked"
) -> str:
    """Rates in ascending order and what happens at each; the one asked for is marked."""
    rows = rows_of(rates, lr, momentum, nesterov)
    shown = [_rate(row) for row in rows]
    width = max(map(len, shown))
    lines = [f" {'rate':<{width}}  what happens"]
    for cell, row in zip(shown, rows):
        start, later = f" {cell:<{width}}  ", " " * (width + 3)
        arrow = f"   ←{TIED}{mark}" if row.asked else ""
        lines += wrapped(f"{row.text}{arrow}", start, later)
    return "\n".join(lines)


def _rate(row: Row) -> str:
    # The limit is cut, not rounded: a rate printed here as the limit must not be above it.
    return readable(round_down(row.rate, 5), 5) if row.role == "limit" else readable(row.rate, 5)


def _head(rates: Rates, target: str, momentum: float, nesterov: bool) -> str:
    smallest, largest = readable(float(rates.eigenvalues[-1])), readable(float(rates.eigenvalues[0]))
    method = f" by {'Nesterov ' if nesterov else ''}momentum {readable(momentum)}" if momentum else ""
    curvature = largest if rates.condition < 1 + 1e-9 else f"{smallest} … {largest}"
    about = f"mean squared error of {rates.bowl.rows} rows{method}"
    head = f"{target}: {about}" if target else about
    head = head if cells(head) <= WIDTH else f"{target}:\n{about}"
    return f"{head}\ncurvature {curvature} · condition {readable(rates.condition)}"


def _ways(rates: Rates, momentum: float, nesterov: bool) -> list[str]:
    shares = ", ".join(
        f"{one_line(term)} {100 * share:.3g} %" for term, share in rates.steepest.shares[:3] if share >= 0.001
    )
    lines = [f" steepest  {shares}"] if rates.condition > 1.001 else []
    if not momentum:
        lr, beta = rates.best_pair()
        if beta > 0.01:
            pace = rates.verdict(lr, beta).pace
            lines.append(f" momentum  lr {readable(lr)} with momentum {told_apart(beta, 1.0)[0]}: {pace}")
    scaled = rates.scaled()
    if scaled.condition < rates.condition / 1.5:
        lines.append(f" scaling   {scaled.text.removeprefix('standardise: ')}")
    if rates.bowl.rows > 1:
        limit = rates.limit(momentum, nesterov) / rates.bowl.rows
        lines.append(f" sum       of squares instead of their mean: the limit is {readable(limit)}")
    if rates.flat:
        lines.append(f" flat      {rates.flat} direction(s) do not change the cost: terms are collinear")
    return lines
