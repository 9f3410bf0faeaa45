"""Every option that takes a number, with what is none: refused in words, exit code 1 or 2, or taken; never a fault."""

from __future__ import annotations

import pytest

RUN = ("--lr", "0.01", "--epochs", "20")
NUMERIC: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("--test", "--folds", "--seed", "--lr", "--interval", "--threads", "--skip", "--at"), ()),
    **dict.fromkeys(
        ("--momentum", "--stop-gradient", "--stop-cost", "--stop-se", "--log-every", "--start", "--schedule"), RUN
    ),
    "--epochs": RUN[:2],
    "--batch-size": (*RUN[:3], "2"),
    "--patience": (*RUN, "--test", "0.3"),
}
VALUES = (
    *(
        "9" * 400,
        "-" + "9" * 400,
        "0." + "9" * 400,
        "1e400",
        "1e-400",
        "1" + "0" * 20,
        str(2**63),
        str(2**64),
        "1e308",
        "5e-324",
    ),
    *(
        "nan",
        "-nan",
        "inf",
        "-inf",
        "-1",
        "0",
        "",
        " ",
        "٣",
        "１",
        "²",
        "1_0",
        "0x1",
        "1e",
        "1,5",
        "1 2",
        "\x1b[31m",
        "\udcff",
        "--json",
        "--",
    ),
)


@pytest.mark.parametrize("option", NUMERIC)
def test_a_numeric_option_with_anything(wxb, option):
    for value in VALUES:
        if option in ("--epochs", "--batch-size", "--threads") and value.isdecimal() and len(value) in (19, 20, 21):
            continue  # so many are asked for: they would be made
        typed = {"--at": f"hours={value}", "--start": f"hours={value}", "--schedule": f"step:{value}:0.5"}.get(
            option, value
        )
        ended = wxb("fit", "examples/hours.csv", "--target", "score", *NUMERIC[option], option, typed)
        assert ended.code in (0, 1, 2), (value, ended)
        assert "fault of wxb" not in ended.err, (value, ended)
        assert ended.code == 0 or ended.err.strip(), value
        assert "\x1b" not in ended.out + ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("rates", "examples/hours.csv", "-t", "score", "--lr"),
        ("rates", "examples/hours.csv", "-t", "score", "--momentum"),
        ("rates", "examples/hours.csv", "-t", "score", "--threads"),
        ("explain", "y = w**2", "--at", "w=2", "--times"),
        ("cost", "examples/hours.csv", "-t", "score", "--line"),
    ],
    ids=lambda a: " ".join((a[0], a[-1])),
)
def test_the_numbers_of_other_commands(wxb, arguments):
    for value in VALUES:
        ended = wxb(*arguments, value)
        assert ended.code in (0, 1, 2), (value, ended)
        assert ended.code == 0 or ended.err.strip(), value
