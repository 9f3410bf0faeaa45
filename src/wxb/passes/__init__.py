"""Passes over rows: `each` reads a scan and hands its blocks to statistics; what a statistic makes of them is its own affair."""

from wxb.passes.each import Passed, Progress, cores, each
from wxb.passes.statistic import Statistic

__all__ = ["Passed", "Progress", "Statistic", "cores", "each"]
