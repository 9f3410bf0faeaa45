"""The rules of a run: told what happens, asked at the end. One that fails is switched off and said, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wxb.i18n import _
from wxb.watching.events import EVENTS, Rule, TorchCall
from wxb.watching.finding import Finding

Listener = tuple[Rule, Callable[..., None]]  # a rule, and its method that is called


def _overrides(rule: Rule, event: str) -> bool:
    return getattr(type(rule), event) is not getattr(Rule, event)


class Checks:
    """rules : of this run      note : where to say that one failed"""

    def __init__(self, rules: Sequence[Rule], note: Callable[[str], None]) -> None:
        self._rules = list(rules)
        self._note = note
        self._listeners: dict[str, tuple[Listener, ...]] = {
            event: tuple((rule, getattr(rule, event)) for rule in rules if _overrides(rule, event)) for event in EVENTS
        }
        self._hearing: dict[str, tuple[Listener, ...]] = {}  # by the name of an operation

    def tell(self, event: str, *what: Any) -> None:
        """Tell those who listen to this event."""
        for rule, hear in self._listeners[event]:
            try:
                hear(*what)
            except Exception as error:
                self._silence(event, rule, error)

    def operation(self, call: TorchCall) -> None:
        """Tell those of an operation who hear its name: most hear a few names, and a window has thousands of operations."""
        listeners = self._listeners["operation"]
        if "out" in call.kwargs:
            hearing = listeners
        elif (found := self._hearing.get(call.name)) is not None:
            hearing = found
        else:
            hearing = self._hearing[call.name] = tuple(one for one in listeners if one[0].hears(call.name))
        for rule, hear in hearing:
            try:
                hear(call)
            except Exception as error:
                self._silence("operation", rule, error)

    def _silence(self, event: str, rule: Rule, error: Exception) -> None:
        self._listeners[event] = tuple(one for one in self._listeners[event] if one[0] is not rule)
        self._hearing.clear()
        self.failed(rule.name, error)

    def suspected(self) -> bool:
        """Whether any rule needs more steps to settle what it suspects."""
        return any(rule.suspects() for rule in self._rules)

    def findings(self) -> list[Finding]:
        """What every rule found."""
        return [finding for rule in self._rules for finding in self._ask(rule)]

    def _ask(self, rule: Rule) -> list[Finding]:
        try:
            return [rule.noticed(finding) for finding in rule.findings()]
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
        self._hearing.clear()
