"""Watching that begins at the program's own `import torch`: what it sets before that import must still work."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

from wxb.watching.report import Report


class Run(Protocol):
    """A watched run that has begun."""

    def stop(self, exception: BaseException | None) -> Report: ...


Begin = Callable[[Report], Run]


class AtImport(importlib.abc.MetaPathFinder):
    """Begins to watch when torch has been imported: now if it is already, else through a finder for that one name."""

    def __init__(self, result: Report, begin: Begin) -> None:
        self.run: Run | None = None
        self._result, self._do_begin = result, begin
        if "torch" in sys.modules:
            self._begin()
        else:
            sys.meta_path.insert(0, self)

    def stop(self, error: BaseException | None) -> None:
        self._remove()
        if self.run is not None:
            self.run.stop(error)

    def _remove(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name != "torch":
            return None
        self._remove()
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._begin)
        return spec

    def _begin(self) -> None:
        self.run = self._do_begin(self._result)


class _Loader(importlib.abc.Loader):
    """torch's own loader, which then tells that torch is there, and leaves no trace of itself in the module."""

    def __init__(self, loader: Any, then: Any) -> None:
        self._loader, self._then = loader, then

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._then()
