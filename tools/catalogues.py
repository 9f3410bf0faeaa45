"""Gathers the texts of the code into the catalogues (src/wxb/locale): new ones are added untranslated, old ones go.

    python tools/catalogues.py             write them, and compile them beside themselves
    python tools/catalogues.py --missing   also print what has no translation yet

A catalogue stands in the order of the code and holds no dates and no line numbers, so that changes merge.
"""

from __future__ import annotations

import ast
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "wxb"
FORMS = {"_": 1, "_n": 2, "N_": 1}
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={forms}; plural={rule};\\n"

"""


def modules() -> dict[str, ast.Module]:
    """The code, by the places of its files."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))
    }


def gathered(trees: dict[str, ast.Module]) -> Catalog:
    """Every marked text of the code, file by file. Read from the syntax tree: a tokenizer sees none within an f-string."""
    catalogue = Catalog(charset="utf-8")
    for place, tree in trees.items():
        for message in texts(tree):
            catalogue.add(message, None, [(place, 1)])
    return catalogue


def texts(tree: ast.AST) -> list[str | tuple[str, ...]]:
    """What a module says, in the order in which it stands there: a text, or the two forms of one."""
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORMS
    ]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [
        forms[0] if len(forms) == 1 else forms
        for call in calls
        if (forms := _constants(call.args[: FORMS[call.func.id]]))  # pyright: ignore[reportAttributeAccessIssue]
    ]


def _constants(nodes: list[ast.expr]) -> tuple[str, ...]:
    return tuple(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def paths() -> list[Path]:
    return sorted(SOURCE.glob("locale/*/LC_MESSAGES/wxb.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as text:
        return read_po(text, locale=path.parts[-3])


def written(catalogue: Catalog) -> bytes:
    head = HEADER.format(language=catalogue.locale, forms=catalogue.num_plurals, rule=catalogue.plural_expr)
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, no_location=True, ignore_obsolete=True)
    return head.encode() + body.getvalue()


def main() -> None:
    for path in paths():
        catalogue = read(path)
        catalogue.update(gathered(modules()), no_fuzzy_matching=True)
        path.write_bytes(written(catalogue))
        with path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)
        missing = [message.id for message in catalogue if message.id and not all(_texts(message.string))]
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(missing)} without a translation")
        if "--missing" in sys.argv:
            print(*missing, sep="\n")


def _texts(string: Any) -> tuple[str, ...]:
    """The forms of a text, of which one that is not translated has none or empty ones."""
    return tuple(string) if isinstance(string, tuple | list) else (string,)


if __name__ == "__main__":
    main()
