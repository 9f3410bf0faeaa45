"""`wxb update`, `merge`, `forget`: models as sums."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wxb.cli.outputs import check_output
from wxb.cli.saving import save
from wxb.cli.screen import Screen
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.numbers import counted, thousands
from wxb.report.record import model_record

if TYPE_CHECKING:
    from wxb.cli.origin import Origin
    from wxb.model.model import Model


Keep = Literal["labels"] | None


def update(screen: Screen, *, model: Path, rows: Origin, output: Path, keep: Keep = None, **options: Any) -> int:
    """Add rows."""
    return _changed(screen, model, "+", rows, (output, keep), options)


def forget(screen: Screen, *, model: Path, rows: Origin, output: Path, keep: Keep = None, **options: Any) -> int:
    """Take rows away."""
    return _changed(screen, model, "−", rows, (output, keep), options)


def _changed(
    screen: Screen, model: Path, sign: str, rows: Origin, file: tuple[Path, Keep], options: dict[str, Any]
) -> int:
    check_output(file[0], rows.data, "model")
    from wxb import api, load

    before = load(model)
    after = (api.update if sign == "+" else api.forget)(before, rows.source, **options)
    changed = counted(abs(after.n - before.n), "row")
    sums = f"{counted(before.n, 'row')} {sign} {changed} = {counted(after.n, 'row')}"
    return _finish(screen, before, after, file, sums)


def merge(screen: Screen, *, models: list[Path], output: Path, keep: Keep = None) -> int:
    """Add models."""
    check_output(output, (), "model")
    if len(models) < 2:
        raise UsageError(_("merge takes two models or more"), "wxb merge A.json B.json -o C.json")
    from wxb import api, load

    parts = [load(path) for path in models]
    after = api.merge(*parts)
    return _finish(
        screen,
        parts[0],
        after,
        (output, keep),
        f"{' + '.join([*(thousands(m.n) for m in parts[:-1]), counted(parts[-1].n, 'row')])} = {counted(after.n, 'row')}",
    )


def _finish(screen: Screen, before: Model, model: Model, file: tuple[Path, Keep], sum_of_rows: str) -> int:
    from wxb.cli.flags import in_flags
    from wxb.covariance.errors import Errors
    from wxb.model.combine import classical_now
    from wxb.report.equation import equation
    from wxb.report.summary import summary

    save(screen, model, *file)
    had = before.question.se
    lost = (classical_now(Errors.parse(had)),) if had is not None and model.question.se is None else ()
    screen.warn((*model.warnings, *lost))
    screen.answer({**model_record(model), "output": str(file[0])})
    if screen.quiet:
        screen.show(equation(model, None))
    else:
        screen.show(sum_of_rows)
        screen.show("")
        screen.show(
            summary(model, next_step="", warnings=False, spelled=in_flags, rest=_("--json has them")), heading=True
        )
        screen.saved(file[0])
    return 0
