"""Child processes: what trains in them is watched there, and its findings come back with the parent's.

    Process.start         a child is given its target wrapped (`Watched`): fork, spawn, torch's spawn, pools
    a DataLoader's worker and a manager's server do not train: they run as they are
    fork                  the child lays down at once what it inherited of its parent's watching

Each child writes its report into a folder of the run, whole or not at all. One that was killed, that still runs when the run
ends, or that was forked by hand has none, and that is said.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

from wxb.i18n import _n
from wxb.watching.at_import import AtImport, Begin
from wxb.watching.finding import Finding, Site
from wxb.watching.report import Report, write

NO_TRAINING = ("torch.utils.data", "multiprocessing.managers", "multiprocessing.resource")


class Watched:
    """What a child is to run. path : of its report      begin : begins to watch"""

    def __init__(self, target: Callable[..., Any], path: str, begin: Begin) -> None:
        self._target, self._path, self._begin = target, path, begin

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        report, error = Report(), None
        starter = AtImport(report, self._begin)
        try:
            return self._target(*args, **kwargs)
        except BaseException as raised:
            error = raised
            raise
        finally:
            starter.stop(error)
            if os.path.isdir(os.path.dirname(self._path)):
                write(report, self._path)


class Children:
    """Of one run in one process. begin : begins to watch, in a child"""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._folder = ""
        self._started = 0
        self.forked = 0  # by hand
        self.trained = 0  # of those that left a report

    def adopt(self, process: Any) -> None:
        """Have a process watched that is about to be started."""
        target = getattr(process, "_target", None)
        if target is None or (getattr(target, "__module__", None) or "").startswith(NO_TRAINING):
            self.forked += target is None  # its own `run`, which another process could not be told of
            return
        self._folder = self._folder or tempfile.mkdtemp(prefix="wxb-watch-")
        process._target = Watched(target, os.path.join(self._folder, f"{self._started}.json"), self._begin)
        self._started += 1

    def gather(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The reports of the children that trained, and what is to be said of all."""
        reports = []
        for number in range(self._started):
            path = os.path.join(self._folder, f"{number}.json")
            if os.path.isfile(path):
                with open(path, encoding="utf-8") as file:
                    reports.append(json.load(file))
        lost = self._started - len(reports) + self.forked
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        trained = [one for one in reports if one["backward_calls"] + one["optimizer_steps"] or one["findings"]]
        self.trained = len(trained)
        said = []
        if trained:
            said.append(
                _n(
                    "one child process trained, and was watched too",
                    "{n} child processes trained, and were watched too",
                    len(trained),
                )
            )
        if lost:
            said.append(
                _n(
                    "one child process left no report: training in it was not watched",
                    "{n} child processes left no report: training in them was not watched",
                    lost,
                )
            )
        return trained, said


def finding_of(one: dict[str, Any]) -> Finding:
    words = {key: one[key] for key in ("rule", "evidence", "effect", "fix", "source")}
    return Finding(site=Site(one["file"], one["line"]), call=one["backward_call"], step=one.get("step"), **words)
