"""Which language wxb speaks, as its users ask for it."""

from __future__ import annotations

from wxb.errors import UsageError
from wxb.i18n import LANGUAGES, _, speak
from wxb.i18n import language as spoken
from wxb.printable import show


def language(code: str | None = None) -> str:
    """The language wxb speaks, "en" or "ko"; with a code it speaks that from now on.

    Without one ever given it is that of the variable WXB_LANG, else of the locale, else English. Texts that a model keeps
    (its notes) stay in the language they were said in.

    code : "en", "ko", or a locale as "ko_KR.UTF-8"; without it the language is only told

    UsageError: a language that wxb does not speak.
    """
    if code is not None and not speak(code):
        raise UsageError(
            _("{code} is no language that wxb speaks", code=show(str(code))),
            _(
                "choose one of {languages}",
                languages=", ".join(f'"{each}" ({name})' for each, name in LANGUAGES.items()),
            ),
        )
    return spoken()
