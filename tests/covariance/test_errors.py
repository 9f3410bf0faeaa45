"""Standard errors by name: what is read is written again, what is none is refused with what is like it."""

import pytest

import wxb
from wxb.covariance.errors import Errors


@pytest.mark.parametrize(
    ("text", "kind", "labels", "lags", "draws"),
    [
        ("classical", "classical", (), None, 0),
        ("hc3", "HC3", (), None, 0),
        ("cluster:school", "CR1", ("school",), None, 0),
        (" CLUSTER: school + year", "CR1", ("school", "year"), None, 0),
        ("cluster:`a+b: c`", "CR1", ("a+b: c",), None, 0),
        ("CR1:school", "CR1", ("school",), None, 0),
        ("CRV1:firm", "CR1", ("firm",), None, 0),
        ("nonrobust", "classical", (), None, 0),
        ("CR2:home town", "CR2", ("home town",), None, 0),
        ("CR3:school", "CR3", ("school",), None, 0),
        ("HAC", "HAC", (), None, 0),
        ("HAC:4", "HAC", (), 4, 0),
        ("DK:year", "DK", ("year",), None, 0),
        ("DK:year:0", "DK", ("year",), 0, 0),
        ("bootstrap:999", "bootstrap", (), None, 999),
        ("bootstrap:999:school", "bootstrap", ("school",), None, 999),
    ],
)
def test_a_text_and_back(text, kind, labels, lags, draws):
    found = Errors.parse(text)
    assert (found.kind, found.labels, found.lags, found.draws) == (kind, labels, lags, draws)
    assert Errors.parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HC4", "there are HC0, HC1, HC2 and HC3"),
        ("HC1:school", "HC1 has nothing after its name"),
        ("robust", 'se="HC1"'),
        ("twoway:firm,year", 'se="cluster:school[+]year"'),
        ("cluser:school", "is cluster meant?"),
        ("bootstrp:99", "is bootstrap meant?"),
        ("nonsense", "there are classical, HC0"),
        ("cluster", 'se="cluster:school"'),
        ("cluster:", "does not say by which column|cannot be read"),
        ("cluster:a+", "cannot be read after its name"),
        ("cluster:a:b", "cannot be read after its name"),
        ("cluster:a+b+c", "3 columns"),
        ("cluster:a+a", "`a` twice"),
        ("CR2:a+b", 'se="cluster:a[+]b"'),
        ("HAC:x", 'se="HAC:4"'),
        ("HAC:-1", "no number of lags"),
        ("DK:year:a", 'se="DK:year:2"'),
        ("bootstrap", "how many draws"),
        ("bootstrap:3", "from 50 to 1000000"),
        ("bootstrap:" + "9" * 400, "from 50 to 1000000"),
        ("", "cannot be read"),
        ("`", "cannot be read"),
        ("cluster:a\x1b[2J+", r"\\x1b"),
    ],
)
def test_what_is_none_is_refused_in_words(text, said):
    with pytest.raises(wxb.UsageError, match=said) as caught:
        Errors.parse(text)
    assert caught.value.do
