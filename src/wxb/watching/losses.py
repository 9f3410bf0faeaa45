"""The losses of a run: a curve for each line that differentiates one, found by that line's place in the code."""

from __future__ import annotations

import math
from typing import Any

from wxb.watching import sources
from wxb.watching.events import Curve
from wxb.watching.finding import Site

WAKES = 16  # how often a rising loss may have a run looked at closely again


class Losses:
    """Curves by site, and by the code and line they are differentiated at: finding one by these costs next to nothing."""

    def __init__(self) -> None:
        self.curves: dict[Site, Curve] = {}
        self._places: dict[tuple[int, int], tuple[Any, Curve]] = {}
        self._wakes = 0

    def at(self, frame: Any) -> Curve | None:
        """The curve of the line that called backward(): the frame given, else the user's above it."""
        known = self._places.get((id(frame.f_code), frame.f_lineno))
        if known is None:
            user = sources.user_frame(frame)
            known = self._places.get((id(user.f_code), user.f_lineno)) if user is not None else None
        return None if known is None else known[1]

    def begin(self, site: Site, frame: Any) -> Curve:
        """A new curve."""
        curve = self.curves[site] = Curve()
        if frame is not None:
            self._places[id(frame.f_code), frame.f_lineno] = (frame.f_code, curve)
        return curve

    def is_news(self, curve: Curve, value: Any) -> bool:
        """Whether a loss is no plain number, rises markedly, or is one of the first that are not finite."""
        if value.__class__ is not float or (self._wakes < WAKES and curve.would_rise(value)):
            self._wakes += 1
            return True
        return not math.isfinite(value) and curve.bad < 3
