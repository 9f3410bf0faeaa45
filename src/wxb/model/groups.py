"""One model per group, in one pass: `fit(data, by="school")["north"]`.

A mapping from label to model, with the coefficients of all groups as arrays. A group whose rows do not determine a model
keeps its reason (`failed`) and has NaN in the arrays; the others are not disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Matrix, Vector
from wxb.arguments import warn
from wxb.covariance.covary import held
from wxb.covariance.errors import Errors
from wxb.data.labels import label_of
from wxb.data.table import Scan, Table
from wxb.design import Design
from wxb.errors import DataError, UsageError, WxbError
from wxb.estimate import Estimate
from wxb.group_solve import solve_groups
from wxb.i18n import _
from wxb.layout import Layout
from wxb.model.assemble import assemble
from wxb.model.group_errors import along, by_group, vary
from wxb.model.group_shares import KeptGroups, SharedGroups, gather, judged
from wxb.model.model import Model
from wxb.model.reported import Reported
from wxb.moments.grouped import GroupSums
from wxb.numbers import numbered
from wxb.passes import cores
from wxb.passes.again import RowPasses
from wxb.passes.grouped import GroupedMoments, GroupMoments
from wxb.passes.labels import Label, by_label
from wxb.printable import foreign
from wxb.question import Question, Running, Selection
from wxb.report.group_table import label_text
from wxb.solve import solve
from wxb.values import Value, short, still

Keep = Literal["labels"] | None
TOGETHER = 64  # groups from which on solving them all at once pays
MOST_TERMS = 16  # terms up to which it does


@dataclass(frozen=True, eq=False)
class Groups(Value, Reported, Mapping[Any, Model]):
    """Models by group label, in the order the labels first appear.

    by : the column of labels, or the columns, whose labels are tuples        terms : p names        target : its name
    dropped_rows : of the whole source, left out because a value, or the label, was missing
    warnings : what the reader noted of the whole source; what should be known of one group is in its model's `warnings`
    design : what the terms are made of
    """

    by: str | tuple[str, ...]
    question: Question
    gathered: GroupedMoments | SharedGroups | KeptGroups
    design: Design
    dropped_rows: int = 0
    warnings: tuple[str, ...] = ()
    _models: dict[Any, Model | WxbError] = field(default_factory=dict, init=False)

    @cached_property
    def _numbers(self) -> dict[Any, int]:
        return {label: number for number, label in enumerate(self.gathered.labels)}

    @cached_property
    def _certain(self) -> NDArray[np.bool_]:
        """(g,) groups solved together for certain; filled by `_coefficients`."""
        return np.zeros(len(self), dtype=np.bool_)

    @property
    def _by(self) -> str:
        return label_text(self.by)

    @property
    def _layout(self) -> Layout:
        return Layout(self.terms, self.question.intercept)

    @property
    def terms(self) -> tuple[str, ...]:
        return self.gathered.terms

    @property
    def target(self) -> str:
        return self.gathered.targets[0]

    @property
    def labels(self) -> list[Any]:
        """g labels, in the order of the arrays."""
        return list(self.gathered.labels)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(g,) rows of each group."""
        return self.gathered.rows

    @property
    def coef(self) -> Matrix:
        """(g, p) weights of each group."""
        return self._coefficients[0]

    @property
    def intercept(self) -> Vector:
        """(g,) intercept of each group."""
        return self._coefficients[1]

    @property
    def failed(self) -> dict[Any, WxbError]:
        """Groups whose rows do not determine a model, with the reason."""
        doubtful = [label for label, b in zip(self.gathered.labels, self.intercept) if np.isnan(b)]
        found = {label: self._model(label) for label in doubtful}
        return {label: reason for label, reason in found.items() if isinstance(reason, WxbError)}

    def __getitem__(self, label: Any) -> Model:
        found = self._model(label)
        if isinstance(found, WxbError):
            raise found
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.gathered.labels)

    def __len__(self) -> int:
        return len(self.gathered.labels)

    def __repr__(self) -> str:
        what = f"{numbered(len(self), 'group')}, {numbered(len(self.terms), 'term')}, {numbered(int(self.rows.sum()), 'row')}"
        return f"Groups({short(self.target)} by {short(self._by)}: {what})"

    def __str__(self) -> str:
        from wxb.report.group_table import group_table

        return group_table(self)

    def save(self, path: str | Path, keep: Keep = None) -> None:
        """Write the models of all groups into one file, which `Groups.load` reads.

        keep : a group of no more rows than coefficients is told by its sums, row by row, and left out of the file, with a warning;
            "labels" keeps it
        """
        from wxb.model.groups_file import save_groups

        said = save_groups(self, path, keep)
        if said:
            warn(said)

    @classmethod
    def load(cls, path: str | Path) -> Groups:
        """The groups of a file that `save` wrote; ModelFileError names the field that is not as it should be."""
        from wxb.model.groups_file import load_groups

        held = load_groups(path)
        groups = cls(held.by, held.question, held.kept, held.design, held.dropped_rows, held.warnings)
        groups._models.update(held.models)
        return groups

    @cached_property
    def _coefficients(self) -> tuple[Matrix, Vector]:
        coef = np.full((len(self), len(self.terms)), np.nan)
        intercept = np.full(len(self), np.nan)
        exactly = np.ones(len(self), dtype=np.bool_)
        together = self._together()
        if together is not None:
            sums, gathered = together.pairs(), self.gathered
            unit = max(gathered.rounding[:-1], default=0.0) if isinstance(gathered, GroupedMoments) else 0.0
            found = solve_groups(
                sums.high, sums.low, sums.exponents, sums.sure, intercept=self.question.intercept, unit=unit
            )
            enough = self.rows > len(self.terms)
            exactly = ~(found.certain & enough)
            coef[~exactly], intercept[~exactly] = found.coef[~exactly], found.intercept[~exactly]
            self._certain[:] = ~exactly
        for number in np.flatnonzero(exactly).tolist():
            found = self._models.get(self.gathered.labels[number])
            try:
                theta = found.theta if isinstance(found, Model) else self._estimate(number).theta
            except WxbError:
                continue
            if not isinstance(found, WxbError):
                coef[number], intercept[number] = self._layout.split(theta)
        return still(coef), still(intercept)

    def _together(self) -> GroupSums | None:
        """The sums of all groups in one place, where solving them all at once pays."""
        gathered = self.gathered
        pays = len(self) >= TOGETHER and len(self.terms) <= MOST_TERMS and self.question.se is None
        return gathered.small if pays and isinstance(gathered, GroupedMoments) and gathered.plain else None

    def _sure_model(self, number: int) -> Model:
        coef, intercept = self._coefficients
        assert isinstance(self.gathered, GroupedMoments)  # others are not solved together
        estimate = Estimate(
            theta=self._layout.join(coef[number], intercept[number]),
            layout=self._layout,
            moments=self.gathered.numbered(number),
            rank=self.question.rank,
        )
        return Model(estimate=estimate, question=self.question, design=self.design)

    def _model(self, label: Any) -> Model | WxbError:
        label = tuple(map(label_of, label)) if isinstance(label, tuple) else label_of(label)
        if label not in self._numbers:
            raise UsageError(
                _("there is no group {label!r} by {by}", label=label, by=self._by), _("`labels` lists the groups")
            )
        if label not in self._models:  # those with other errors than the classical ones are there from the beginning
            number = self._numbers[label]
            if len(self) >= TOGETHER:
                __ = self._coefficients
            if self._certain[number]:  # nothing dropped, rows to spare: the rest is worked out when asked for
                self._models[label] = self._sure_model(number)
                return self._models[label]
            try:
                self._models[label] = self._assembled(label, self._estimate(number))
            except WxbError as error:
                self._models[label] = _of_group(label, error)
        return self._models[label]

    def _assembled(self, label: Any, estimate: Estimate, **varied: Any) -> Model:
        shared = self.gathered.gathered if isinstance(self.gathered, SharedGroups) else ()
        gathered = shared[self._numbers[label]] if shared else None
        return assemble(estimate, self.question, design=self.design, gathered=gathered, **varied)

    def _estimate(self, number: int) -> Estimate:
        gathered = self.gathered
        if isinstance(gathered, KeptGroups):
            return gathered.estimate(number)
        if isinstance(gathered, SharedGroups):
            sums = gathered.sums[number]
            return Estimate.of(sums.minimum(self.question), test_moments=sums.test, fold_moments=sums.folds)
        return Estimate.of(solve(gathered.numbered(number), intercept=self.question.intercept, rank=self.question.rank))


def fit_groups(
    table: Table, scan: Scan, question: Question, selection: Selection, design: Design | None, running: Running
) -> Groups:
    """Models of each group of a table's rows.

    scan : of the selection        design : of categories or a formula, None where terms are columns as they stand
    """
    by = question.selection.by
    assert by
    again = partial(table.scan, selection) if table.rereadable else None
    passes, label = RowPasses(scan, running, again=again, design=design), by_label(*range(len(by)))
    plain = design is None and question.shares.whole
    errors = None if question.se is None else Errors.parse(question.se)
    more = along(errors, passes, question, label, len(by))
    if plain:
        gathered, *brought = passes.each([_together(passes, question, label), *more])
        design = None
    else:
        gathered, design, brought = gather(passes, question, label, len(by), more)
    reading = passes.reading
    if not gathered.labels:
        raise DataError(
            _("{source} has no data rows", source=passes.source), _("a fit needs at least as many rows as coefficients")
        )
    groups = Groups(
        by[0] if len(by) == 1 else by,
        question,
        gathered,
        design or Design.of(passes.scan, question.intercept),
        reading.dropped,
        reading.notes,
    )
    if errors is not None:
        _vary(groups, errors, brought, passes, label)
    if not question.shares.whole:
        _judge(groups, passes, label, len(by))
    for text in reading.cautions:
        warn(text)
    return groups


def _together(passes: RowPasses, question: Question, label: Label) -> GroupMoments:
    """What sums all groups at once."""
    threads, scan = passes.running.threads or cores(), passes.scan
    return GroupMoments(scan.terms, (scan.target,), label=label, precision=question.precision, threads=threads)


def _of_group(label: Any, error: WxbError) -> WxbError:
    return type(error)(
        _("group {label_text}: {what}", label_text=foreign(label_text(label)), what=error.what), error.do
    )


def _vary(groups: Groups, errors: Errors, brought: Sequence[Any], passes: RowPasses, label: Label) -> None:
    """The models of all groups with these errors."""
    estimates, skip = {}, len(groups.question.selection.by or ())
    for number, name in enumerate(groups.gathered.labels):
        try:
            estimates[name] = groups._estimate(number)
        except WxbError as error:
            groups._models[name] = _of_group(name, error)
    tallies = by_group(errors, brought, passes.rereadable, skip)
    before = None if passes.scan.runner is None else brought[-1]
    for name, one in vary(errors, estimates, tallies, passes, groups.question, label, skip, before).items():
        if isinstance(one, WxbError):
            groups._models[name] = _of_group(name, one)
        else:
            clusters = held(errors, [tallies[name]] if name in tallies else [])
            groups._models[name] = groups._assembled(name, estimates[name], errors=one, clusters=clusters)


def _judge(groups: Groups, passes: RowPasses, label: Label, skip: int) -> None:
    """Read the rows once more, for the absolute errors of test rows and folds."""
    failed = groups.failed
    found = {name: groups[name].estimate for name in groups if name not in failed}
    for name, estimate in judged(found, passes, groups.question, label, skip).items():
        groups._models[name] = replace(groups[name], estimate=estimate)
