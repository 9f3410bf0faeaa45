"""What the page says, by key; its JavaScript holds no sentence of its own.

    both()      {"en": {"cost.title": "Cost", …}, "ko": {"cost.title": "비용", …}}

Texts are marked here as everywhere and stand in the catalogues in Korean; the page carries both languages. A place is a plain
name, `{cost}`: numbers come written already. What depends on a number has two keys, `…_one` and `…_many`.

    one_to_five, six_to_ten     of the scenes: SCENE.title, .sentence, .task, .hint, .answer, and what their pictures say
    pictures                    of axes, labels and legends of all pictures
    app                         of the page around them: bars, dialogs, keys, what is spoken
    data                        of tables that are pasted and of the code behind a picture
    expressions                 of what is typed for autograd
    words                       of numbers and of learning rates
"""

from __future__ import annotations

from functools import cache

from wxb.i18n import LANGUAGES, in_language
from wxb.laboratory.texts import app, data, expressions, one_to_five, pictures, six_to_ten, words

SCENES = ("data", "hypothesis", "cost", "curve", "step", "rate", "log", "prediction", "zero", "autograd")  # ① to ⑩
ROOMS = (one_to_five, six_to_ten, pictures, app, data, expressions, words)
TEXTS: dict[str, str] = {key: text for room in ROOMS for key, text in room.TEXTS.items()}


@cache
def both() -> dict[str, dict[str, str]]:
    """Every text in every language."""
    return {code: {key: in_language(code, text) for key, text in TEXTS.items()} for code in LANGUAGES}
