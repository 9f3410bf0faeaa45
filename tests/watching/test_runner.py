"""`wxb watch train.py`: the script notices nothing; exit codes, stdout, tracebacks and JSON are as promised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wxb.errors import UsageError
from wxb.watching import run_script

STALE = """
import sys
import torch
print(__name__, sys.argv[1:], sys.path[0] == {folder!r}, __file__ == sys.argv[0])
w = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.01)
for epoch in range(4):
    loss = ((w - 1) ** 2).sum()
    loss.backward()
    optimizer.step()
"""


def script(folder: Path, text: str) -> str:
    path = folder / "train.py"
    path.write_text(text.replace("{folder!r}", repr(str(folder))), encoding="utf-8")
    return str(path)


def test_script_sees_what_python_gives_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (sys.argv, list(sys.path), sys.modules["__main__"])
    target = tmp_path / "report.json"
    assert run_script(script(tmp_path, STALE), ["--lr", "3"], report=str(target)) == 0
    out, err = capsys.readouterr()
    assert out == "__main__ ['--lr', '3'] True True\n"
    assert "stale-gradients   train.py:9" in err
    assert (sys.argv, list(sys.path), sys.modules["__main__"]) == before
    report = json.loads(target.read_text(encoding="utf-8"))
    (finding,) = report["findings"]
    assert {"rule", "file", "line", "evidence", "effect", "fix"} <= set(finding)
    assert (finding["rule"], finding["line"], Path(finding["file"]).name) == ("stale-gradients", 9, "train.py")
    assert 0 < report["overhead"] <= 1
    assert os.listdir(tmp_path) == ["report.json", "train.py"] or set(os.listdir(tmp_path)) == {
        "report.json",
        "train.py",
    }


def test_fail_turns_findings_into_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script(tmp_path, STALE)
    assert run_script(path, [], fail=True) == 3
    allowed = STALE.replace("loss.backward()", "loss.backward()  # wxb: allow stale-gradients")
    assert run_script(script(tmp_path, allowed), [], fail=True) == 0
    assert run_script(script(tmp_path, STALE + "sys.exit(5)\n"), [], fail=True) == 5


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("raise SystemExit", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit('no data')", 1, "no data\n"),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("def f(:", 1, "SyntaxError"),
    ],
)
def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str, code: int, said: str) -> None:
    assert run_script(script(tmp_path, ending), []) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "wxb/watching" not in err


def test_missing_script_and_missing_folder_are_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such script"):
        run_script(str(tmp_path / "nothing.py"), [])
    with pytest.raises(UsageError, match="folder"):
        run_script(script(tmp_path, "pass"), [], report=str(tmp_path / "no" / "r.json"))


def test_not_a_number_is_written_as_json_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = STALE + "x = torch.full((3,), float('nan'))\n((w - x) ** 2).mean().backward()\n"
    target = tmp_path / "report.json"
    run_script(script(tmp_path, text), [], report=str(target))
    json.loads(target.read_text(encoding="utf-8"), parse_constant=pytest.fail)


PRINTING = """
import os
os.environ["WXB_MARK"] = "set before torch"
import torch
print(torch.__spec__.loader.__class__.__name__)
def inner():
    w = torch.ones(2, requires_grad=True)
    (w * w).backward()
inner()
"""


def test_in_its_own_process_the_traceback_is_the_scripts_own(tmp_path: Path) -> None:
    path = script(tmp_path, PRINTING)
    runner = "import sys; from wxb.watching import run_script; assert 'torch' not in sys.modules; "
    runner += "sys.exit(run_script(sys.argv[1], []))"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    commands = [sys.executable, path], [sys.executable, "-c", runner, path]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(one, stdout=pipe, stderr=pipe, text=True, env=environment) for one in commands]
    (printed, said), (watched_printed, watched_said) = (one.communicate() for one in both)
    assert (both[1].returncode, watched_printed) == (both[0].returncode, printed)
    assert watched_said.startswith(said)
    assert "stopped with RuntimeError" in watched_said


def test_a_page_is_written_where_the_name_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = [str(tmp_path / "run.html"), str(tmp_path / "run.json")]
    assert run_script(script(tmp_path, STALE), [], report=pages) == 0
    capsys.readouterr()
    page = Path(pages[0]).read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "stale-gradients" in page
    assert "<svg" in page
    assert "curves" not in json.loads(Path(pages[1]).read_text("utf-8"))
