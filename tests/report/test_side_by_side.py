"""Models side by side: every term of any of them in a row, in four forms in which no name can be more than a name."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest

import wxb
from support.levels import of_levels
from wxb.printable import cells

RANDOM = np.random.default_rng(6)
X = RANDOM.normal(size=(60, 4))
Y = X @ [1.0, 2.0, 0.1, 0.0] + RANDOM.normal(size=60)
HOSTILE = [
    "a|b", "50% of $x$", "under_score & co", "#1 {x}", "~ ^ \\ \\", "*bold* _it_ `code`", "<script>alert(1)</script>",
    "&amp; \"quoted\" 'so'", "line\nbreak\ttab", "[link](http://x)", "\\\\[1ex] \\input{/etc/passwd}", "*star", "[first",
    "--dash--",
    "학교 이름", "αβγ", "\x1b[31mred", "-- drop table */ /*", "\\end{tabular}",
]  # fmt: skip


def fits(names: list[str], **options: object) -> list[wxb.Model]:
    """A model of the first name, of the first two, …"""
    table = {name: X[:, i] for i, name in enumerate(names)} | {"y": Y}
    return [wxb.fit(table, "y", features=names[:k], **options) for k in range(1, len(names) + 1)]  # type: ignore[arg-type]


# ---- what is in it


def test_the_union_of_the_terms_in_order_and_the_intercept_last() -> None:
    one, two = fits(["a", "b"])
    other = wxb.fit({"c": X[:, 2], "b": X[:, 1], "y": Y}, "y")
    table = wxb.table(one, other, two)
    assert [row.name for row in table.rows] == ["a", "c", "b", "intercept"]
    assert [[cell is not None for cell in row.cells] for row in table.rows] == [
        [True, False, True],
        [False, True, False],
        [False, True, True],
        [True, True, True],
    ]


@pytest.mark.parametrize(
    ("errors", "shown"),
    [("se", lambda m: [m["a"].se]), ("t", lambda m: [m["a"].t]), ("interval", lambda m: [*m["a"].interval(0.9)])],
)
def test_the_numbers_are_those_of_the_model(errors: str, shown) -> None:  # type: ignore[no-untyped-def]
    [model] = fits(["a"])
    cell = wxb.table(model, errors=errors, level=0.9).rows[0].cells[0]
    assert cell is not None
    found = [float(text.replace("−", "-")) for text in re.findall(r"−?\d[\d.]*", cell.beneath)]
    assert found == pytest.approx(shown(model), rel=5e-3)
    assert float(cell.value.replace("−", "-")) == pytest.approx(model["a"].coef, rel=5e-4)


def test_stars_are_for_those_who_ask() -> None:
    models = fits(["b", "c"])
    assert all(cell is None or cell.stars == 0 for row in wxb.table(*models).rows for cell in row.cells)
    starred = wxb.table(*models, stars=True)
    for row, name in zip(starred.rows, ("b", "c", "(b)")):
        for model, cell in zip(models, row.cells):
            assert cell is None or cell.stars == sum(model[name].p < most for most in (0.05, 0.01, 0.001))
    assert "p < 0.05" in str(starred)


def test_levels_of_different_bases_say_which_is_the_base() -> None:
    table = wxb.table(of_levels(3), of_levels(3, base="s001"))
    names = [row.name for row in table.rows]
    assert names == ["hours", "school", "s001", "s002", "s000", "intercept"]
    assert [[cell and cell.value == "base" for cell in row.cells] for row in table.rows[2:5:2]] == [
        [False, True],
        [True, False],
    ]
    assert "school (base: s000)" in str(wxb.table(of_levels(3), of_levels(4)))


def test_many_levels_are_counted_in_the_foot() -> None:
    table = wxb.table(of_levels(70), of_levels(3))
    [row] = [row for row in table.foot if row.name == "school"]
    assert [cell and cell.value for cell in row.cells] == ["69 levels", None]


def test_other_targets_are_a_row_and_the_same_is_the_caption() -> None:
    other = wxb.fit({"a": X[:, 0], "z": Y}, "z")
    [one] = fits(["a"])
    assert wxb.table(one).caption == "y"
    assert wxb.table(one, other).caption == ""
    assert [cell and cell.value for cell in wxb.table(one, other).foot[0].cells] == ["y", "z"]


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_what_a_descent_reached_has_no_errors_and_a_run_without_an_answer_no_number() -> None:
    table = {"a": X[:, 0], "y": Y}
    reached, gone = wxb.fit(table, "y", lr=0.1, epochs=2), wxb.fit(table, "y", lr=10.0, epochs=500)
    both = wxb.table(reached, gone)
    first = both.rows[0].cells
    assert first[0] is not None
    assert (first[0].beneath, first[1] and first[1].value) == ("", "—")
    assert "without errors of its own: (1), (2)" in " ".join(str(both).split())


@pytest.mark.parametrize("absorbed", ["one", "one + two"])
def test_r2_beside_absorbed_levels_is_no_uncentred_one(absorbed: str) -> None:
    data = {
        "a": X[:, 0],
        "one": [f"o{i % 5}" for i in range(len(Y))],
        "two": [f"t{i % 7}" for i in range(len(Y))],
        "y": Y,
    }
    assert "uncentred" not in str(wxb.table(wxb.fit(data, formula=f"y ~ a | {absorbed}")))


def test_without_an_intercept_r2_is_said_to_be_uncentred() -> None:
    text = str(wxb.table(*fits(["a"], intercept=False), *fits(["a"]), names=["through 0", "free"]))
    assert "R² is uncentred, beside predicting 0: through 0." in text


# ---- how it is asked for


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: wxb.table(), "none is given"),
        (lambda m: wxb.table(m, "m.json"), 'wxb.load\\("m.json"\\)'),
        (lambda m: wxb.table(m, format="tex"), "text, markdown|'latex'"),
        (lambda m: wxb.table(m, errors="sd"), "'interval'"),
        (lambda m: wxb.table(m, names=["a", "b"]), "1 model and 2 names"),
        (lambda m: wxb.table(m, names="a"), "list of texts"),
        (lambda m: wxb.table(m, level=95), "between 0 and 1"),
        (lambda m: wxb.table(m, stars="yes"), "True or False"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, said: str) -> None:  # type: ignore[no-untyped-def]
    [model] = fits(["a"])
    with pytest.raises(wxb.UsageError, match=said):
        call(model)


def test_a_table_is_a_value_that_prints_in_its_format() -> None:
    [model] = fits(["a"])
    for form in ("text", "markdown", "latex", "html"):
        table = wxb.table(model, format=form)
        assert str(table) == getattr(table, form)()
        assert table._repr_html_() == table.html()
    with pytest.raises(AttributeError):
        table.caption = "no"  # type: ignore[misc]


# ---- text


@pytest.mark.parametrize("errors", ["se", "interval"])
@pytest.mark.parametrize("count", [1, 4, 12])
def test_text_has_80_columns_and_every_number(errors: str, count: int) -> None:
    models = (fits(["a", "긴 이름의 열 하나입니다", "c" * 120, "d"]) * 3)[:count]
    text = wxb.table(*models, errors=errors, names=[f"the model number {i} of them" for i in range(count)]).text()
    assert max(map(cells, text.splitlines())) <= 80
    for cell in (cell for row in wxb.table(*models, errors=errors).rows for cell in row.cells if cell):
        assert cell.value in text
        assert cell.beneath in text
    assert count < 4 or "c" * 120 in "".join(text.split())


# ---- names that are more than names


@pytest.fixture(params=HOSTILE, ids=ascii)
def hostile(request: pytest.FixtureRequest) -> wxb.ModelTable:
    name = request.param
    models = [wxb.fit({name: X[:, 0], "y": Y}, "y"), wxb.fit({"a": X[:, 1], name: Y}, name)]
    return wxb.table(*models, names=[name, "plain"], caption=name)


def shown(name: str) -> str:
    from wxb.printable import one_line

    return one_line(" ".join(name.split()))


def test_markdown_reads_as_the_name(hostile: wxb.ModelTable) -> None:
    lines = [line for line in hostile.markdown().splitlines() if line.startswith("|")]
    rows = [re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1] for line in lines]
    assert {len(row) for row in rows} == {3}
    plain = [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", row[0].strip()) for row in rows]
    assert shown(hostile.caption) in [*plain, re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", rows[0][1].strip())]
    assert not re.search(r"(?<!\\)[<*_`$#]", hostile.markdown().replace("**", "", 2))


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_holds_the_name_as_text_and_says_what_heads_what(hostile: wxb.ModelTable) -> None:
    html = hostile.html()
    read = _Read()
    read.feed(html)
    allowed = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "br", "sup"}
    assert set(read.tags) <= allowed
    assert read.texts.count(shown(hostile.caption)) >= 2
    assert len(re.findall('<th scope="col">', html)) == 2
    assert len(re.findall('<th scope="row">', html)) == len(hostile.rows) + len(hostile.foot)
    assert unescape(html).count("<caption>") == 1


def test_latex_sets_the_name(hostile: wxb.ModelTable) -> None:
    latex = hostile.latex()
    bare = re.sub(r"\\[\\{}&%$#_]", "", latex)
    assert bare.count("{") == bare.count("}")
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 1
    body = latex.split(r"\toprule")[1].split(r"\bottomrule")[0]
    rows = [row for row in body.split("\\\\\n") if row.strip() and "midrule\n" not in row + "\n"]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {2}
    first, rest = latex.split("\n", 1)
    assert first.startswith(r"% needs \usepackage{booktabs}")
    commands = set(re.findall(r"\\([a-zA-Z]+)", rest))
    assert commands <= {
        "begin", "end", "centering", "caption", "toprule", "midrule", "bottomrule", "par", "smallskip",
        "footnotesize",
        "textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar", "ldots", "quad", "multicolumn",
    }  # fmt: skip
    assert not re.search(r"(?<!\\)[#%_~](?!\s*needs)", latex.split("\n", 1)[1])
    assert ("XeLaTeX" in latex) == any(sign > "ÿ" for sign in hostile.caption)


def test_latex_says_what_its_letters_need() -> None:
    def first(name: str) -> str:
        return wxb.table(wxb.fit({name: X[:, 0], "y": Y}, "y")).latex().split("\n")[0]

    plain = r"% needs \usepackage{booktabs}"
    assert first("é × 2 − 1²") == plain
    assert first("«a»") == first("ðþ") == plain + r", \usepackage[T1]{fontenc}"
    assert first("α") == plain + r", and XeLaTeX or LuaLaTeX with \usepackage{fontspec} and a font that has its letters"
    hangul = r", and XeLaTeX or LuaLaTeX with \usepackage{fontspec} and \setmainfont{NanumGothic}"
    assert first("키") == plain + hangul


def test_latex_joins_no_two_signs_to_another() -> None:
    """Dashes, quotes and turned marks of TeX's fonts, each of which pdflatex sets when the signs stand beside each other."""
    from wxb.report.side_by_side.latex import escaped

    for pair in ("--", "---", "``", "''", ",,", ",,,", "<<", ">>", "?`", "!`"):
        found = escaped(f"a{pair}b")
        assert pair[:2] not in found, found
        assert found.count("{") == found.count("}")
    assert escaped("a `b`") == r"a \`{}b\`{}"  # no quote that opens
    assert escaped("poly(x, 2)") == "poly(x, 2)"


def test_notes_begin_as_they_are_called() -> None:
    [model] = fits(["a"])
    said = {
        "se": "Standard errors in parentheses",
        "t": "t values in parentheses",
        "interval": "95 % intervals in brackets",
    }
    for errors, text in said.items():
        assert wxb.table(model, errors=errors).notes[0].startswith(text)


def test_latex_stars_and_headings() -> None:
    latex = wxb.table(of_levels(3), stars=True).latex()
    assert r"\multicolumn{2}{l}{school (base: s000)} \\" in latex
    assert re.search(r"\\quad s001 & .*\$\^\{\*+\}\$ \\\\", latex) or "^{" in latex


def test_a_column_called_intercept_is_not_the_intercept() -> None:
    table = wxb.table(wxb.fit({"intercept": X[:, 0], "y": Y}, "y"))
    assert [row.name for row in table.rows] == ["intercept", "(b)"]
    values = [float(row.cells[0].value.replace("−", "-")) for row in table.rows if row.cells[0]]
    assert values == pytest.approx(wxb.fit({"a": X[:, 0], "y": Y}, "y").theta[::-1].tolist(), abs=1e-3)


@pytest.mark.filterwarnings("ignore:0 residual degrees")
def test_a_cell_without_an_error_has_one_line_in_html() -> None:
    perfect = wxb.fit({"a": [1.0, 2.0], "y": [3.0, 5.0]}, "y")  # no degree of freedom is left for errors
    assert "<br>" not in wxb.table(perfect).html()
    assert wxb.table(*fits(["a"])).html().count("<br>") == 2


def test_values_and_their_errors_end_at_one_edge_beyond_which_stars_and_brackets_stand() -> None:
    text = wxb.table(*fits(["a", "b", "c"]), stars=True).text()
    lines = [line for line in text.split("──\n", 1)[1].split("\n") if re.match(r"  +(\w+ +)?[−(]?\d", line)]
    for i in range(3):
        edges = {found[i].end(1) for line in lines if len(found := [*re.finditer(r"([−(]*\d[\d.]*)[)*]*", line)]) == 3}
        assert len(edges) == 1, text


def test_names_of_several_lines_end_at_the_rule() -> None:
    [first, second] = fits(["a", "b"])
    lines = wxb.table(first, second, names=["the model number one", "b"]).text().splitlines()
    [rule] = [i for i, line in enumerate(lines) if "──" in line][:1]
    assert lines[rule - 2].split() == ["the", "model", "number"]
    assert lines[rule - 1].split() == ["one", "b"]
