"""The table of loops can fail: switch off a rule and its faults are missed, switch off a gate and clean loops are accused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest

from loops import SCRIPTS, marks, run
from wxb.watching import curvature, graph, rules, sources
from wxb.watching.rules import broadcast, flat, gradient, learning_rate, nan, scale, stale, untracked


def found(name: str) -> set[tuple[str, int]]:
    report = run(name, watched=True).report
    assert report is not None
    return {(finding.rule, finding.line) for finding in report.findings}


@pytest.mark.parametrize("rule", sorted({rule.name for rule in rules.RULES}))
def test_without_the_rule_the_fault_is_missed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = min(
        (name for name in SCRIPTS if rule in {mark for mark, _ in marks(name)}), key=lambda name: len(marks(name))
    )
    assert found(name) == marks(name)
    monkeypatch.setattr(rules, "RULES", [kept for kept in rules.RULES if kept.name != rule])
    assert rule not in {mark for mark, _ in found(name)}


def never_cleared(self: stale.StaleGradients, record, parameter, gradient) -> None:
    arrivals = self._arrivals.setdefault(record.identity, stale.Arrivals(record))
    arrivals.marked = arrivals.marked or (arrivals.pending and parameter.grad is not None)
    arrivals.pending = False
    arrivals.site = self.run.backward.site


RAW_THEN_SCALED = cycle((1e9, 1.0))

GATES: list[tuple[str, str, Callable[[pytest.MonkeyPatch], None]]] = [
    ("clean_gan", "stale-gradients", lambda m: m.setattr(stale.StaleGradients, "gradient_arriving", never_cleared)),
    ("clean_energy_distance", "broadcast", lambda m: (
        m.setattr(sources, "_opens_axis", lambda node: False), m.setattr(broadcast, "_none_in", lambda index: False),
        m.setattr(broadcast, "INSERTS", frozenset()))),
    ("clean_positional", "broadcast", lambda m: m.setattr(graph, "LAYERS", ("nothing",))),
    ("clean_allowed", "broadcast", lambda m: m.setattr(sources, "allowed", lambda rule, site: False)),
    ("clean_catapult", "learning-rate", lambda m: m.setattr(learning_rate, "diverged", lambda curve: True)),
    ("clean_lr_below", "learning-rate", lambda m: m.setattr(curvature, "limit", lambda c, b=0.0, n=False: 1.9 / c)),
    ("clean_masked_nan", "nan", lambda m: m.setattr(nan.math, "isfinite", lambda value: False)),
    ("clean_scaled_features", "scale", lambda m: (
        m.setattr(scale, "RATIO", 0.0), m.setattr(scale, "_condition", lambda X, torch: next(RAW_THEN_SCALED)))),
    ("clean_converged", "flat", lambda m: m.setattr(flat, "_still", lambda curve: True)),
    ("clean_style", "no-gradient", lambda m: m.setattr(gradient.NoGradient, "_belongs", lambda *a: True)),
    ("clean_by_hand_rebind", "untracked-update", lambda m: m.setattr(untracked.UntrackedUpdate, "findings", lambda self: [
        self._finding(one) for one in self._rebound.values()])),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rule", "break_it"), GATES, ids=[f"{name}-{rule}" for name, rule, _ in GATES])
def test_without_the_gate_a_clean_loop_is_accused(
    name: str, rule: str, break_it: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(name) == set()
    break_it(monkeypatch)
    assert rule in {mark for mark, _ in found(name)}
