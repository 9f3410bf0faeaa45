"""`wxb rates`: learning rates, before the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.cli.progress import Progress
from wxb.cli.screen import Screen
from wxb.report.record import rates_record

if TYPE_CHECKING:
    from wxb.cli.origin import Origin


def run(
    screen: Screen,
    *,
    rows: Origin,
    lr: float | None = None,
    momentum: float = 0.0,
    nesterov: bool = False,
    epochs: int | None = None,
    **options: Any,
) -> int:
    """Judge and show. Exit code 0 whatever the verdict: the question was answered."""
    from wxb.api import fit
    from wxb.learning_rates import rates_of
    from wxb.report.equation import equation

    with Progress(screen) as progress:
        model = fit(rows.source, **options, progress=progress.rows)
    screen.warn(model.warnings)
    found = rates_of(model.bowl)
    if screen.as_json:
        screen.answer(
            {**rates_record(found, lr, momentum, nesterov, epochs), "target": model.target, "warnings": model.warnings}
        )
        return 0
    if screen.quiet:
        from wxb.numbers import readable

        best = readable(found.best_for(momentum, nesterov), 6)
        screen.show(best if lr is None else found.verdict(lr, momentum, nesterov, epochs=epochs).brief)
        return 0
    from wxb.cli.flags import in_flags
    from wxb.report.lines import prose
    from wxb.report.rates_text import rates_text

    screen.show(
        rates_text(
            found,
            lr=lr,
            momentum=momentum,
            nesterov=nesterov,
            epochs=epochs,
            target=equation(model, prose()),
            spelled=in_flags,
        )
    )
    return 0
