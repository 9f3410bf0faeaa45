"""The losses of a run: a curve for each line that differentiates one, found by that line's place in the code."""

from __future__ import annotations

from typing import Any

from wxb.watching import sources
from wxb.watching.events import Curve
from wxb.watching.finding import Site

WAKES = 16  # how often a rising loss may have a run looked at closely again


class Losses:
    """Curves by site, and by the instruction that differentiates them: finding one by these costs next to nothing."""

    def __init__(self) -> None:
        self.curves: dict[Site, Curve] = {}
        self._places: dict[tuple[int, int], tuple[Any, Curve]] = {}
        self.quick: dict[tuple[int, int], Curve] = {}  # of these, whose last loss was a number that may be read at once
        self._wakes = 0
        self._calm = 0.0

    def at(self, frame: Any) -> Curve | None:
        """The curve of the line that called backward(): the frame given, else the user's above it."""
        known = self._places.get((id(frame.f_code), frame.f_lasti))
        if known is None:
            user = sources.user_frame(frame)
            known = self._places.get((id(user.f_code), user.f_lasti)) if user is not None else None
        return None if known is None else known[1]

    def begin(self, site: Site) -> Curve:
        """A new curve."""
        curve = self.curves[site] = Curve()
        curve.calm = self._calm
        return curve

    def place(self, curve: Curve, frame: Any, *, quick: bool) -> None:
        """Where the losses of a curve come from; a line may have several instructions that differentiate."""
        if frame is not None:
            place = id(frame.f_code), frame.f_lasti
            self._places[place] = (frame.f_code, curve)
            if quick:
                self.quick[place] = curve
            else:
                self.quick.pop(place, None)

    def take(self, frame: Any, value: Any) -> bool:
        """Write down a loss of a known curve, unless it is news: no plain number, a marked rise, or not finite at first."""
        curve = self.at(frame)
        if curve is None:
            return False
        if value.__class__ is not float or (self._wakes < WAKES and curve.would_rise(value)):
            self._wakes += 1
            if self._wakes == WAKES:
                self._rest()
            return False
        if value - value != 0.0 and curve.bad < 3:
            return False
        curve.add(value)
        return True

    def _rest(self) -> None:
        """Rises are not looked at any more: a loss that jumps about for hours would leave the quiet road at every other step."""
        self._calm = float("inf")
        for curve in self.curves.values():
            curve.calm = self._calm
