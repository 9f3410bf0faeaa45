"""One finding: a rule, a place in the user's own file, numbers, the likely effect and the way out.

Findings are ordered by cause, not by time: bad data explains everything after it, a broadcast cost explains a loss that
stays put, stale gradients make a safe learning rate look unsafe, and only then is the rate or the scaling to blame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from wxb.i18n import _

ORDER = (
    "nan",
    "crash",
    "broadcast",
    "softmax-dim",
    "double-softmax",
    "missing-log",
    "stale-gradients",
    "mode",
    "same-batch",
    "clip-order",
    "untracked-update",
    "unregistered",
    "no-gradient",
    "no-update",
    "schedule",
    "reduction",
    "accumulation",
    "learning-rate",
    "overflow",
    "scale",
    "dead",
    "flat",
    "graph-leak",
)

# (cause, consequence): when both fire, the second is said to follow from the first.
EXPLAINS = (
    ("nan", "overflow"),
    ("nan", "crash"),
    ("overflow", "crash"),
    ("broadcast", "flat"),
    ("softmax-dim", "double-softmax"),
    ("softmax-dim", "flat"),
    ("double-softmax", "flat"),
    ("missing-log", "flat"),
    ("missing-log", "overflow"),
    ("stale-gradients", "learning-rate"),
    ("stale-gradients", "overflow"),
    ("schedule", "no-update"),
    ("reduction", "learning-rate"),
    ("reduction", "overflow"),
    ("dead", "flat"),
    ("learning-rate", "dead"),
    ("accumulation", "learning-rate"),
    ("accumulation", "overflow"),
    ("clip-order", "learning-rate"),
    ("clip-order", "overflow"),
    ("learning-rate", "overflow"),
    ("unregistered", "no-gradient"),
    ("unregistered", "crash"),
    ("untracked-update", "no-gradient"),
    ("untracked-update", "no-update"),
    ("no-gradient", "no-update"),
    ("scale", "learning-rate"),
)

# (cause, consequence): when both fire, the second says nothing new and is left out.
SWALLOWS = (
    ("nan", "flat"),
    ("untracked-update", "crash"),
    ("crash", "flat"),
    ("crash", "no-update"),
    ("crash", "no-gradient"),
    ("overflow", "flat"),
    ("untracked-update", "flat"),
    ("untracked-update", "no-update"),
    ("no-gradient", "flat"),
    ("no-update", "flat"),
    ("no-update", "no-gradient"),
    ("learning-rate", "flat"),
)


@dataclass(frozen=True, slots=True)
class Site:
    """A line of a file. Line 0 stands for a place that is not known."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{PurePath(self.file).name}:{self.line}" if self.line else _("(place not known)")


NOWHERE = Site("", 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, how it is known, what it does, what to write instead.

    call : at which loss of its line it showed, from 0; None where it was so from the beginning, or came by degrees
    step : of the run, from 0, in which it was first seen; None where it is of no step, or came by degrees
    """

    rule: str
    site: Site
    evidence: str
    effect: str
    fix: str
    source: str = ""
    because: str = ""
    call: int | None = None
    step: int | None = None

    @property
    def file(self) -> str:
        return self.site.file

    @property
    def line(self) -> int:
        return self.site.line

    def to_dict(self) -> dict[str, str | int | None]:
        return {
            "rule": self.rule,
            "file": self.file,
            "line": self.line,
            "source": self.source,
            "evidence": self.evidence,
            "effect": self.effect,
            "fix": self.fix,
            "because": self.because,
            "backward_call": self.call,
            "step": self.step,
        }


def arrange(findings: list[Finding]) -> list[Finding]:
    """Drop what is said already, order by cause, link consequences to the first cause that explains them."""
    fired = {finding.rule for finding in findings}
    silent = {late for early, late in SWALLOWS if early in fired}
    kept = sorted(
        (finding for finding in findings if finding.rule not in silent),
        key=lambda finding: (ORDER.index(finding.rule), finding.file, finding.line),
    )
    rules = {finding.rule for finding in kept}
    causes = {late: early for early, late in reversed(EXPLAINS) if early in rules}
    return [replace(finding, because=causes.get(finding.rule, "")) for finding in kept]
