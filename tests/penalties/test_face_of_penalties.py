"""Every public method of a model, on lines under every kind of penalty: an answer, or a refusal in words with the way on."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from wxb.pictures.kinds import KINDS

N = 60
LINES = {
    "ridge": {"l2": 0.1},
    "lasso": {"l1": 0.1},
    "elastic net": {"l2": 0.1, "l1": 0.1},
    "positive": {"positive": True},
    "chosen by folds": {"l2": "auto", "folds": 5},
    "selected": {"select": "bic"},
}


def table():
    random = np.random.default_rng(0)
    x, z, u = random.normal(size=(3, N))
    group = np.array(["a", "b", "c"])[random.integers(0, 3, N)]
    return {"x": x, "z": z, "u": u, "g": group, "y": 2 * x - z + random.normal(size=N)}


DATA = table()
NEW = {name: column[:5] for name, column in DATA.items()}
ANSWERED = {  # of every line
    "predict": lambda m, path: m.predict(NEW),
    "residuals": lambda m, path: m.residuals(DATA),
    "augment": lambda m, path: m.augment(DATA),
    "summary": lambda m, path: m.summary(),
    "coefficients": lambda m, path: m.coefficients(),
    "glance": lambda m, path: m.glance(),
    "equation": lambda m, path: m.equation("latex"),
    "to_sql": lambda m, path: m.to_sql(),
    "to_python": lambda m, path: m.to_python(),
    "save": lambda m, path: m.save(path / "m.json"),
    "report": lambda m, path: m.report(path / "m.html"),
    "plot": lambda m, path: m.plot(),
    "refuse_no_answer": lambda m, path: m.refuse_no_answer(False),
    "a coefficient": lambda m, path: repr(m["x"]),
    "margins": lambda m, path: m.margins("x"),
}
PICTURES = {  # of rows, of every line
    f"plot {kind}": lambda m, path, kind=kind: m.plot(kind, DATA) for kind in ("line", "residuals", "squares", "fitted")
}
UNPENALISED = {  # and of those under a penalty refused
    "predict with an interval": lambda m, path: m.predict(NEW, 0.9),
    "test": lambda m, path: m.test("x = 0"),
    "anova": lambda m, path: m.anova(),
    "vif": lambda m, path: m.vif(),
    "with_se": lambda m, path: m.with_se("HC1", {name: DATA[name] for name in "xzuy"}),
    "diagnose": lambda m, path: m.diagnose(DATA),
    "an error": lambda m, path: m["x"].interval(),
    **{f"plot {kind}": lambda m, path, kind=kind: m.plot(kind, DATA) for kind in ("qq", "scale", "leverage", "bowl")},
}
OTHERWISE = {  # of no line here: absorbed effects, clusters, one column, a descent
    "effects": lambda m, path: m.effects("g"),
    "wild": lambda m, path: m.wild("x"),
    "lab": lambda m, path: m.lab(),
    **{f"plot {kind}": lambda m, path, kind=kind: m.plot(kind, DATA) for kind in ("film", "epochs")},
}


@pytest.fixture(scope="module")
def lines():
    return {name: wxb.fit(DATA, "y", **options) for name, options in LINES.items()}


def test_every_public_method_stands_in_a_table():
    public = {name for name in dir(wxb.Model) if not name.startswith("_") and callable(getattr(wxb.Model, name))}
    assert public <= {*ANSWERED, *UNPENALISED, *OTHERWISE}
    shown = {
        f"plot {kind}" for kind, one in KINDS.items() if not one.bowl and kind not in ("coefficients", "path", "folds")
    }
    assert shown <= {*PICTURES, *UNPENALISED, *OTHERWISE}


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
@pytest.mark.parametrize("line", LINES)
def test_each_method_is_right_or_refused_in_words(line, lines, tmp_path):
    model = lines[line]
    for ask in ANSWERED.values():
        ask(model, tmp_path)
    assert wxb.load(tmp_path / "m.json") == model
    for name, ask in (UNPENALISED | OTHERWISE).items():
        if name in UNPENALISED and line == "selected":
            ask(model, tmp_path)
            continue
        with pytest.raises(wxb.WxbError) as refused:
            ask(model, tmp_path)
        assert refused.value.do, name
        if name in UNPENALISED or name == "wild":
            assert line == "selected" or "under a penalty" in refused.value.what, name


@pytest.mark.parametrize("line", [name for name in LINES if name != "selected"])
def test_rows_beside_a_line_under_a_penalty(line, lines):
    model = lines[line]
    with pytest.warns(wxb.WxbWarning, match="`leverage`, `studentised`, `cook` are of lines of least squares, and NaN"):
        found = model.augment(DATA)
    assert found["residual"].to_pylist() == model.residuals(DATA).tolist()
    assert found["fitted"].to_pylist() == model.predict(DATA).tolist()
    assert all(np.isnan(found[name]).all() for name in ("leverage", "studentised", "cook"))
    squares = sum((Fraction(value) ** 2 for value in found["residual"].to_pylist()), Fraction(0))
    assert float(squares / N) == pytest.approx(model.cost, rel=1e-14)
    with pytest.raises(wxb.DataError, match="other rows than the fit"):
        model.augment({**DATA, "y": DATA["y"] + 1e-3})


@pytest.mark.parametrize("kind", PICTURES)
def test_pictures_of_rows_beside_a_line_under_a_penalty(kind, lines, tmp_path):
    assert "under a penalty" in PICTURES[kind](lines["ridge"], tmp_path).scene.note


def test_coefficients_are_drawn_without_errors(lines):
    picture = lines["ridge"].plot()
    assert picture.scene.kind == "coefficients"
    assert picture.scene.table["coefficient"] == lines["ridge"].coef.tolist()
    assert [mark.kind for mark in picture.scene.panels[0].marks] == ["rule", "dots"]
    assert "not known under a penalty" in picture.scene.description


def test_residuals_on_the_command_line(lines, tmp_path, capsys):
    from wxb.cli import main

    rows, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    rows.write_text("x,z,u,g,y\n" + "".join(f"{x!r},{z!r},{u!r},{g},{y!r}\n" for x, z, u, g, y in zip(
        *(DATA[name].tolist() for name in "xzugy"))))  # fmt: skip
    lines["ridge"].save(tmp_path / "m.json")
    assert main(["residuals", str(tmp_path / "m.json"), str(rows)]) == 2
    assert "`-o F.csv` writes each row with its error" in capsys.readouterr().err
    assert main(["residuals", str(tmp_path / "m.json"), str(rows), "-o", str(out)]) == 0
    written = np.genfromtxt(out, delimiter=",", names=True, usecols=(5, 6))
    assert written["residual"].tolist() == wxb.load(tmp_path / "m.json").residuals(DATA).tolist()
