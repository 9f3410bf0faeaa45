"""The notebook's own numbers, typed as commands."""

from __future__ import annotations

import pytest

HOURS = ("fit", "examples/hours.csv", "--target", "score")
TWO_THOUSAND = (*HOURS, "--lr", "0.01", "--epochs", "2000")
LOG = """\
Epoch    0/1999 W: 0.187, b: 0.080 Cost: 18.666666
Epoch  100/1999 W: 1.746, b: 0.578 Cost: 0.048171
Epoch  200/1999 W: 1.800, b: 0.454 Cost: 0.029767
Epoch  300/1999 W: 1.843, b: 0.357 Cost: 0.018394
Epoch  400/1999 W: 1.876, b: 0.281 Cost: 0.011366
Epoch  500/1999 W: 1.903, b: 0.221 Cost: 0.007024
Epoch  600/1999 W: 1.924, b: 0.174 Cost: 0.004340
Epoch  700/1999 W: 1.940, b: 0.136 Cost: 0.002682
Epoch  800/1999 W: 1.953, b: 0.107 Cost: 0.001657
Epoch  900/1999 W: 1.963, b: 0.084 Cost: 0.001024
Epoch 1000/1999 W: 1.971, b: 0.066 Cost: 0.000633
Epoch 1100/1999 W: 1.977, b: 0.052 Cost: 0.000391
Epoch 1200/1999 W: 1.982, b: 0.041 Cost: 0.000242
Epoch 1300/1999 W: 1.986, b: 0.032 Cost: 0.000149
Epoch 1400/1999 W: 1.989, b: 0.025 Cost: 0.000092
Epoch 1500/1999 W: 1.991, b: 0.020 Cost: 0.000057
Epoch 1600/1999 W: 1.993, b: 0.016 Cost: 0.000035
Epoch 1700/1999 W: 1.995, b: 0.012 Cost: 0.000022
Epoch 1800/1999 W: 1.996, b: 0.010 Cost: 0.000013
Epoch 1900/1999 W: 1.997, b: 0.008 Cost: 0.000008
""".splitlines()


@pytest.mark.torch
def test_torch_in_float32_prints_the_notebooks_twenty_lines(wxb):
    ended = wxb(*TWO_THOUSAND, "--engine", "torch", "--dtype", "float32")
    assert ended.code == 0
    assert ended.lines[:20] == LOG
    assert sum(line.startswith("Epoch") for line in ended.lines) == 20


def test_moments_print_the_correctly_rounded_ones(wxb):
    expected = list(LOG)
    expected[0] = expected[0].replace("18.666666", "18.666667")
    expected[2] = expected[2].replace("0.029767", "0.029766")
    assert wxb(*TWO_THOUSAND).lines[:20] == expected


@pytest.mark.torch
def test_both_engines_agree_in_float64(wxb):
    moments, torch = wxb(*TWO_THOUSAND, "--json").json, wxb(*TWO_THOUSAND, "--engine", "torch", "--json").json
    assert moments["coef"] == pytest.approx(torch["coef"], abs=1e-12)
    assert moments["intercept"] == pytest.approx(torch["intercept"], abs=1e-12)


def test_prediction_after_2000_epochs_and_at_the_minimum(wxb):
    assert "7.995" in wxb(*TWO_THOUSAND, "--at", "hours=4").out.splitlines()[-1]
    assert "8.000" in wxb(*HOURS, "--at", "hours=4").out.splitlines()[-1]


def test_the_minimum_is_two_and_zero(wxb):
    found = wxb(*HOURS, "--json").json
    assert (found["coef"], found["intercept"], found["outcome"]) == ([2.0], 0.0, "exact minimum")


def test_cost_of_the_given_line(wxb):
    ended = wxb("cost", "examples/line.csv", "--target", "score", "--line", "13*hours + 1")
    assert ended.code == 0
    rows = [line.split() for line in ended.lines[3:7]]
    assert rows == [
        ["2", "25", "27", "−2", "4"],
        ["3", "50", "40", "10", "100"],
        ["4", "42", "53", "−11", "121"],
        ["5", "61", "66", "−5", "25"],
    ]
    assert "(4 + 100 + 121 + 25) / 4 = 62.5" in ended.out


def test_cost_as_json(wxb):
    found = wxb("cost", "examples/line.csv", "--target", "score", "--line", "13*hours + 1", "--json").json
    assert (found["predictions"], found["errors"], found["cost"]) == ([27, 40, 53, 66], [-2, 10, -11, -5], 62.5)


@pytest.mark.torch
def test_explain_shows_every_value_and_derivative(wxb):
    ended = wxb("explain", "y = w**2; z = 2*y + 5", "--at", "w=2")
    for part in (
        "w = 2",
        "dy/dw = 2w = 4",
        "y = w² = 4",
        "dz/dy = 2",
        "z = 2y + 5 = 13",
        "dz/dw = dz/dy · dy/dw = 2 · 4 = 8",
    ):
        assert part in ended.out


@pytest.mark.torch
def test_gradients_pile_up_without_zero_grad(wxb):
    ended = wxb("explain", "z = 2*w", "--at", "w=2", "--times", "21")
    shown = [line.split()[-1] for line in ended.lines if "backward" in line and "grad:" in line]
    assert shown == [f"{2.0 * call}" for call in range(1, 22)]
    assert "zero_grad" in ended.out


@pytest.mark.torch
def test_gradients_stay_with_zero_grad(wxb):
    found = wxb("explain", "z = 2*w", "--at", "w=2", "--times", "21", "--zero-grad", "--json").json
    assert [one["after"] for one in found["backward"]] == [2.0] * 21


def test_expressions_are_parsed_never_evaluated(wxb):
    ended = wxb("explain", "__import__('os').getcwd()", "--at", "w=2")
    assert ended.code in (1, 2)
    assert ended.out == ""


def test_rates(wxb):
    found = wxb("rates", "examples/hours.csv", "--target", "score", "--json").json
    assert found["max"] == pytest.approx(0.180295, abs=5e-7)
    assert found["best"] == pytest.approx(0.176471, abs=5e-7)
    assert found["condition"] == pytest.approx(46.14, abs=5e-3)
    assert found["verdict"] is None


@pytest.mark.parametrize(("lr", "converges"), [("0.1803", False), ("0.1802", True)])
def test_verdict_on_either_side_of_the_limit(wxb, lr, converges):
    assert (
        wxb("rates", "examples/hours.csv", "-t", "score", "--lr", lr, "--json").json["verdict"]["converges"]
        is converges
    )


def test_a_diverging_run_stops_and_says_why(wxb):
    ended = wxb(*HOURS, "--lr", "0.2", "--epochs", "2000")
    assert ended.code == 1
    assert "diverging" in ended.err
    assert "0.1803" in ended.err
    assert "nan" not in ended.out.lower()
    assert "inf" not in ended.out.lower()


def test_a_diverging_run_has_no_coefficients_and_saves_nothing(wxb, tmp_path):
    ended = wxb(*HOURS, "--lr", "0.2", "--epochs", "2000", "--json", "--save", tmp_path / "m.json")
    assert ended.code == 1
    assert ended.json["coef"] is None
    assert ended.json["outcome"] == "diverging"
    assert not (tmp_path / "m.json").exists()


@pytest.mark.torch
def test_demo_is_the_whole_notebook(wxb):
    ended = wxb("demo")
    assert ended.code == 0
    for line in LOG:
        assert f"  {line}" in ended.lines
    assert max(map(len, ended.lines)) <= 80


@pytest.mark.torch
def test_demo_as_json(wxb):
    found = wxb("demo", "--json").json
    assert found["torch"] is True
    assert len(found["sections"]) == 13
    assert [picture["kind"] for section in found["sections"] for picture in section["pictures"]][:1] == ["question"]
