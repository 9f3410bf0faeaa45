"""The page's modules of JavaScript as one script: sorted by what they import, their imports and exports taken off.

    (() => { "use strict"; … every module, each after those it imports … closing })();

There is no build step: what stands in web/ is what runs, without the comments at the beginning of lines. So that joining is
no more than this, modules keep to few forms, and `ValueError` says where one does not:

    import { a, b } from "../base/x.js";        named, one statement, nothing renamed, no default
    export const|let|function|class name        nothing else is exported

Names at the top of modules are unique over all of them, for they come to stand side by side; no two modules import each
other, directly or by others; and a module does nothing when it is loaded: the page is begun by `closing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

WEB = Path(__file__).resolve().parent / "web"
IMPORT = re.compile(r'^import \{([\w$,\s]*)\} from "(\.{1,2}/[\w./-]+\.js)";[ \t]*(?://[^\n]*)?\n', re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|function\*?|class) )", re.M)
TOP = re.compile(r"^(export )?(?:async )?(const|let|function\*?|class) ([\w$]+)([^\n]*)", re.M)
QUOTED = re.compile(
    r"""//.*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|(?<=[(,=:\[!&|?] )/(?:\\.|\[[^]]*\]|[^/\\])+/"""
)
INNER = re.compile(r"\([^()]*\)|\[[^][]*\]|\{[^{}]*\}")
MORE = re.compile(r",\s*([\w$]*)")
LEFT = re.compile(r"^\s*(?:import\b(?!\.meta)|export\b)[^\n]*", re.M)
COMMENT = re.compile(r"^(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.M | re.S)
SEVERAL = re.compile(r"^(?:export )?(?:const|let) (?:[{\[]|[\w$]+, )", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """path : within web/        body : without imports and exports        imports : names by the module they are of

    names : at its top, whether they are exported or not        exports : those that are
    """

    path: str
    body: str
    imports: dict[str, tuple[str, ...]]
    names: tuple[str, ...]
    exports: tuple[str, ...]


def read(path: str, text: str) -> Module:
    """A module as it is written; ValueError for a form that joining does not know."""
    imports: dict[str, tuple[str, ...]] = {}
    for found in IMPORT.finditer(text):
        names = tuple(name for part in found[1].split(",") if (name := part.strip()))
        if any(not re.fullmatch(r"[\w$]+", name) for name in names):
            raise ValueError(f"{path}: names are imported as they are: {found[0].strip()}")
        source = _resolved(path, found[2])
        imports[source] = (*imports.get(source, ()), *names)
    body = EXPORT.sub("", IMPORT.sub("", text))
    if (left := LEFT.search(body)) is not None or (left := SEVERAL.search(text)) is not None:
        raise ValueError(f"{path}: a form that is not joined: {left[0].strip()}")
    tops = [
        (bool(exported), name)
        for exported, kind, first, rest in TOP.findall(text)
        for name in _names(path, kind, first, rest)
    ]
    exports = tuple(name for exported, name in tops if exported)
    return Module(path=path, body=body, imports=imports, names=tuple(name for __, name in tops), exports=exports)


def _names(path: str, kind: str, first: str, rest: str) -> list[str]:
    """All that a statement at the top names: `const one = 1, two = f(3, 4);` names one and two, within its line."""
    if kind not in ("const", "let"):
        return [first]
    bare = QUOTED.sub("", rest)
    while (inner := INNER.sub("", bare)) != bare:
        bare = inner
    names = [first, *MORE.findall(re.split(r"[(\[{;]", bare)[0])]
    if "" in names:
        raise ValueError(f"{path}: a form that is not joined: {first} and others in several lines")
    return names


def _resolved(path: str, source: str) -> str:
    """The path within web/ of what a module names beside itself."""
    parts: list[str] = [*PurePosixPath(path).parent.parts]
    for part in PurePosixPath(source).parts:
        if part == ".." and not parts:
            raise ValueError(f"{path}: {source} is not within the page's modules")
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def ordered(modules: dict[str, Module]) -> list[Module]:
    """Each after those it imports, in an order that depends on nothing else than on what they are."""
    for module in modules.values():
        for source, names in module.imports.items():
            lacking = [name for name in names if source not in modules or name not in modules[source].exports]
            if lacking or source not in modules:
                raise ValueError(f"{module.path}: {source} exports no {', '.join(lacking)}")
    owners: dict[str, str] = {}
    for module in modules.values():
        for name in module.names:
            if name in owners:
                raise ValueError(f"{name} stands in {owners[name]} and in {module.path}")
            owners[name] = module.path
    graph = TopologicalSorter({path: sorted(modules[path].imports) for path in sorted(modules)})
    try:
        return [modules[path] for path in graph.static_order()]
    except CycleError as error:
        raise ValueError(f"modules import each other: {' → '.join(error.args[1])}") from None


@cache
def modules() -> tuple[Module, ...]:
    """All of them, in order."""
    paths = sorted(WEB.rglob("*.js"))
    found = {path.relative_to(WEB).as_posix(): path.read_text("utf-8") for path in paths}
    return tuple(ordered({path: read(path, text) for path, text in found.items()}))


def script(closing: str = "begin();") -> str:
    """The page's script.  closing : what is done once all is there"""
    bodies = "\n".join(COMMENT.sub("", module.body).strip("\n") for module in modules())
    return f'(() => {{\n"use strict";\n{bodies}\n{closing}\n}})();\n'
