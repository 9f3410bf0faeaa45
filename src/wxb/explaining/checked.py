"""What checking gradients found: a probe for each input, order and direction; no torch.

✗ gradient check of Square: the gradient by `x` is off
  x[2]    backward gives 3, differences 6 ± 1.2e-11: 0.5 of it
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wxb.explaining.slopes import Slope
from wxb.i18n import N_, _
from wxb.numbers import computed, finite_or_text, significant
from wxb.printable import printable
from wxb.report.lines import shortened, table, wrapped

SCHEMA = "wxb.gradient-check/1"
Verdict = Literal["agrees", "off", "kink", "undecided"]
Reason = Literal["", "noise", "kink", "fast", "parts", "first order"]
_SAID: dict[Verdict, str] = {
    "agrees": N_("agrees"),
    "off": N_("off"),
    "kink": N_("a kink, between both sides"),
    "undecided": N_("undecided"),
}
_WHY: dict[Reason, str] = {
    "noise": N_("{what}: undecided, noise hides it"),
    "kink": N_("{what}: undecided, not differentiable at this point: slopes {left} and {right} from its sides"),
    "parts": N_("{what}: undecided, not differentiable at this point: slopes along its elements do not add up"),
    "first order": N_("{what}: undecided, not differentiable at this point in the first order"),
    "fast": N_("{what}: undecided, it varies faster than any step of differences"),
}
MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Place:
    """The number that is off: of the sum of the output of that name, "" where there is one, by one element of the input.

    weighted : whether it is a random combination of the output's elements, not their sum
    unreached : whether nothing comes back to that input at all
    """

    output: str
    index: tuple[int, ...]
    backward: float
    difference: Slope
    weighted: bool = False
    unreached: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """One comparison: along the direction of that number, a random one of length 1 that starts with the same seed every time.

    Attributes:
        input, order, direction: what was compared.
        backward: what backward() gives along it.
        difference: what differences of the function give, with their error.
        verdict: agrees, off, kink or undecided.
        place: the element that is off, where one was found.
        reason: why it is undecided: noise, kink, fast (than any step), parts (slopes do not add up), first order; else "".
    """

    input: str
    order: int
    direction: int
    backward: float
    difference: Slope
    verdict: Verdict
    place: Place | None
    reason: Reason = ""

    def to_dict(self) -> dict[str, Any]:
        described: dict[str, Any] = {
            "input": self.input,
            "order": self.order,
            "direction": self.direction,
            "verdict": self.verdict,
            "reason": self.reason,
            **_numbers(self.backward, self.difference),
        }
        if self.place is not None:
            described["place"] = {
                "output": self.place.output,
                "index": list(self.place.index),
                **_numbers(self.place.backward, self.place.difference),
            }
        return described


@dataclass(frozen=True, slots=True, repr=False)
class GradientCheck:
    """Every comparison that was made; true where none is off.

    Attributes:
        title: of the function.
        inputs: the names of what was differentiated by.
        probes: the comparisons, first order first.
        notes: what must be known of them.
    """

    title: str
    inputs: tuple[str, ...]
    probes: tuple[Probe, ...]
    notes: tuple[str, ...]

    @property
    def off(self) -> tuple[Probe, ...]:
        """The comparisons that failed."""
        return tuple(one for one in self.probes if one.verdict == "off")

    @property
    def ok(self) -> bool:
        """Whether no gradient is off."""
        return not self.off

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        names = ", ".join(dict.fromkeys(one.input for one in self.off))
        return f"<GradientCheck of {self.title}: {f'off by {names}' if names else 'ok'}>"

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """For a terminal: what is off first, then every comparison."""
        lines = wrapped(self._headline(), "", "  ")
        for probe in self.off:
            lines += wrapped(_where(probe), "  ", "    ")
        for probe in self.probes:
            lines += wrapped(_why(probe), "  ", "    ") if probe.verdict == "undecided" and probe.reason else []
        rows = [
            [_("input"), _("order"), _("direction"), _("backward"), _("differences"), _("verdict")],
            *(_row(probe) for probe in sorted(self.probes, key=lambda one: one.verdict == "agrees")[:MOST_ROWS]),
        ]
        lines += ["", *table(rows, words_last=True, gap="  ")]
        more = len(self.probes) - MOST_ROWS
        lines += [_("  … {count} more, which agree", count=more)] if more > 0 and len(self.off) < MOST_ROWS else []
        for note in self.notes:
            lines += wrapped(_("note: {note}", note=note), "  ", "        ")
        return printable("\n".join(lines))

    def to_dict(self) -> dict[str, Any]:
        """JSON, with every number in full."""
        return {
            "schema": SCHEMA,
            "function": self.title,
            "ok": self.ok,
            "inputs": list(self.inputs),
            "probes": [one.to_dict() for one in self.probes],
            "notes": list(self.notes),
        }

    def _headline(self) -> str:
        if not self.off:
            undecided = _names(one.input for one in self.probes if one.verdict == "undecided")
            if undecided:
                return _(
                    "? gradient check of {title}: nothing is off, {names} undecided", title=self.title, names=undecided
                )
            return _("✓ gradient check of {title}: backward is the derivative, to the digits below", title=self.title)
        first = _names(one.input for one in self.off if one.order == 1)
        if first:
            return _("✗ gradient check of {title}: the gradient by {names} is off", title=self.title, names=first)
        names = _names(one.input for one in self.off)
        return _("✗ gradient check of {title}: the second derivative by {names} is off", title=self.title, names=names)


def _names(names: Any) -> str:
    return ", ".join(f"`{shortened(name, 40)}`" for name in dict.fromkeys(names))


def _where(probe: Probe) -> str:
    """One sentence: what is off, along which direction or at which element, by how much."""
    place = probe.place
    if place is None:
        backward, difference = probe.backward, probe.difference
        what = _what(probe)
    else:
        backward, difference = place.backward, place.difference
        index = f"[{', '.join(map(str, place.index))}]" if place.index else ""
        what = f"`{probe.input}{index}`" + (f" → `{place.output}`" if place.output else "")
    told = _(
        "{what}: backward gives {backward}, differences {difference}",
        what=what,
        backward=computed(backward, 6),
        difference=_measured(difference),
    )
    if not difference.kink and math.isfinite(backward):
        told += _(", {apart} apart", apart=computed(abs(backward - difference.value), 3))
        if backward and difference.value:
            told += _(": {ratio} times what it should be", ratio=_ratio(backward / difference.value))
    if place is not None and place.unreached:
        return told + _("; nothing comes back to this input")
    if probe.order == 2 and backward == 0:
        return told + _("; what backward computes with has left the graph (.data, .detach(), .item(), NumPy)")
    return told


def _ratio(ratio: float) -> str:
    """With as many digits as tell it from 1."""
    texts = (computed(ratio, digits) for digits in range(4, 16))
    return next((one for one in texts if one != "1"), "1")


def _row(probe: Probe) -> list[str]:
    return [
        shortened(probe.input, 24),
        str(probe.order),
        str(probe.direction),
        computed(probe.backward, 8),
        _measured(probe.difference),
        _(_SAID[probe.verdict]),
    ]


def _why(probe: Probe) -> str:
    """One sentence: why it is undecided."""
    found = probe.difference
    return _(_WHY[probe.reason], what=_what(probe), left=computed(found.left, 4), right=computed(found.right, 4))


def _what(probe: Probe) -> str:
    return _(
        "`{input}`, order {order}, direction {number}", input=probe.input, order=probe.order, number=probe.direction
    )


def _measured(found: Slope) -> str:
    if found.kink:
        return f"{computed(found.left, 5)} | {computed(found.right, 5)}"
    return f"{computed(found.value, 8)} ± {significant(found.error, 2) if found.error == found.error else '?'}"


def _numbers(backward: float, found: Slope) -> dict[str, Any]:
    return {
        "backward": finite_or_text(backward),
        "difference": finite_or_text(found.value),
        "error": finite_or_text(found.error),
        "sides": [finite_or_text(found.left), finite_or_text(found.right)],
        "step": found.step,
    }


__all__: Sequence[str] = ("GradientCheck", "Place", "Probe", "Verdict")
