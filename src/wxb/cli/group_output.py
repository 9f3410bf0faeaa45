"""What `wxb fit --by` shows: a table of groups, and predictions of each at typed points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wxb.cli.screen import Screen
from wxb.cli.shown_points import predict_at, show_points
from wxb.cli.values import Point
from wxb.cli.wishes import Wishes
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.numbers import thousands
from wxb.printable import show

if TYPE_CHECKING:
    from wxb.model.groups import Groups
    from wxb.report.record import Shown

MOST_FAILED = 20


def show_groups(screen: Screen, groups: Groups, wishes: Wishes) -> int:
    from wxb.report.group_table import group_table
    from wxb.report.record import groups_record

    shown = predictions(groups, wishes.at, wishes.interval)
    screen.warn(groups.warnings)
    if screen.as_json:
        screen.answer(groups_record(groups, wishes.interval, shown))
    else:
        screen.show(group_table(groups, warnings=False, rest=_("--json gives all")), heading=True)
        _show_points(screen, groups, shown, wishes.interval)
    if wishes.save is not None:
        from wxb.model.groups_file import save_groups

        said = save_groups(groups, wishes.save, wishes.keep)
        screen.warn([said] if said else [])
        screen.saved(wishes.save)
    failed = groups.failed
    screen.warn(error.what for error in list(failed.values())[:MOST_FAILED])
    if len(failed) > MOST_FAILED:
        screen.warn([_("… and {count} more groups without a model", count=len(failed) - MOST_FAILED)])
    return 1 if failed and len(failed) == len(groups) else 0


def predictions(groups: Groups, points: Sequence[Point], level: float) -> dict[Any, list[Shown]]:
    """What each group predicts at typed points: all of them, or the one that a point names, `hours=4,school=north`."""
    found: dict[Any, list[Shown]] = {}
    failed = groups.failed if points else {}
    for point in points:
        terms = {name: text for name, text in point.items() if name not in _columns(groups)}
        asked = _asked(groups, point)
        if all(label in failed for label in asked) and len(terms) < len(point):
            raise failed[asked[0]]
        for label in asked:
            if label not in failed:
                found.setdefault(label, []).append(predict_at(groups[label], terms, level))
    return found


def _asked(groups: Groups, point: Point) -> list[Any]:
    """The labels that a point speaks of."""
    columns = _columns(groups)
    wanted = [(place, name, point[name]) for place, name in enumerate(columns) if name in point]
    labels = list(groups)
    for place, name, text in wanted:
        found = [label for label in labels if str(_parts(label)[place]) == text]
        if not found:
            from difflib import get_close_matches

            known = list(dict.fromkeys(str(_parts(label)[place]) for label in labels))
            near = get_close_matches(text, known, 1)
            do = (
                _("did you mean {near}?", near=show(near[0]))
                if near
                else _("there are {known}", known=", ".join(map(show, known[:12])))
            )
            raise UsageError(_("`--at {name}={text}`: there is no such group", name=name, text=text), do)
        labels = found
    return labels


def _columns(groups: Groups) -> tuple[str, ...]:
    return groups.by if isinstance(groups.by, tuple) else (groups.by,)


def _parts(label: Any) -> tuple[Any, ...]:
    return label if isinstance(label, tuple) else (label,)


def _show_points(screen: Screen, groups: Groups, shown: Mapping[Any, Sequence[Shown]], level: float) -> None:
    from wxb.report.group_table import MOST_GROUPS

    for label in list(shown)[:MOST_GROUPS]:
        of = ", ".join(f"{name} = {part}" for name, part in zip(_columns(groups), _parts(label)))
        show_points(screen, groups[label], shown[label], level, group=of)
    if len(shown) > MOST_GROUPS:
        screen.show(_("  … {count} more groups; --json gives all", count=thousands(len(shown) - MOST_GROUPS)))
