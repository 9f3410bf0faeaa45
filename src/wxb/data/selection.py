"""What is read of a table: one question for every kind of source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wxb.arguments import described, wrong
from wxb.data.kinds import Kind
from wxb.errors import UsageError
from wxb.i18n import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Columns by name, and what becomes of incomplete rows.

    formula : says target and features in their stead; None where they are named
    target : None reads the features alone        features : None takes every column that plays no other part
    weights : of each row        frequency : how many rows each stands for
    by : columns of labels of groups; a text is one column        labels : further columns read as labels, whatever else they are
    texts : features that are categories are read as labels, and not refused
    beside : columns read as labels after all others, of which no term is made: clusters, times
    kinds : what columns of labels mean where a model knows it, whatever these rows alone look like
    missing : "error" refuses incomplete rows by name, "drop" leaves them out and counts them
    """

    formula: str | None = None
    target: str | None = None
    features: Sequence[str] | None = None
    weights: str | None = None
    frequency: str | None = None
    by: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    texts: bool = False
    beside: tuple[str, ...] = ()
    kinds: Mapping[str, Kind] | None = None
    missing: str = "error"

    def __post_init__(self) -> None:
        if isinstance(self.by, str):
            object.__setattr__(self, "by", (self.by,))
        if not isinstance(self.missing, str) or self.missing not in ("error", "drop"):
            raise UsageError(
                _("missing={missing} is not known", missing=described(self.missing)),
                _('use missing="error" or missing="drop"'),
            )
        if self.formula is not None and not isinstance(self.formula, str):
            raise wrong(_("formula"), _("a text"), self.formula, _('as "y ~ x + C(school)"'))
        if isinstance(self.features, str):
            raise UsageError(
                _("features={features!r} is a text, not a list of names", features=self.features),
                _("use features=[{features!r}]", features=self.features),
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is asked for by name."""
        asked = (self.target, *(self.features or ()), self.weights, self.frequency)
        return tuple(name for name in (*asked, *(self.by or ()), *self.labels, *self.beside) if name is not None)
