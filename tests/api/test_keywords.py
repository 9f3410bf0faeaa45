"""Keywords that a call does not take: told in the user's terms, and still a TypeError, as Python's own are."""

from __future__ import annotations

import inspect

import pytest

import wxb
from wxb.cli.commands import COMMANDS
from wxb.errors import KeywordError
from wxb.keywords import OTHERS, keywords_in_words, unknown
from wxb.methods.options import OPTIONS

DATA = {"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alpha", "no option `alpha`; did you mean `l2=λ`?\n  `l2=λ` (ridge) and `l1=λ` (lasso) are added"),
        ("lambda_", "did you mean `l2=λ`?"),
        ("C", "did you mean `l2=λ`?"),
        ("l1_ratio", "l1 = 2·alpha·l1_ratio"),
        ("fit_intercept", "did you mean `intercept=`?\n  b is fitted unless `intercept=False`"),
        ("solver", "no option `solver`\n  leave it out: the minimum is solved for"),
        ("n_jobs", "did you mean `threads=`?"),
        ("random_state", "did you mean `seed=`?"),
        ("max_iter", "did you mean `epochs=`?"),
        ("epcohs", "did you mean `epochs=`?"),
        ("cv", "did you mean `folds=K`?"),
        ("sample_weight", "did you mean `weights=`?"),
        ("cov_type", 'did you mean `se="HC1"`?'),
        ("family", "every line is of squared error"),
        ("learning_rate", "did you mean `lr=`?"),
        ("xyzzy", "no option `xyzzy`\n  `help(wxb.fit)` shows what it takes"),
    ],
)
def test_what_others_call_an_option(name, said):
    with pytest.raises(KeywordError) as refused:
        wxb.fit(DATA, "y", **{name: 1})
    assert f"`wxb.fit` has {said}" in str(refused.value) or said in str(refused.value)
    assert isinstance(refused.value, TypeError)
    assert isinstance(refused.value, wxb.UsageError)
    assert isinstance(refused.value, ValueError)
    kind, parts = refused.value.__reduce__()  # across processes
    assert str(kind(*parts)) == str(refused.value)


def test_each_call_knows_its_own_options():
    model = wxb.fit(DATA, "y")
    calls = {
        "`wxb.Model.predict` has no option `alpha`; did you mean `interval=0.95`": lambda: model.predict(
            DATA, alpha=0.05
        ),
        "`wxb.Model.diagnose` has no option `larges`; did you mean `largest=`": lambda: model.diagnose(DATA, larges=2),
        "`wxb.Model.residuals` has no option `na_values`; did you mean `na=": lambda: model.residuals(
            DATA, na_values=2
        ),
        "`wxb.rates` has no option `threadz`; did you mean `threads=`": lambda: wxb.rates(DATA, "y", threadz=2),
        "`wxb.update` has no option `sample_weight`; did you mean `weights=`": lambda: wxb.update(
            model, DATA, sample_weight=1
        ),
        "`wxb.lab` has no option `learning_rate`; did you mean `lr=`": lambda: wxb.lab(DATA, learning_rate=1),
    }
    for said, call in calls.items():
        with pytest.raises(KeywordError) as refused:
            call()
        assert said in refused.value.what


def test_a_method_that_begins_an_object_keeps_its_signature():
    class Line:
        @keywords_in_words()
        def __init__(self, *, l2: float | None = None) -> None:
            """What it is."""
            self.l2 = l2

    assert list(inspect.signature(Line).parameters) == ["l2"]
    assert Line(l2=1.0).l2 == 1.0
    with pytest.raises(KeywordError, match=r"`wxb.Line` has no option `alpha`; did you mean `l2=λ`\?"):
        Line(alpha=1)  # type: ignore[call-arg]


def test_every_entry_is_of_an_option_that_there_is():
    known = {
        *OPTIONS,
        *inspect.signature(wxb.fit).parameters,
        "interval",
        "sep",
        "skip",
        "na",
        "sheet",
        "date",
        "where",
        "sql",  # of the command line alone
        "uri",
    }
    assert {one.option for one in OTHERS} - {""} <= known
    flags = {option.name for command in COMMANDS for option in command.options}
    for one in OTHERS:
        for name in one.names.split():
            assert name not in known or name in ("level", "bias"), name
            assert unknown(name, "wxb.fit", [*known, *flags]).do
