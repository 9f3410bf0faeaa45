"""What wxb says, in the reader's language: English texts stand in the code, catalogues hold the others.

    _("{name} has {count} rows", name=…, count=…)     said now: looked up, then filled in
    _n("{n} row", "{n} rows", n)                       the form that goes with a number, which is `n` in it
    N_("too small")                                    marked where it stands (a table, a class); `_` says it later

What is filled in is named and carries its format, `{share:.1%}`; it is never looked up or formatted again, so braces in
foreign text are only braces. Advice (`lr=0.1`) and names keep their backticks in every language.

A Korean particle goes by the sound before it, "W는" but "값은". A catalogue writes both, "{name}은(는)", and the one
that fits is kept.

The language is the first that is said: `wxb.language("ko")` (the command line's `--lang`), `WXB_LANG`, the locale of the
messages, English. Catalogues are gettext's: `locale/ko/LC_MESSAGES/wxb.po` in the sources, compiled when wxb is built.
Rejected: a text as an object that is translated where it is shown (every text would have two types).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing takes milliseconds to load, and every command comes through here
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

LANGUAGES = {"en": "English", "ko": "한국어"}

_spoken: dict[
    str, Any
] = {}  # "asked": the language asked for; "catalogue": its gettext catalogue, None where none is needed


def language() -> str:
    """The language wxb speaks: "en" or "ko"."""
    return _spoken.get("asked") or _of_surroundings()


def speak(code: str) -> bool:
    """From now on that language; False, and nothing changes, where wxb does not speak it."""
    known = _known(code)
    if known is not None:
        _spoken.clear()
        _spoken["asked"] = known
    return known is not None


def _(text: str, /, **values: Any) -> str:
    """A text in the reader's language, its places filled in."""
    catalogue = _catalogue()
    return _filled(catalogue.gettext(text) if catalogue and text else text, values)


def _n(one: str, many: str, n: int, /, **values: Any) -> str:
    """The form of a text that goes with a number, which stands in it as {n}."""
    catalogue = _catalogue()
    text = catalogue.ngettext(one, many, n) if catalogue else (one if n == 1 else many)
    return _filled(text, {"n": n, **values})


def N_(text: str, /) -> str:
    """A text that is said later: marked for the catalogues, and left as it is."""
    return text


def in_language(code: str, text: str) -> str:
    """A text in one language, whichever is spoken; its places and both forms of a particle are left as they are."""
    catalogue = _found(code)
    return catalogue.gettext(text) if catalogue and text else text


def either(*words: str) -> str:
    """`a`, `b` or `c`"""
    *first, last = [*words] or [""]
    return _(" or ").join([", ".join(first), last]) if first else last


def both(*words: str) -> str:
    """`a` and `b`, however many there are."""
    return _(" and ").join(words)


def listed(words: Iterable[str]) -> str:
    """`a`, `b` and `c`"""
    *first, last = [*words] or [""]
    return both(", ".join(first), last) if first else last


FEW = 3  # of one sort that are said one by one


def few(texts: Iterable[str]) -> tuple[str, ...]:
    """What is said of several columns or terms alike: one by one while they are few, else the first ones and how many more."""
    said = tuple(texts)
    if len(said) <= FEW:
        return said
    first, more = "; ".join(said[:FEW]), len(said) - FEW
    return (_n("{first}; and {n} more like this", "{first}; and {n} more like these", more, first=first),)


def _filled(text: str, values: dict[str, Any]) -> str:
    """What a text without values says stands as it is: its braces are no places."""
    filled = text.format(**values) if values else text
    return with_particles(filled) if _catalogue() and "(" in text else filled


def _catalogue() -> Any:
    if "catalogue" not in _spoken:
        _spoken["catalogue"] = _found(language())
    return _spoken["catalogue"]


def _found(code: str) -> Any:
    if code == "en":
        return None
    import gettext

    folder = os.path.join(os.path.dirname(__file__), "locale")
    try:
        return gettext.translation("wxb", folder, [code], fallback=True)
    except (OSError, ValueError):  # a damaged catalogue: English is spoken
        return None


def _of_surroundings() -> str:
    for variable in ("WXB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        given = os.environ.get(variable)
        if given:
            return _known(given) or "en"
    return "en"


def _known(code: Any) -> str | None:
    """The language of "ko", "ko_KR.UTF-8", "KO-kr"; None where it is none of ours."""
    if not isinstance(code, str):
        return None
    start = code[:2].lower()
    return start if start in LANGUAGES and code[2:3] in ("", "-", "_", ".", "@") else None


# Korean particles: after a consonant, after a vowel. 로 also follows ㄹ.
_PARTICLES = {
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "과(와)": ("과", "와"),
    "으로(로)": ("으로", "로"),
    "이라(라)": ("이라", "라"),
    "이나(나)": ("이나", "나"),
    "이며(며)": ("이며", "며"),
    "이어야(여야)": ("이어야", "여야"),
    "이라는(라는)": ("이라는", "라는"),
}
_SAID = "²³⁰¹⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉αβγδελμρστφχω%×ŷ"
_RIEUL = 8  # ㄹ among the 28 final sounds of a syllable
# of digits, and of the names of letters
_FINALS = dict.fromkeys("036⁰³⁶₀₃₆mn", 1) | dict.fromkeys("178¹⁷⁸₁₇₈lr", _RIEUL)
_VOWELS = "aeiou"


def with_particles(text: str) -> str:
    """A Korean text whose particles fit the words before them: "W은(는)" becomes "W는", "값은(는)" becomes "값은".

    Digits and letters go by how Koreans say their names (n is 엔, 3 is 삼, α is 알파), English words by how they say these
    (skip is 스킵, line 라인, speed 스피드, score 스코어); marks and brackets are passed over.
    """
    for both in _PARTICLES:
        before, found, rest = text.partition(both)
        while found:
            before += _particle(before, both)
            start, found, rest = rest.partition(both)
            before += start
        text = before
    return text


def _particle(before: str, both: str) -> str:
    consonant, vowel = _PARTICLES[both]
    final = _final(before[-40:])
    if both == "으로(로)" and final == _RIEUL:
        return vowel
    return consonant if final else vowel


def _final(heard: str) -> int:
    """The final sound of what is said last: 0 where it ends in a vowel."""
    while heard and not _is_said(heard[-1]):
        heard = heard[:-1]
    last = heard[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28
    start = len(heard)
    while start and heard[start - 1].isascii() and heard[start - 1].isalpha():
        start -= 1
    word = heard[start:]
    spelled = len(word) < 3 or word.isupper() or not any(letter in "aeiouy" for letter in word.lower())
    return _FINALS.get(last.lower(), 0) if spelled else _final_of_word(word.lower())


def _final_of_word(word: str) -> int:
    """That of an English word, as Koreans write it: what follows a short vowel stays a final sound, else it gets a vowel."""
    if word[-1] == "e" and word[-2] not in _VOWELS:  # a silent e leaves 타임, 라인, 파일, but 데이트, 스코어
        word = word[:-1]
        return {"m": 1, "n": 1, "l": _RIEUL}.get(word[-1], 0)
    last, before, earlier = word[-1], word[-2], word[-3:-2]
    if last in "mn" or word.endswith("ng") or (last == "k" and before == "c"):
        return 1
    if last == "l":
        return _RIEUL
    if last in "ptbc" and before in _VOWELS:  # 스텝, 타깃, 탭, 토픽; after a long vowel a t is 트
        return 1 if last != "t" or earlier not in _VOWELS or word[-3:-1] == "ou" else 0
    return 1 if last == "k" and word[-3:-1] == "oo" else 0


def _is_said(letter: str) -> bool:
    return "가" <= letter <= "힣" or (letter.isascii() and letter.isalnum()) or letter in _SAID
