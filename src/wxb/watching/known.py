"""The tensors and optimizers a run is known by: found by identity, kept alive so that they can be judged at its end.

A training function's locals are gone when it returns, before `with watch()` ends; what is small enough is held until then
(and let go with the report), larger things are known by weak reference and judged only if they still live.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any

from wxb.i18n import _
from wxb.watching import private
from wxb.watching.events import OptimizerRecord, ParameterRecord
from wxb.watching.finding import Site
from wxb.watching.names import NamesById

SNAPSHOT = 1_000_000  # entries of a parameter whose first value is kept
HELD = 5_000_000  # entries of parameters kept alive in all


def holds_any(gradient: Any) -> bool:
    """Whether a gradient is there, and not all of it is 0."""
    if gradient is None:
        return False
    return bool(gradient.detach().any() if not gradient.is_sparse else gradient._nnz())


def all_finite(tensor: Any, torch: Any) -> bool:
    """Whether no entry is NaN or infinite: neither is their sum then, unless it alone is too large."""
    try:
        together = tensor.sum().item()
        if together - together == 0:
            return True
    except RuntimeError:  # short types that torch does not add
        pass
    return bool(torch.isfinite(tensor).all())


@dataclass(slots=True)
class Leap:
    """A rate that is far above all that it was before.   losses : how many each line had differentiated until then"""

    record: OptimizerRecord
    step: int
    before: float
    now: float
    losses: dict[Site, int] = field(default_factory=dict)


class Known:
    """Parameters and optimizers by id, checked against weak references: an id may be given to another object."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.names = NamesById(torch, self.hold)
        self._wrapped = private.of(torch, "_C._functorch.is_functorch_wrapped_tensor", private.nothing)
        self.parameters: dict[int, ParameterRecord] = {}
        self.optimizers: dict[int, OptimizerRecord] = {}
        self.unsure: list[OptimizerRecord] = []  # of these, whose steps may call others (see `quiet`)
        self.leaps: list[Leap] = []
        self._held: list[Any] = []
        self._held_entries = 0

    def parameter(self, tensor: Any) -> ParameterRecord:
        record = self.parameters.get(id(tensor))
        if record is None or record.reference() is not tensor:
            record = self.parameters[id(tensor)] = ParameterRecord(tensor)
            self.hold(tensor, tensor.numel())
            if tensor.numel() <= SNAPSHOT and self.plain(tensor):
                record.first = tensor.detach().clone()
        return record

    def optimizer(self, optimizer: Any, site: Site) -> OptimizerRecord:
        record = self.optimizers.get(id(optimizer))
        if record is None or record.reference() is not optimizer:
            record = OptimizerRecord(weakref.ref(optimizer), type(optimizer).__name__, site)
            self.optimizers[id(optimizer)] = record
            self.unsure.append(record)
            parameters = record.parameters()
            self.hold(optimizer, sum(parameter.numel() for parameter in parameters))
            for parameter in parameters:
                self.parameter(parameter).optimizer = record
        return record

    def hold(self, thing: Any, entries: int) -> None:
        if self._held_entries + entries <= HELD:
            self._held_entries += entries
            self._held.append(thing)

    def leapt(self, leap: Leap) -> None:
        """A rate has leapt."""
        self.leaps.append(leap)

    def name(self, tensor: Any) -> str:
        return self.names.of(tensor) or _("a {shape} tensor", shape=tuple(tensor.shape))

    def plain(self, value: Any) -> bool:
        """A dense tensor of torch's own, whose entries can be read."""
        torch = self.torch
        return (
            type(value) in (torch.Tensor, torch.nn.Parameter)
            and value.layout is torch.strided
            and not value.is_meta
            and not self._wrapped(value)
        )

    def moved(self, record: ParameterRecord) -> bool | None:
        """Whether a parameter has changed since it was first seen; None when that cannot be told."""
        tensor = record.reference()
        if tensor is None or record.first is None or tensor.shape != record.first.shape:
            return None
        return not self.torch.equal(tensor.detach(), record.first)

    def forget(self) -> None:
        self._held.clear()
        self.leaps.clear()
        self.parameters.clear()
        self.optimizers.clear()
        self.unsure.clear()
        self.names = NamesById(self.torch)
