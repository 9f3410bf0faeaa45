"""`--lang ko`, before the command or among its options: spoken before a word is said, even of words that are wrong.

Where stdout or stderr cannot carry its letters (`LC_ALL=C`) English is spoken instead, in all that is said or written.
"""

from __future__ import annotations

import sys

from wxb.cli.streams import carries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxb.cli.declared import Command

FLAG = "--lang"
LOST = """\
! Korean letters cannot be shown in this locale, so this is English
  set LC_ALL=C.UTF-8, or PYTHONIOENCODING=utf-8 where UTF-8 is shown"""  # said where nothing but English is


def behind(words: list[str]) -> list[str]:
    """`wxb --lang ko fit DATA` is `wxb fit --lang ko DATA`; with no command it is that of the help."""
    place = 0
    while place < len(words) and words[place].partition("=")[0] == FLAG:
        place += 2 if words[place] == FLAG else 1
    return [*(words[place : place + 1] or ["--help"]), *words[:place], *words[place + 1 :]]


def speak_as_asked(command: Command | None, words: Sequence[str]) -> bool:
    """Speak the language that the words after a command ask for; False where wxb does not speak it, or none is named."""
    from wxb.i18n import speak

    takes = () if command is None else {flag for one in command.options if one.takes_value for flag in one.flags}
    asked, place = None, 0
    while place < len(words) and words[place] != "--":
        word = words[place]
        if command is not None and command.handed_on and not word.startswith("-"):
            break  # the script's own words begin
        flag, equals, code = word.partition("=")
        if flag == FLAG:
            asked = code if equals else next(iter(words[place + 1 : place + 2]), "")
        place += 2 if word in takes or word == FLAG else 1
    known = asked is None or speak(asked)
    speak_what_is_carried()
    return known


def speak_what_is_carried() -> None:
    """English where the language asked for has letters that would be lost."""
    from wxb.i18n import LANGUAGES, language, speak

    if all(carries(stream, LANGUAGES[language()]) for stream in (sys.stdout, sys.stderr)) or language() == "en":
        return
    speak("en")
    print(LOST, file=sys.stderr)
