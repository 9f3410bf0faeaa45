"""One model per group, in one pass: `fit(data, by="school")["north"]`.

A mapping from label to model. The moments of all groups are gathered together; a group whose rows do not determine a model
keeps its reason instead, and the others are not disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wxb.data.table import Scan
from wxb.errors import DataError, UsageError, WxbError
from wxb.model.gather import Progress
from wxb.model.model import Model
from wxb.model.recipe import Recipe
from wxb.moments import Moments


@dataclass(frozen=True, slots=True)
class Groups(Mapping[Any, Model]):
    """Models by group label, in the order the labels first appear.

    by : the column        moments : of each group        failed : {label: reason} of groups without a model
    """

    by: str
    recipe: Recipe
    moments: Mapping[Any, Moments]
    _models: dict[Any, Model | WxbError] = field(default_factory=dict, repr=False)

    def __getitem__(self, label: Any) -> Model:
        found = self._model(label)
        if isinstance(found, WxbError):
            raise found
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.moments)

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def failed(self) -> dict[Any, WxbError]:
        """Groups whose rows do not determine a model, with the reason."""
        found = {label: self._model(label) for label in self.moments}
        return {label: reason for label, reason in found.items() if isinstance(reason, WxbError)}

    def _model(self, label: Any) -> Model | WxbError:
        if label not in self.moments:
            raise UsageError(f"no group {label!r} in column {self.by}")
        if label not in self._models:
            from wxb.model.fit import assemble
            from wxb.solve import solve

            try:
                solution = solve(self.moments[label], intercept=self.recipe.intercept, rank=self.recipe.rank)
                self._models[label] = assemble(solution, self.recipe, solution.coefficients)
            except WxbError as error:
                self._models[label] = type(error)(f"group {label}: {error.what}", error.do)
        return self._models[label]


def fit_groups(scan: Scan, recipe: Recipe, by: str, threads: int | None, progress: Progress | None) -> Groups:
    """Models of each group of a scan that has groups."""
    if recipe.descends or recipe.uses_torch or recipe.test or recipe.folds:
        raise UsageError("by= gives the exact minimum of each group; it goes with neither descent nor test nor folds")
    from wxb.model.gather_groups import gather_groups

    moments = gather_groups(scan, precision=recipe.precision, threads=threads, progress=progress)
    if not moments:
        raise DataError(f"{scan.source} has no data rows", "a fit needs at least as many rows as coefficients")
    return Groups(by, recipe, moments)
