"""Moments under labels: Σ w z zᵀ of the rows of each label, exact, so neither threads nor order leave a trace.

Labels are what `labels` says: shares of rows (folds, test), groups, clusters. Summed over labels they are the plain moments. The
weight w of a row is its own, or what a function of the block says (`wxb.passes.weighted`). For labels by the thousand there is
`wxb.passes.grouped`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.moments import Collector, Moments
from wxb.moments.kernels import Kernel, choose
from wxb.passes.labels import Label, unlabelled
from wxb.passes.statistic import Numbers, Statistic

if TYPE_CHECKING:
    from wxb.fields import Reader

Ranges = tuple[tuple[float, float], ...]
Sums = dict[Any, Moments]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """sums : moments by label        ranges : smallest and largest value of each term, None when not looked at"""

    sums: Mapping[Any, Moments]
    ranges: Ranges | None


class LabelledMoments(Statistic[Labelled]):
    """Exact moments of the rows of each label.

    terms, targets : names of the columns of a block, targets last        labels : (wxb.passes.labels)
    always : labels that have moments even if they have no row        weighted : whether rows have weights of their own
    """

    sees_nan = True

    def __init__(
        self,
        terms: Sequence[str],
        targets: Sequence[str],
        *,
        label: Label = unlabelled,
        always: Sequence[Hashable] = (0,),
        weighted: bool = False,
        kernel: Kernel | None = None,
    ) -> None:
        self.terms, self.targets = tuple(terms), tuple(targets)
        self.label, self.always, self.weighted = label, tuple(always), weighted
        self.numbers_rows = label is not unlabelled
        self.kernel = kernel or choose()
        self.uses_blas = self.kernel.uses_blas
        self.width = len(self.terms) + len(self.targets)
        self._first = self._collector()
        self._begin()

    def _begin(self) -> None:
        """No row is added yet."""
        self._sums: Sums = {}
        self._bounds: list[Any] = []  # (width,) smallest and (width,) largest numbers of some rows
        self._collectors: dict[Any, Any] = {}

    def new(self) -> Self:
        other = object.__new__(type(self))  # copy.copy takes five times as long, which a small fit notices
        other.__dict__.update(self.__dict__)
        other._begin()
        return other

    def numbers(self, block: Block) -> Numbers:
        """What is summed of a block."""
        return Numbers.of(block)

    def add(self, block: Block) -> None:
        numbers, found = self.numbers(block), self.label(block)
        if found is None:
            numbers.into(self._under(0))
            return
        codes, labels = found
        for code, some in numbers.dealt(codes, self.kernel):
            some.into(self._under(labels[code]))

    def absorb(self, other: LabelledMoments) -> None:
        for label, collector in other._collectors.items():
            if label in self._collectors:
                self._collectors[label].absorb(collector)
            else:
                self._collectors[label] = collector

    def result(self, scan: Scan) -> Labelled:
        self._settle()
        for label in self.always:
            if label not in self._sums:
                self._sums[label] = self._moments(self._first.sibling())
        return Labelled(sums=self._rounded(scan), ranges=self._ranges())

    def state(self, scan: Scan) -> dict[str, Any]:
        from wxb.moments.as_json import moments_to_json

        self._settle()
        ranges, sums = self._ranges() or (), self._rounded(scan)
        return {
            "lows": [low for low, _ in ranges],
            "highs": [high for _, high in ranges],
            "sums": [{"share": str(k), "moments": moments_to_json(m)} for k, m in sorted(sums.items())],
        }

    def restore(self, reader: Reader) -> None:
        from wxb.moments.as_json import moments_from_json

        lows, highs = reader.numbers("lows"), reader.numbers("highs")
        self._bounds = [(lows, highs)] if lows else []
        self._sums = {int(r.text("share")): moments_from_json(r.object("moments")) for r in reader.objects("sums")}

    def _collector(self) -> Any:
        return Collector(self.width, self.kernel)

    def _under(self, label: Any) -> Any:
        """The collector of a label's rows."""
        if label not in self._collectors:
            self._collectors[label] = self._first.sibling()
        return self._collectors[label]

    def _settle(self) -> None:
        """Make moments of what was collected."""
        for label, collector in self._collectors.items():
            self._take_in({label: self._moments(collector)})
            low, high = collector.ranges()
            self._bounds.append((low.tolist(), high.tolist()))
        self._collectors = {}

    def _take_in(self, more: Sums) -> None:
        for label, moments in more.items():
            self._sums[label] = self._sums[label] + moments if label in self._sums else moments

    def _moments(self, collector: Any) -> Moments:
        """The moments of a collector's rows; how their numbers were rounded is known when all are read."""
        return moments_of(collector, self.terms, self.targets, self.weighted)

    def _rounded(self, scan: Scan) -> Sums:
        """The sums so far, and how their numbers were rounded as far as that is known."""
        return {
            label: replace(moments, rounding=tuple(map(max, moments.rounding, scan.rounding)))
            for label, moments in self._sums.items()
        }

    def _ranges(self) -> Ranges | None:
        """Smallest and largest value of each term so far."""
        lows, highs = ([*zip(*side)][: len(self.terms)] for side in zip(*self._bounds)) if self._bounds else ((), ())
        found = [(min(low), max(high)) for low, high in zip(lows, highs)]
        known = len(found) == len(self.terms) and all(low <= high for low, high in found)
        return tuple(found) if known else None


def moments_of(collector: Any, terms: tuple[str, ...], targets: tuple[str, ...], weighted: bool) -> Moments:
    """The moments of a collector's rows, as if every number in them were exact by type."""
    ledger = collector.result()
    return Moments(
        terms,
        targets,
        collector.rows,
        ledger,
        (0.0,) * (len(terms) + len(targets)),
        weighted,
        collector.precision,
        collector.noise(),
        collector.log_weights,
    )
