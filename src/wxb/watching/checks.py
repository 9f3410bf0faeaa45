"""The rules of a run: told what happens, asked at the end. One that fails is switched off and said, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wxb.i18n import _
from wxb.watching.events import EVENTS, Rule
from wxb.watching.finding import Finding


class Checks:
    """rules : of this run      note : where to say that one failed"""

    def __init__(self, rules: Sequence[Rule], note: Callable[[str], None]) -> None:
        self._rules = list(rules)
        self._note = note
        self._listeners = {
            event: [rule for rule in rules if getattr(type(rule), event) is not getattr(Rule, event)]
            for event in EVENTS
        }

    def tell(self, event: str, *what: Any) -> None:
        """Tell those who listen to this event."""
        for rule in tuple(self._listeners[event]):
            try:
                getattr(rule, event)(*what)
            except Exception as error:
                self._listeners[event].remove(rule)
                self.failed(rule.name, error)

    def suspected(self) -> bool:
        """Whether any rule needs more steps to settle what it suspects."""
        return any(rule.suspects() for rule in self._rules)

    def findings(self) -> list[Finding]:
        """What every rule found."""
        return [finding for rule in self._rules for finding in self._ask(rule)]

    def _ask(self, rule: Rule) -> list[Finding]:
        try:
            return rule.findings()
        except Exception as error:
            self.failed(rule.name, error)
            return []

    def failed(self, name: str, error: Exception) -> None:
        first = str(error).splitlines()[0] if str(error) else ""
        self._note(_("check {name} failed: {kind}: {first}", name=name, kind=type(error).__name__, first=first))

    def clear(self) -> None:
        """Let go of the rules, and of what they hold of the user's."""
        self._rules.clear()
        self._listeners.clear()
