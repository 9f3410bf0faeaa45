"""A session as far as it counts: what it does of a step where it is asked between windows (see `quiet` for where it is not)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from types import FrameType
from typing import Any

from wxb.watching import nested, quiet
from wxb.watching.events import Backward, OptimizerRecord
from wxb.watching.finding import NOWHERE
from wxb.watching.known import Known, Leap
from wxb.watching.losses import Losses
from wxb.watching.tracks import Tracks


class Counted(Known, ABC):
    """A session as far as it counts, and what it does where it is asked between windows."""

    @abstractmethod
    def guarded(self, work: Callable[..., Any], *what: Any) -> None:
        """Do it unseen; an error in it is not the user's."""

    @abstractmethod
    def turn(self) -> None:
        """Open the window or close it, where that is due."""

    def __init__(self, torch: Any) -> None:
        super().__init__(torch)
        self.losses = Losses()
        self.curves = self.losses.curves
        self.tracks = Tracks(self)
        self.road = quiet.Road(self.optimizers, self.unsure, self.losses.quick)
        self.window = True

    @property
    def steps(self) -> int:
        return self.road.steps

    @property
    def backwards(self) -> int:
        return self.road.backwards

    @property
    def backward(self) -> Backward | None:
        return self.road.backward

    @property
    def stepping(self) -> OptimizerRecord | None:
        return self.road.stepping

    def leapt(self, leap: Leap) -> None:
        leap.losses = {site: curve.count for site, curve in self.curves.items()}
        super().leapt(leap)

    def quiet_backward(self, loss: Any, caller: FrameType) -> bool:
        """Outside the window: write down the loss, and say whether that is all there is to do. caller : of backward()"""
        road = self.road
        count = road.backwards + 1
        if road.stepping is not None:
            self.still_steps(hook=False)
        elif quiet.calm:
            self._unannounced()
        if self.window or (not road.steps and count & (count - 1) == 0):  # only then can the window be due
            return False
        road.backward = None
        if type(loss) is not self.torch.Tensor or any(modes() for modes in quiet.modes_on(self.torch)):
            return False
        if loss.is_cpu or road.backwards % 10 == 0:  # reading a number from an accelerator waits for it
            if not self.losses.take(caller, loss.item() if loss.numel() == 1 else None):
                return False
        elif self.losses.at(caller) is None:
            return False
        road.backwards = count
        return True

    def still_steps(self, *, hook: bool) -> bool:
        """Whether the step that was begun goes on, in which this is called; one that failed is laid down.

        hook : in a hook of another step
        """
        record = self.road.stepping
        if record is None:
            return False
        if nested.lies_in(self.torch, record.reference(), hook=hook):
            return True
        self.step_failed()
        return False

    def step_failed(self) -> None:
        """The step that was begun ended in an exception, which the user's code has caught: it is none."""
        road = self.road
        if road.stepping is not None and road.stepping.track is not None:
            road.stepping.track.dropped()
        road.stepping, road.looking, road.nested = None, False, False

    def part_begins(self, optimizer: Any) -> bool:
        """Whether the step that begins is a part of one: of its class above, or of an optimizer that another one holds."""
        if self.road.stepping is None or not self.still_steps(hook=True):
            return False
        self.road.nested = True
        if not nested.lies_in(self.torch, optimizer, hook=True):
            self.guarded(lambda: self._part(optimizer))
        return True

    def _part(self, optimizer: Any) -> None:
        """Another optimizer steps within; its rates are its own unless it shares its groups."""
        record, outer = self.optimizer(optimizer, NOWHERE), self.stepping
        if outer is not None and not any(one is other for one in record.groups() for other in outer.groups()):
            self.tracks.of(record).rated(self.steps)

    def part_ends(self, optimizer: Any) -> bool:
        """Whether the step that has ended was a part of one."""
        road = self.road
        if not road.nested or road.stepping is None:
            return False
        if nested.lies_in(self.torch, optimizer, hook=True):  # of its class above
            return True
        if optimizer is road.stepping.reference():
            road.nested = False
            return False
        record = self.optimizers.get(id(optimizer))
        if record is not None and record.reference() is optimizer:
            record.steps += 1
            record.latest = self.steps
        return True

    def quiet_step(self, optimizer: Any) -> bool:
        """Outside the window: of an optimizer that has stepped before."""
        known = self.optimizers.get(id(optimizer))
        if self.window or known is None or not known.steps or known.reference() is not optimizer:
            return False
        self.road.stepping = known
        track = known.track
        if track is not None and (track.due() or len(known.rates) != len(optimizer.param_groups)):
            self.guarded(lambda: self.tracks.begins(known, self.steps))
            self.road.looking = known.track.looking
        elif track is not None:
            self._rated(track)
        return True

    def _rated(self, track: Any) -> None:
        """The rates are what they are at this step."""
        if track.tensors:  # rates that are tensors
            self.guarded(lambda: track.rated(self.steps))
        else:
            track.rated(self.steps)

    def late_step(self, optimizer: Any) -> bool:
        """A step has ended that was not announced; whether all is made up for that is done when one begins."""
        known = self.optimizers.get(id(optimizer))
        if known is None or not known.steps or known.reference() is not optimizer or known.track is None:
            return False
        if len(known.rates) != len(optimizer.param_groups):
            return False
        self._rated(known.track)
        self.road.stepping = known
        if known.track.due():
            quiet.announce()
        return True

    def not_looked_at(self) -> None:
        """The step has been made already: what its look would have seen before it is gone."""
        stepping = self.road.stepping
        if stepping is not None and stepping.track is not None:
            stepping.track.dropped()
        self.road.looking = False

    def _unannounced(self) -> None:
        """In whose step this is, where steps are not announced."""
        for optimizer in nested.stepping_around(self.torch, hook=False):
            self.road.stepping = self.optimizers.get(id(optimizer))
            quiet.announce()

    def quiet_end(self) -> bool:
        """Outside the window: the step has ended."""
        road = self.road
        known, road.stepping = road.stepping, None
        if self.window or known is None or not known.steps:
            return False
        if road.looking:
            self.guarded(known.track.after)
            road.looking = False
        known.steps += 1
        known.latest = road.steps
        road.steps = count = road.steps + 1
        if count & (count - 1) == 0:  # only then can the window be due
            self.turn()
        return True
