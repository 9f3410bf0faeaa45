"""What the rows of a fit say about the line: which of them stand out, whether the errors are as the standard errors assume."""

from __future__ import annotations

from wxb.diagnostics.record import ChiSquared, Diagnostics, Normality, Quantiles, StandingOut

__all__ = ["ChiSquared", "Diagnostics", "Normality", "Quantiles", "StandingOut"]
