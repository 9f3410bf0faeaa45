"""`wxb rates` in plain text: the verdict asked for, the table of rates, and what would change them."""

from __future__ import annotations

from collections.abc import Callable

from wxb.i18n import N_, _
from wxb.learning_rates import Rates
from wxb.learning_rates.table import Row, rows_of
from wxb.numbers import counted, readable, round_down, told_apart
from wxb.printable import cells, one_line, printable
from wxb.report.lines import TIED, folded, pad, prose, wrapped

__all__ = ["rates_head", "rates_table", "rates_text", "rates_ways"]


def rates_text(
    rates: Rates,
    *,
    lr: float | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    epochs: int | None = None,
    target: str = "",
    spelled: Callable[[str], str] = str,
) -> str:
    """The whole answer: the verdict on `lr` when one is asked about, the table, the causes and the ways to do better.

    spelled : how a face writes advice; str as Python does
    """
    parts = [] if lr is None else [spelled(rates.verdict(lr, momentum, nesterov, epochs=epochs).text)]
    table = rates_table(rates, lr=lr, momentum=momentum, nesterov=nesterov, epochs=epochs)
    parts += [rates_head(rates, target, momentum, nesterov), table]
    parts.append("\n".join(rates_ways(rates, momentum, nesterov)))
    return printable("\n".join(folded("\n\n".join(parts))))


def rates_table(
    rates: Rates,
    *,
    lr: float | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    epochs: int | None = None,
    mark: str = N_("asked"),
) -> str:
    """Rates in ascending order and what happens at each; the one asked for is marked."""
    rows = rows_of(rates, lr, momentum, nesterov, epochs)
    shown = [_rate(row) for row in rows]
    width = max(map(len, shown))
    lines = [f" {pad(_('rate'), width, right=False)}  {_('what happens')}"]
    for cell, row in zip(shown, rows):
        start, later = f" {cell:<{width}}  ", " " * (width + 3)
        arrow = f"   ←{TIED}{_(mark)}" if row.asked else ""
        lines += wrapped(f"{row.text}{arrow}", start, later)
    return "\n".join(lines)


def _rate(row: Row) -> str:
    # The limit is cut, not rounded: a rate printed here as the limit must not be above it.
    return readable(round_down(row.rate, 5), 5) if row.role == "limit" else readable(row.rate, 5)


def rates_head(rates: Rates, target: str, momentum: float, nesterov: bool) -> str:
    smallest, largest = readable(float(rates.eigenvalues[-1])), readable(float(rates.eigenvalues[0]))
    curvature = largest if rates.condition < 1 + 1e-9 else f"{smallest} … {largest}"
    about = _about(counted(rates.bowl.rows, "row"), momentum, nesterov)
    head = f"{target}: {about}" if target else about
    head = head if cells(head) <= prose() else f"{target}:\n{about}"
    told = _("curvature {curvature} · condition {condition}", curvature=curvature, condition=readable(rates.condition))
    return f"{head}\n{told}"


def _about(rows: str, momentum: float, nesterov: bool) -> str:
    if not momentum:
        return _("mean squared error of {rows}", rows=rows)
    beta = readable(momentum)
    if nesterov:
        return _("mean squared error of {rows} by Nesterov momentum {beta}", rows=rows, beta=beta)
    return _("mean squared error of {rows} by momentum {beta}", rows=rows, beta=beta)


def rates_ways(rates: Rates, momentum: float, nesterov: bool) -> list[str]:
    shares = ", ".join(
        f"{one_line(term)} {100 * share:.3g} %" for term, share in rates.steepest.shares[:3] if share >= 0.001
    )
    lines = [_(" steepest  {shares}", shares=shares)] if rates.condition > 1.001 else []
    if not momentum:
        lr, beta = rates.best_pair()
        if beta > 0.01:
            pace = rates.verdict(lr, beta).pace
            most = told_apart(beta, 1.0)[0]
            lines.append(_(" momentum  lr {lr} with momentum {beta}: {pace}", lr=readable(lr), beta=most, pace=pace))
    scaled = rates.scaled()
    if scaled.condition < rates.condition / 1.5:
        lines.append(_(" scaling   {change}", change=scaled.change))
    if rates.bowl.rows > 1:
        limit = rates.limit(momentum, nesterov) / rates.bowl.rows
        lines.append(_(" sum       of squares instead of their mean: the limit is {limit}", limit=readable(limit)))
    if rates.flat:
        told = _(" flat      {count} direction(s) do not change the cost: terms are collinear", count=rates.flat)
        lines.append(told)
    return lines
