"""What watching found, as text for a person, a dictionary for a machine, and a list for Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from wxb.i18n import N_, _, _n
from wxb.numbers import finite_or_text, percent, readable
from wxb.printable import beginning, cells, json_text, printable
from wxb.report.lines import width, wrapped
from wxb.values import Shown
from wxb.watching.curves import Curves
from wxb.watching.finding import Finding
from wxb.writing import write_atomically

PAGES = (".html", ".htm")
COUNTS = (
    N_("No"), N_("One"), N_("Two"), N_("Three"), N_("Four"), N_("Five"), N_("Six"), N_("Seven"), N_("Eight"), N_("Nine"),
    N_("Ten"),
)  # fmt: skip
ORDINALS = (
    N_("first"), N_("second"), N_("third"), N_("fourth"), N_("fifth"), N_("sixth"), N_("seventh"), N_("eighth"),
    N_("ninth"), N_("tenth"),
)  # fmt: skip


@dataclass(slots=True)
class Report(Shown):
    """The object `watch()` gives: empty while the run goes on, complete when it has ended.

    `curves` are the losses, and the gradients, updates and rates of every layer (`curves.to_dict()`).
    `title` is what the user calls the run, "" where they call it nothing.
    `overhead` is the measured share of the run spent watching (0.014 is 1.4 %), None before the end.
    """

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    overhead: float | None = None
    seconds: float = 0.0
    title: str = ""
    outcome: str = ""
    first_loss: float | None = None
    last_loss: float | None = None
    backwards: int = 0
    steps: int = 0
    curves: Curves = field(default_factory=Curves, repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "notes": list(self.notes),
            "outcome": self.outcome,
            "loss": {"first": finite_or_text(self.first_loss), "last": finite_or_text(self.last_loss)},
            "backward_calls": self.backwards,
            "optimizer_steps": self.steps,
            "overhead": self.overhead,
            "overhead_seconds": self.seconds,
        }

    def text(self) -> str:
        lines = _wrap(self.headline(), "", "  ")
        for number, finding in enumerate(self.findings, 1):
            lines += ["", *_finding_lines(number, finding)]
        if self.notes:
            lines.append("")
            for note in self.notes:
                lines += _wrap(_("note: {note}", note=note), "   ", "         ")
        if self.overhead is not None:
            lines += [
                "",
                _(
                    "   cost of watching: {overhead} of the run ({seconds:.2f} s)",
                    overhead=percent(self.overhead),
                    seconds=self.seconds,
                ),
            ]
        return printable("\n".join(lines) + "\n")

    def __str__(self) -> str:
        return self.text()

    def heading(self) -> str:
        return self.title or _("the run")

    def headline(self) -> str:
        """How the run ended, from which loss to which, with how many findings."""
        losses = ""
        if self.first_loss is not None and self.last_loss is not None:
            losses = _(
                ": loss {first_loss} → {last_loss}",
                first_loss=readable(self.first_loss),
                last_loss=readable(self.last_loss),
            )
        found = len(self.findings)
        count = _(COUNTS[found]) if found < len(COUNTS) else str(found)
        head = _(
            "{title} {ending}{losses}.",
            title=self.heading(),
            ending=self.outcome or _("is running"),
            losses=losses,
        )
        told = _n("{count} finding", "{count} findings", found, count=count)
        return f"{head}  {told}{self._links()}."

    def _links(self) -> str:
        order = {finding.rule: place for place, finding in reversed(list(enumerate(self.findings)))}
        links = [
            _("the {cause} explains the {other}", cause=_ordinal(order[finding.because]), other=_ordinal(place))
            for place, finding in enumerate(self.findings)
            if finding.because in order
        ]
        return ", " + ", ".join(links) if links else ""


def _ordinal(place: int) -> str:
    return _(ORDINALS[place]) if place < len(ORDINALS) else _("{number}th", number=place + 1)


def _finding_lines(place: int, finding: Finding) -> list[str]:
    source = f"   {finding.source}" if finding.source else ""
    head = f"{place}  {finding.rule}   {finding.site}{source}"
    lines = [head if cells(head) <= width() else f"{beginning(head, width() - 1)}…"]
    lines += _wrap(finding.evidence, "   ", "   ")
    if finding.because:
        lines += _wrap(_("follows from: {because}", because=finding.because), "   ", "   ")
    lines += _wrap(finding.effect, "   ", "   ")
    lines += _wrap(_("fix: {fix}", fix=finding.fix), "   ", "        ")
    return [*lines, _("   allow here: # wxb: allow {rule}", rule=finding.rule)]


def _wrap(text: str, first: str, later: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += wrapped(paragraph, later if lines else first, later)
    return lines


def shape(tensor: Any) -> str:
    """(64, 1) as Python writes it."""
    return str(tuple(tensor.shape))


def write(report: Report, path: str) -> None:
    """Write the report whole or not at all, so that a reader never sees half of one: a page where the name says so, else JSON."""
    if path.lower().endswith(PAGES):
        import_module("wxb.page.training").write(report, path)  # asked for by name: what is shown stands above
    else:
        write_atomically(path, json_text(report.to_dict(), indent=2) + "\n")
