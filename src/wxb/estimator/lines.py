"""The lines of an estimator, one for each target: sums that rows are added to, and what they come to when it is asked for.

Lines of a fit that goes through the rows (other standard errors, fast sums) have no sums, and nothing can be added to them.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from wxb.arguments import warn
from wxb.data.block import block_rows
from wxb.data.numbers import dtype_kind
from wxb.data.plain_arrays import term_names
from wxb.data.selection import Selection
from wxb.design import Design, Made
from wxb.errors import DataError, UsageError
from wxb.estimator.rows import RowSums, dense
from wxb.i18n import _
from wxb.layout import Layout
from wxb.model.fit import fit, of_sums
from wxb.numbers import counted, thousands
from wxb.printable import show
from wxb.solve import told_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wxb.model.model import Model
    from wxb.moments import Moments
    from wxb.question import Question, Running

FEW = 5  # names in one line of text


@dataclass(kw_only=True)
class Lines:
    """terms, targets : names of the columns        flat : whether there is one target, given as (n,)

    dtypes : of X and y, wide enough for all pieces        models : one for each target, () until solved
    places : of the columns that the models are made of; None for all
    asked : the question of rows that came in pieces, and how it runs
    """

    terms: tuple[str, ...]
    targets: tuple[str, ...]
    flat: bool
    dtypes: tuple[Any, Any]
    sums: RowSums | None = None
    models: tuple[Model, ...] = ()
    places: list[int] | None = None
    asked: Any = None

    @classmethod
    def of(cls, X: Any, y: NDArray[Any], given: Any, terms: tuple[str, ...] | None) -> Lines:
        """Those of checked arrays, named as X and the target that was given are."""
        terms = term_names(X.shape[1]) if terms is None else terms
        targets = target_names(given, 1 if y.ndim == 1 else y.shape[1], terms)
        for names in (terms, targets):
            if len(set(names)) < len(names):
                twice = next(name for name in names if names.count(name) > 1)
                raise DataError(
                    _("two columns are called {name}", name=show(twice)), _("give every column its own name")
                )
        return cls(terms=terms, targets=targets, flat=y.ndim == 1, dtypes=(X.dtype, y.dtype))

    @property
    def solved(self) -> bool:
        return bool(self.models)

    def meet(self, X: Any, y: NDArray[Any]) -> None:
        """Make ready for more rows, checked: UsageError where there are no sums to add to, DataError for other targets."""
        if self.sums is None:
            raise UsageError(
                _("this fit went through its rows and keeps no sums that others could be added to"),
                _("fit anew without `se=` and `precision=`, then add"),
            )
        if y.ndim != (1 if self.flat else 2) or y.size != len(y) * len(self.targets):
            raise DataError(
                _(
                    "y has {targets}, and that of the rows before had {before}",
                    targets=_shape(y.ndim == 1, y.size // len(y)),
                    before=_shape(self.flat, len(self.targets)),
                ),
                _("give the same targets in every piece"),
            )
        mine, theirs = self.dtypes, (X.dtype, y.dtype)
        if mine != theirs:
            self.dtypes = np.result_type(mine[0], theirs[0]), np.result_type(mine[1], theirs[1])

    def add(self, X: Any, y: NDArray[Any], weights: Any, threads: int | None) -> None:
        """Add rows to the sums; what was solved is so no more."""
        self.sums = self.sums or RowSums(self.terms, self.targets)
        self.sums.add(X, y, weights, threads)
        self.models, self.places = (), None

    def take(self, X: NDArray[np.float64], y: NDArray[np.float64], threads: int | None) -> bool:
        """Add rows to the sums, (n, p) and (n,), or leave all as it is: `RowSums.take` says when."""
        if self.sums is None or not self.flat or not self.sums.take(X, y, threads):
            return False
        self.models, self.places = (), None
        return True

    def __copy__(self) -> Lines:
        """Lines that rows may be added to without those of the original becoming more."""
        return replace(self, sums=copy(self.sums))

    def solve(self, question: Question, running: Running) -> None:
        """The line of each target from the sums."""
        assert self.sums is not None
        moments, ranges = self.sums.moments, self.sums.ranges
        if not moments.rows:
            raise DataError(_("no row counts, for every weight is 0"), _("give some row a positive weight"))
        few = moments.rows < len(Layout(self.terms, question.intercept))
        if few and question.rank == "drop" and not getattr(question.method, "any_rows", False):
            moments, ranges = self._narrowed(moments, ranges, question.intercept)
        kinds = [dtype_kind(dtype) for dtype in self.dtypes]
        made = tuple(Made(name=term, sources=(term,), kind=kinds[0]) for term in moments.terms)
        models = []
        for target in self.targets:
            design = Design.plain(made, Made(name=target, sources=(target,), kind=kinds[1]), question.intercept)
            one = moments if len(self.targets) == 1 else moments.of_target(target)
            read = {"design": design, "column_ranges": ranges, "source_rows": self.sums.rows}
            models.append(of_sums(one, question, running, **read))
        self.models = tuple(models)

    def _narrowed(self, moments: Moments, ranges: Any, intercept: bool) -> tuple[Moments, Any]:
        """The sums of the columns that fewer rows than coefficients tell apart; the later ones give way, and it is said."""
        left = told_apart(moments, intercept=intercept)
        left = left if left or intercept else moments.terms[:1]
        self.places = [place for place, term in enumerate(self.terms) if term in set(left)]
        gone = [show(term) for term in self.terms if term not in set(left)]
        named = ", ".join(gone[:FEW]) + (" …" if len(gone) > FEW else "")
        warn(
            _(
                "{rows} for {count} coefficients: {gone} of {all} columns give way, and their coefficients are 0 ({named})",
                rows=counted(moments.rows, "row"),
                count=thousands(len(Layout(self.terms, intercept))),
                gone=thousands(len(gone)),
                all=thousands(len(self.terms)),
                named=named,
            )
        )
        return moments.select(left), None if ranges is None else tuple(ranges[place] for place in self.places)

    def solve_rows(self, X: NDArray[Any], y: NDArray[Any], weights: Any, question: Question, running: Running) -> None:
        """The line of each target from the rows, where it does not follow from sums alone."""
        columns: dict[str, Any] = dict(zip(self.terms, X.T)) | dict(zip(self.targets, y.T))
        weighted = None
        if weights is not None:
            weighted = _free("w", columns)
            columns[weighted] = weights
        chosen = [Selection(target=target, features=self.terms, weights=weighted) for target in self.targets]
        found = [fit(columns, replace(question, selection=one), running) for one in chosen]
        self.models = cast("tuple[Model, ...]", tuple(found))  # no groups: none are asked for

    @property
    def coef(self) -> NDArray[np.float64]:
        """(p,) or (t, p)."""
        found = np.zeros((len(self.models), len(self.terms)))
        for line, model in zip(found, self.models):
            line[slice(None) if self.places is None else self.places] = model.coef
        return found[0] if self.flat else found

    @property
    def intercept(self) -> float | NDArray[np.float64]:
        """b or (t,)."""
        found = [model.intercept for model in self.models]
        return found[0] if self.flat else np.array(found)

    @property
    def rank(self) -> int:
        """Columns that did not give way."""
        model = self.models[0]
        return len(model.terms) - len(model.dropped)

    def predict(self, X: Any) -> NDArray[np.float64]:
        """(m,) or (m, t); of a sparse matrix a block of rows at a time."""
        step = block_rows(X.shape[1]) if hasattr(X, "toarray") else max(1, X.shape[0])
        parts = [self._predicted(dense(X[start : start + step])) for start in range(0, X.shape[0], step)]
        found = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return found[:, 0] if self.flat else found

    def _predicted(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """(m, t)."""
        X = X if self.places is None else X[:, self.places]
        if not X.shape[1]:
            return np.tile([model.intercept for model in self.models], (len(X), 1))
        return np.column_stack([model.predict(X) for model in self.models])


def _shape(flat: bool, count: int) -> str:
    return _("one number a row") if flat else counted(count, "column")


def target_names(given: Any, count: int, terms: Sequence[str]) -> tuple[str, ...]:
    """What the targets are called: as their series or frame says, unless a term is called so; else y, or y1, y2 …"""
    columns = getattr(given, "columns", None)
    named = [getattr(given, "name", None)] if columns is None else list(columns)
    texts = tuple(name for name in named if isinstance(name, str) and name and name not in terms)
    if len(texts) == len(named) == count:
        return texts
    plain = ["y"] if count == 1 else [f"y{j}" for j in range(1, count + 1)]
    return tuple(_free(name, terms) for name in plain)


def _free(name: str, taken: Container[str]) -> str:
    """The name, or it with so many underscores that nothing is called so."""
    while name in taken:
        name += "_"
    return name
