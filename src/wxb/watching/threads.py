"""One watched run: a session for each thread that trains, and one report of them all.

What a rule remembers between an operation, a backward call and a step belongs to one thread: with a memory in common, two
threads that train at once would be taken for one loop. A thread's session begins with the first thing it does that
training is made of (an optimizer made, a backward call, a step); the thread that began watching has one from the start.

A gradient, a step or a parameter may be another thread's work only where threads share parameters. Then what one of them
lacks is no fault of its own, and nothing is said about it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from wxb.i18n import _
from wxb.watching import hooks, private, sources
from wxb.watching.at_import import Begin
from wxb.watching.calls import blind_spots, dispatch_cost
from wxb.watching.children import Children, finding_of
from wxb.watching.curves import Curves, losses_of, together
from wxb.watching.events import Rule
from wxb.watching.finding import Finding, arrange
from wxb.watching.report import Report
from wxb.watching.session import Session

LACKS = frozenset(("stale-gradients", "untracked-update", "no-gradient", "no-update"))


class Threads:
    """torch : the module      rules : to be made anew for each thread      report : filled when the run ends

    begin : begins another such run, in a child process
    """

    def __init__(self, torch: Any, rules: list[type[Rule]], report: Report, begin: Begin) -> None:
        self.torch = torch
        self.report = report
        self.thread = threading.get_ident()
        self.children = Children(begin)
        self._rules = rules
        self._own = threading.local()
        self._sessions: list[Session] = []
        self._began = time.perf_counter()

    def start(self) -> None:
        sources.refresh()
        hooks.attach(self, self.torch)
        self.session()

    def session(self) -> Session | None:
        """This thread's session, made now if it has none; None in a thread that Python did not start (autograd's own)."""
        found = getattr(self._own, "session", None)
        if found is None and any(thread.ident == threading.get_ident() for thread in threading.enumerate()):
            found = self._own.session = Session(self.torch, self._rules)
            self._sessions.append(found)
            found.start()
        return found

    def stop(self, exception: BaseException | None) -> Report:
        """Take every hook back, then ask the rules. Called once, whatever happened to the run."""
        for session in self._sessions:
            session.close(exception)
        hooks.detach(self)
        began = time.perf_counter()
        asked = self._asked(exception)
        found = [finding for session in asked for finding in self._judged(session, asked)]
        reports, said = self.children.gather()
        self.report.notes += said
        found += [finding_of(finding) for report in reports for finding in report["findings"]]
        once = {(finding.rule, finding.site): finding for finding in reversed(found)}
        self._write(asked, arrange(list(once.values())), began)
        self._of_children(reports)
        for session in self._sessions:
            session.let_go()
        return self.report

    def _asked(self, exception: BaseException | None) -> list[Session]:
        """The sessions that trained, and the first where none did or the run ended in an exception."""
        first, *others = self._sessions
        trained = [session for session in others if session.backwards + session.steps]
        if first.backwards + first.steps or exception is not None or not trained:
            return [first, *trained]
        return trained

    def _judged(self, session: Session, asked: list[Session]) -> list[Finding]:
        found = session.findings()
        if not any(_share(session, other) for other in asked if other is not session):
            return found
        self.report.notes.append(
            _("threads train the same parameters: what one of them lacks another may do, so it is not judged")
        )
        return [finding for finding in found if finding.rule not in LACKS]

    def _drawn(self, asked: list[Session]) -> Curves:
        try:
            with hooks.unseen(self.torch):
                return together([replace(one.tracks.curves(), losses=losses_of(one.curves)) for one in asked])
        except Exception as error:  # a device that is lost
            self.report.notes.append(_("the curves are lost: {error}", error=str(error).split("\n", 1)[0]))
            return Curves()

    def _of_children(self, reports: list[dict[str, Any]]) -> None:
        """Their notes; and the losses of the one that trained most, where this process did not train."""
        report = self.report
        report.notes[:] = dict.fromkeys([*report.notes, *(note for one in reports for note in one["notes"])])
        most = max(reports, key=lambda one: one["backward_calls"], default=None)
        if most is not None and report.first_loss is None and most["loss"]["first"] is not None:
            report.first_loss, report.last_loss = float(most["loss"]["first"]), float(most["loss"]["last"])

    def _write(self, asked: list[Session], findings: list[Finding], began: float) -> None:
        report = self.report
        report.backwards = sum(session.backwards for session in asked)
        report.steps = sum(session.steps for session in asked)
        notes = [note for session in asked for note in session.notes]
        judged = report.backwards + report.steps + self.children.trained
        notes += private.missing(self.torch) if judged else []
        notes += blind_spots(any(session.lens.compiled for session in self._sessions), judged)
        report.notes[:] = list(dict.fromkeys([*report.notes, *notes]))
        report.findings[:] = findings
        curves = [curve for session in asked for curve in session.curves.values()]
        curve = max(curves, key=lambda curve: curve.count, default=None)
        if curve is not None:
            report.first_loss, report.last_loss = curve.first[0], curve.last[-1]
        report.curves = self._drawn(asked)
        looked = any(session.operations for session in self._sessions)
        each = dispatch_cost(self.torch) if looked else 0.0
        now = time.perf_counter()
        spent = now - began + sum(session.spent + session.dispatched * each for session in self._sessions)
        report.overhead = min(1.0, spent / max(now - self._began, 1e-9))
        report.seconds = spent


def _share(one: Session, other: Session) -> bool:
    return any(
        (same := other.parameters.get(identity)) is not None and same.reference() is record.reference() is not None
        for identity, record in tuple(one.parameters.items())
    )
