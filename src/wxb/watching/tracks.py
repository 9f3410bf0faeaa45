"""What an optimizer's steps do to its parameters, at steps so far apart that looking costs less than 0.6 % of the run.

    step begins    ‖gradient‖, ‖weight‖ of all parameters at once, a copy of the weights; the rates, where one has changed
    step ends      ‖weight − copy‖

Norms stay tensors until the run has ended, so that nothing waits for an accelerator. After the first steps a look that took
t seconds is followed by none for t/BUDGET seconds; when 2000 are kept every other one is dropped and they come twice as far apart.
"""

from __future__ import annotations

import math
import time
from typing import Any

from wxb.i18n import _
from wxb.watching.curves import Curves, Layer, Rate
from wxb.watching.events import OptimizerRecord
from wxb.watching.known import Known, Leap
from wxb.watching.thinned import Stairs

BUDGET = 0.006
FIRST = 10  # steps that are looked at
EARLY, FREE = 0.05, 0.01  # seconds that it may cost: in these, and in all after
MOST = 2000
AT_MOST = 64  # steps for which no clock is asked
COPIED = 5_000_000  # numbers of an optimizer's parameters that are copied, for their updates
DEAD_EVERY = 4
LEAP = 30.0  # times the highest rate before
SERIES = ("gradient", "weight", "update", "dead")


class Tracks:
    """All optimizers of a thread: a track for each set of parameters that one of them has had."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._all: list[Track] = []
        self.early = self.spent = 0.0  # seconds, in the first steps and after them

    def of(self, record: OptimizerRecord) -> Track:
        """The track of an optimizer, a new one where its parameters have changed."""
        track = record.track
        if track is None or track.identities != [id(one) for one in record.parameters()]:
            if track is not None:
                track.until = record.latest
            track = record.track = Track(self._known, record, self)
            self._all.append(track)
        return track

    def begins(self, record: OptimizerRecord, step: int, closure: bool = False) -> None:
        """A step of an optimizer begins; it is looked at where that is due. step : of the run        closure : it has one

        With a closure there is no gradient yet.
        """
        track = self.of(record)
        track.rated(step)
        if closure:
            record.due = math.inf
        elif track.due():
            track.before(step)

    def ends(self, record: OptimizerRecord) -> None:
        """The step has ended."""
        if record.track is not None and record.track.looking:
            record.track.after()

    def __len__(self) -> int:
        return len(self._all)

    def curves(self) -> Curves:
        """What was seen, once the run has ended: names are those known now, and nothing is held after."""
        tracks, self._all = self._all, []
        notes = [_("updates are not kept: {optimizer} has {count} parameters", optimizer=one.name, count=one.entries)
                 for one in tracks if one.entries > COPIED]  # fmt: skip
        layers = [layer for track in tracks for layer in track.layers()]
        rates = [rate for track in tracks for rate in track.rates(len(tracks) > 1)]
        return Curves(layers=tuple(layers), rates=tuple(rates), notes=tuple(notes))


class Track:
    """One optimizer's parameters."""

    def __init__(self, known: Known, record: OptimizerRecord, tracks: Tracks) -> None:
        self._known, self._record, self._tracks = known, record, tracks
        parameters = record.parameters()
        self.name = record.name
        self.identities = [id(one) for one in parameters]
        self.entries = sum(one.numel() for one in parameters)
        self._names = [known.names.of(one) for one in parameters]
        self._shapes = [tuple(one.shape) for one in parameters]
        self._references = [known.parameter(one).reference for one in parameters]
        self._steps: list[int] = []
        self._rates = [Stairs() for __ in record.groups()]
        self._seen: list[
            list[tuple[str, list[int], Any]]
        ] = []  # by step: (series, places, a tensor of a number for each)
        self._copies: list[tuple[list[int], list[Any], list[Any]]] = []
        self._apart, self._taken, self._least = 1, 0.0, math.inf
        self._looked = math.inf, 0  # when a look ended, and after which step
        self.tensors = False  # whether a rate is one
        self.until: int | None = None  # the step of the run that was its last, where another track came after it
        record.due, record.allowed = 0, 0.0

    def due(self) -> bool:
        """Whether the step that begins now is to be looked at."""
        return self._record.steps >= self._record.due and time.perf_counter() >= self._record.allowed

    def rated(self, step: int) -> None:
        """The rates are what they are from this step on. step : of the run"""
        rates = [group.get("lr") for group in self._record.groups()]
        for stairs, rate in zip(self._rates, rates):
            before, now = stairs.highest, _number(rate)
            stairs.stands(step, now)
            if 0.0 < LEAP * before < now:
                self._known.leapt(Leap(self._record, step, before, now))
        still = [isinstance(rate, int | float | None) for rate in rates]
        self.tensors = not all(still)
        self._record.rates = [rate if still[place] else object() for place, rate in enumerate(rates)]

    def highest_rate(self) -> float:
        """Of all groups and steps; NaN where one was never known."""
        return max((stairs.highest for stairs in self._rates), default=math.nan)

    @property
    def looking(self) -> bool:
        return self._taken > 0.0

    def before(self, step: int) -> None:
        """A step begins. step : of the run"""
        began = time.perf_counter()
        torch = self._known.torch
        seen: list[tuple[str, list[int], Any]] = []
        self._copies = []
        for places, weights in _alike(self._known, self._record.parameters()):
            gradients = [one.grad for one in weights]
            seen.append(("weight", places, _norms(weights, torch)))
            having = [i for i, one in enumerate(gradients) if one is not None and one.layout is torch.strided]
            having = [i for i in having if gradients[i].dtype is weights[0].dtype]
            if having:
                seen.append(("gradient", [places[i] for i in having], _norms([gradients[i] for i in having], torch)))
            if having and len(self._steps) % DEAD_EVERY == 0:
                seen += _dead([(places[i], gradients[i]) for i in having], torch)
            if self.entries <= COPIED:
                self._copies.append((places, weights, torch._foreach_add(weights, 0)))
        self._steps.append(step)
        self._seen.append(seen)
        self._taken = max(time.perf_counter() - began, 1e-9)

    def _surely(self, now: float) -> int:
        """Steps that come before another look is allowed, as quick as they were: only then is a clock asked."""
        before, steps = self._looked
        each, wait = (now - before) / max(1, self._record.steps - steps), self._record.allowed - now
        return min(AT_MOST, int(0.5 * wait / each)) if wait > 0.0 and each > 0.0 else 0

    def dropped(self) -> None:
        """The step that was begun has failed."""
        if self.looking:
            self._steps.pop()
            self._seen.pop()
            self._copies, self._taken = [], 0.0

    def after(self) -> None:
        """The step that was begun has ended."""
        began = time.perf_counter()
        torch = self._known.torch
        for places, weights, before in self._copies:
            torch._foreach_sub_(before, weights)
            self._seen[-1].append(("update", places, _norms(before, torch)))
        self._copies = []
        now = time.perf_counter()
        taken = self._taken + now - began
        self._least = min(self._least, taken)
        taken = min(taken, 3.0 * self._least)  # what is more was another program's
        early = self._record.steps < FIRST - 1
        self._tracks.early += taken * early
        self._tracks.spent += taken * (self._record.steps >= FIRST)
        late = self._tracks.early > EARLY if early else self._tracks.spent > FREE
        self._record.allowed = now + taken * max(1, len(self._tracks)) / BUDGET if late else 0.0
        self._record.due = self._record.steps + max(self._apart, self._surely(now))
        self._looked = now, self._record.steps
        self._taken = 0.0
        if len(self._steps) >= MOST:
            self._apart *= 2
            self._steps, self._seen = self._steps[::2], self._seen[::2]

    # ---- when the run has ended

    def layers(self) -> list[Layer]:
        """Parameters of one module are one layer: their norms add as squares.

        Where two modules have one name, so have their parameters: the second `net.0.weight` is of the second `net.0`.
        """
        members: dict[tuple[str, int], list[int]] = {}
        seen: dict[str, int] = {}
        for place, name in enumerate(self._called()):
            seen[name] = seen.get(name, -1) + 1
            members.setdefault((name.rsplit(".", 1)[0], seen[name]), []).append(place)
        values = self._read()
        return [
            Layer(
                name=name,
                parameters=sum(math.prod(self._shapes[place]) for place in places),
                steps=self._steps,
                **{kind: _joined([values[kind][place] for place in places], kind) for kind in SERIES},
            )
            for (name, __), places in members.items()
            if self._steps
        ]

    def rates(self, several: bool) -> list[Rate]:
        groups = len(self._rates)
        title = self.name if several or groups < 2 else ""
        until = self._record.latest if self.until is None else self.until
        rates = []
        for place, stairs in enumerate(self._rates):
            low, high = stairs.levels.bounds()
            named = " ".join(filter(None, [title, _("group {number}", number=place) if groups > 1 else ""]))
            rates.append(
                Rate(name=named, steps=stairs.starts, value=stairs.levels.last, low=low, high=high, until=until)
            )
        return rates

    def _called(self) -> list[str]:
        names = []
        for reference, name, shape in zip(self._references, self._names, self._shapes):
            tensor = reference()
            now = self._known.names.of(tensor) if tensor is not None else ""
            names.append(now or name or _("a {shape} tensor", shape=shape))
        return names

    def _read(self) -> dict[str, list[list[float]]]:
        """Series → parameter → a number for each step."""
        nothing = [math.nan] * len(self._steps)
        values = {kind: [list(nothing) for __ in self._shapes] for kind in SERIES}
        for at, seen in enumerate(self._seen):
            for kind, places, tensor in seen:
                for place, number in zip(places, tensor.tolist()):
                    values[kind][place][at] = number
        return values


def _alike(known: Known, parameters: list[Any]) -> list[tuple[list[int], list[Any]]]:
    """Dense parameters by device and type, with their places."""
    found: dict[Any, tuple[list[int], list[Any]]] = {}
    for place, one in enumerate(parameters):
        if known.plain(one) and one.numel() and (one.is_floating_point() or one.is_complex()):
            places, tensors = found.setdefault((one.device, one.dtype), ([], []))
            places.append(place)
            tensors.append(one)
    return list(found.values())


def _norms(tensors: list[Any], torch: Any) -> Any:
    """Of all at once; short floats are summed as float32, in which they do not overflow."""
    if tensors[0].dtype in (torch.float16, torch.bfloat16):
        return torch.stack([torch.linalg.vector_norm(one, dtype=torch.float32) for one in tensors])
    return torch.stack(torch._foreach_norm(tensors))


def _dead(gradients: list[tuple[int, Any]], torch: Any) -> list[tuple[str, list[int], Any]]:
    """The share of rows that are 0, of which the largest number tells (`any` takes four times as long)."""
    wide = [(place, one) for place, one in gradients if one.dim() > 1 and one.shape[0] > 1]
    if not wide:
        return []
    shares = [(one.flatten(1).abs().amax(1) == 0).float().mean() for __, one in wide]
    return [("dead", [place for place, __ in wide], torch.stack(shares))]


def _number(rate: Any) -> float:
    if isinstance(rate, int | float):
        return float(rate)
    return float(rate) if getattr(rate, "is_cpu", False) and rate.numel() == 1 else math.nan


def _joined(several: list[list[float]], kind: str) -> list[float]:
    """Norms of parts as that of the whole; of shares the one that is known."""
    if kind == "dead":
        return [next((one for one in parts if one == one), math.nan) for parts in zip(*several)]
    squares = ([one * one for one in parts if one == one] for parts in zip(*several))
    return [math.sqrt(sum(known)) if known else math.nan for known in squares]
