"""The compiled inner loops and the compiled catalogues; all else is in pyproject.toml.

Without a C compiler (gcc or clang) wxb installs all the same, and NumPy does its work.
"""

from glob import glob
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_py import build_py

C = "src/wxb/moments/kernels/c"
FUNCTIONS = "src/wxb/design/c"
PENALTIES = "src/wxb/penalties/c"
SHARED = "src/wxb/c"


class WithCatalogues(build_py):
    """Compiles `wxb.po` beside itself first, so that an editable install finds it too."""

    def run(self):
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        for source in map(Path, glob("src/wxb/locale/*/LC_MESSAGES/wxb.po")):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text))
        super().run()


setup(
    cmdclass={"build_py": WithCatalogues},
    ext_modules=[
        Extension(
            "wxb.moments.kernels._native",
            sources=sorted(glob(f"{C}/*.c")),
            depends=sorted(glob(f"{C}/*.h") + glob(f"{SHARED}/*.h")),
            include_dirs=[SHARED],
            extra_compile_args=["-O3", "-fvisibility=hidden"],
            py_limited_api=True,
            optional=True,
        ),
        Extension(
            "wxb.design._elementary",
            sources=[f"{FUNCTIONS}/elementary.c"],
            depends=sorted(glob(f"{FUNCTIONS}/*.h") + glob(f"{SHARED}/*.h")),
            include_dirs=[SHARED],
            extra_compile_args=["-O3", "-fvisibility=hidden", "-ffp-contract=off"],
            py_limited_api=True,
            optional=True,
        ),
        Extension(
            "wxb.penalties._walk",
            sources=sorted(glob(f"{PENALTIES}/*.c")),
            depends=sorted(glob(f"{PENALTIES}/*.h") + glob(f"{SHARED}/*.h")),
            include_dirs=[SHARED],
            extra_compile_args=["-O3", "-fvisibility=hidden", "-ffp-contract=off"],
            py_limited_api=True,
            optional=True,
        ),
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
