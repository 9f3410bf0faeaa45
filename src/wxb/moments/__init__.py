"""Exact moments: `Moments` (what they are), `Collector` (how rows become them), slices (how products stay exact)."""

from wxb.moments.collect import Collector
from wxb.moments.exact import Moments
from wxb.moments.fast import FastCollector
from wxb.moments.ledger import LateLedger, Ledger
from wxb.moments.noise import Noise

__all__ = ["Collector", "FastCollector", "LateLedger", "Ledger", "Moments", "Noise"]
