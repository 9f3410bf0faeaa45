"""What a command line can hold, as data: from it follow the parsing, the help and the completion.

Texts are marked here, and said where they are shown. Plain classes, for they are made at every start: three dataclasses
would cost more than all else that `wxb --help` does.
"""

from __future__ import annotations

from wxb.i18n import N_, _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Option:
    """`--name VALUE`, or a flag where `metavar` is empty.

    name : the keyword its value goes by        read : what reads the value, a function of `cli/values.py`
    value : what a flag stands for; several may be of one name        default : for the help; what is not given is not passed on
    choices : all values there are              repeated : given again, it adds to the list; else the last one counts
    """

    __slots__ = (
        "choices",
        "default",
        "flags",
        "help",
        "metavar",
        "name",
        "panel",
        "read",
        "repeated",
        "required",
        "value",
    )

    def __init__(
        self, *flags: str, help: str, metavar: str = "", panel: str = N_("Options"), read: str = "text", name: str = "",
        default: str = "", choices: Sequence[str] = (), repeated: bool = False, required: bool = False, value: bool | str = True,
    ) -> None:  # fmt: skip
        self.flags, self.help, self.panel, self.read = flags, help, panel, read
        self.metavar = metavar or "|".join(choices)
        self.name = name or flags[0].lstrip("-").replace("-", "_")
        self.default, self.choices, self.repeated, self.required, self.value = (
            default, choices, repeated, required, value,
        )  # fmt: skip

    @property
    def takes_value(self) -> bool:
        return bool(self.metavar)


class Argument:
    """A word without dashes; `repeated`: all that are left; `unless`: options that stand in its place."""

    __slots__ = ("help", "metavar", "name", "read", "repeated", "required", "unless")

    def __init__(
        self, name: str, help: str, metavar: str = "", read: str = "text", repeated: bool = False,
        required: bool = True, unless: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name, self.help, self.read, self.repeated, self.required = name, help, read, repeated, required
        self.metavar, self.unless = metavar or name.upper(), unless


class Command:
    """A word after `wxb`.

    work : "module.function" of `wxb.cli`, called with a Screen and every value given, by name
    handed_on : from the first argument on nothing is an option: they belong to the script that is run
    """

    __slots__ = ("arguments", "handed_on", "help", "name", "options", "work")

    def __init__(
        self,
        name: str,
        work: str,
        help: str,
        arguments: Sequence[Argument],
        options: Sequence[Option],
        handed_on: bool = False,
    ) -> None:
        self.name, self.work, self.help, self.handed_on = name, work, help, handed_on
        self.arguments, self.options = arguments, options

    @property
    def summary(self) -> str:
        """The first sentence of its help, in the reader's language."""
        return _(self.help).split("\n", 1)[0]
