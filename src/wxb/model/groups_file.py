"""A file of groups: a JSON object with the model of each under its label (`wxb.model.file`), and why some have none.

    {"format": "wxb groups", "version": 1, "by": ["school"], "groups": [{"label": ["north"], "model": {…}}, …],
     "failed": [{"label": ["west"], "what": …, "do": …}], "withheld": [{"label": ["east"], "rows": 2}], …}

A group of no more rows than coefficients is told by its sums, row by row: it is not in the file unless `keep="labels"` asks for it.
Labels that are neither text nor numbers (dates) are kept as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from wxb import arguments
from wxb.advice import Advice
from wxb.errors import NumericalError, WxbError
from wxb.fields import Reader
from wxb.i18n import _, _n
from wxb.model.file import FORMAT as MODEL
from wxb.model.file import OLDEST, Keep, model_to_json
from wxb.model.file import VERSION as MODEL_VERSION
from wxb.model.group_shares import KeptGroups
from wxb.model.loading import model_of
from wxb.numbers import counted
from wxb.printable import foreign, json_text
from wxb.values import still
from wxb.writing import refuse_other, write_atomically

if TYPE_CHECKING:
    from wxb.design import Design
    from wxb.model.model import Model
    from wxb.question import Question

FORMAT, VERSION = "wxb groups", 1


class Saved(Protocol):
    """What a file holds of groups (`wxb.model.groups.Groups`)."""

    @property
    def by(self) -> str | tuple[str, ...]: ...
    @property
    def rows(self) -> Any: ...
    @property
    def failed(self) -> dict[Any, WxbError]: ...
    @property
    def dropped_rows(self) -> int: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __getitem__(self, label: Any, /) -> Model: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a file held; `models` has the model of each label, or why it has none."""

    by: str | tuple[str, ...]
    question: Question
    kept: KeptGroups
    design: Design
    dropped_rows: int
    warnings: tuple[str, ...]
    models: dict[Any, Model | WxbError]


def save_groups(groups: Saved, path: str | Path, keep: Keep = None) -> str:
    """Write the groups atomically. Gives what should be known of the file, or ""."""
    path = arguments.path("path", path)
    if keep not in (None, "labels"):
        raise arguments.wrong("keep", _('"labels", or None'), keep)
    refuse_other(path, (f'"{FORMAT}"'.encode(),), _("groups that wxb saved"))
    failed, rows = groups.failed, dict(zip(groups, groups.rows.tolist()))
    models = {label: groups[label] for label in groups if label not in failed}
    few = [label for label, model in models.items() if keep is None and _tells_rows(model)]
    by = groups.by if isinstance(groups.by, tuple) else (groups.by,)
    content = {
        "format": FORMAT,
        "version": VERSION,
        "by": list(by),
        "dropped_rows": groups.dropped_rows,
        "warnings": list(groups.warnings),
        "groups": [
            {"label": _parts(label), "model": model_to_json(model, keep)}
            for label, model in models.items()
            if label not in few
        ],
        "failed": [
            {"label": _parts(label), "rows": rows[label], "what": error.what, "do": error.do}
            for label, error in failed.items()
        ],
        "withheld": [{"label": _parts(label), "rows": rows[label]} for label in few],
    }
    write_atomically(path, json_text(content, indent=1) + "\n")
    return _remark(len(few), keep, any(_tells_rows(model) for model in models.values()))


def _remark(few: int, keep: Keep, tells: bool) -> str:
    if few:
        return _n(
            "{groups} of so few rows that its sums would tell these are not in the file ({keep} keeps them)",
            "{groups} of so few rows that their sums would tell these are not in the file ({keep} keeps them)",
            few,
            groups=counted(few, "group"),
            keep=Advice("keep", "labels"),
        )
    return _("the file holds sums of groups of few rows, which tell these") if keep is not None and tells else ""


def _tells_rows(model: Model) -> bool:
    """Whether the sums in the file of a model would be those of its rows, one by one."""
    return model.design.is_plain and model.moments.rows < model.moments.ledger.width


def _parts(label: Any) -> list[Any]:
    parts = label if isinstance(label, tuple) else (label,)
    return [part if isinstance(part, str | bool | int | float) else str(part) for part in parts]


def _withheld(label: Any, rows: int) -> WxbError:
    """What is said of a group that is not in the file."""
    what = _(
        "group {label}: {rows}, whose sums would tell these: it is not in the file",
        label=foreign(str(label)),
        rows=counted(rows, "row"),
    )
    return NumericalError(what, _("save it with {keep}, or fit it anew", keep=Advice("keep", "labels")))


def load_groups(path: str | Path) -> Loaded:
    """What `save_groups` wrote; ModelFileError names the field that is not as it should be."""
    reader = Reader.open(arguments.path("path", path), FORMAT, VERSION)
    by, dropped = reader.texts("by"), reader.integer("dropped_rows")
    if not by:
        raise reader.get("by").fail(_("must name a column"))
    found: dict[Any, Model | WxbError] = {}
    rows: dict[Any, int] = {}
    for one in reader.objects("groups"):
        label = _label(one, by)
        found[label] = model = model_of(_model_in(one))
        rows[label] = model.n
    for one in reader.objects("failed"):
        label = _label(one, by)
        found[label], rows[label] = NumericalError(one.text("what"), one.text("do")), one.integer("rows")
    for one in reader.objects("withheld"):
        label = _label(one, by)
        rows[label] = one.integer("rows")
        found[label] = _withheld(label, rows[label])
    warnings = reader.texts("warnings")
    reader.done()
    models = {label: model for label, model in found.items() if not isinstance(model, WxbError)}
    first = next(iter(models.values()), None)
    if first is None:
        raise reader.get("groups").fail(_("hold no model"))
    other = next((label for label, model in models.items() if _line(model) != _line(first)), None)
    if other is not None:
        raise reader.get("groups").fail(
            _("are of different lines: {other!r} has other terms than the first", other=other)
        )
    kept = KeptGroups(
        found={label: one if isinstance(one, WxbError) else one.estimate for label, one in found.items()},
        rows=still(np.array(list(rows.values()), dtype=np.int64)),
        terms=first.terms,
        targets=(first.target,),
    )
    return Loaded(
        by=by[0] if len(by) == 1 else by,
        question=first.question,
        kept=kept,
        design=first.design,
        dropped_rows=dropped,
        warnings=warnings,
        models=found,
    )


def _model_in(reader: Reader) -> Reader:
    """The model of a group, as a file of its own would hold it."""
    found = reader.object("model")
    if found.text("format") != MODEL or not OLDEST <= found.integer("version") <= MODEL_VERSION:
        raise found.fail(_("is not a model of a version that this wxb reads"))
    return found


def _line(model: Model) -> tuple[Any, ...]:
    return model.terms, model.target, model.layout.intercept


def _label(reader: Reader, by: tuple[str, ...]) -> Any:
    parts = []
    for part in reader.items("label"):
        if not isinstance(part.content, str | bool | int | float):
            raise part.fail(_("must be a text, a number, true or false"))
        parts.append(part.content)
    if len(parts) != len(by):
        raise reader.get("label").fail(
            _n("must have {n} part, one for each column", "must have {n} parts, one for each column", len(by))
        )
    return parts[0] if len(parts) == 1 else tuple(parts)
