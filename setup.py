"""The compiled inner loops; all else is in pyproject.toml.

Without a C compiler (gcc or clang) wxb installs all the same, and NumPy does its work.
"""

from glob import glob

from setuptools import Extension, setup

C = "src/wxb/moments/kernels/c"
FUNCTIONS = "src/wxb/design/c"

setup(
    ext_modules=[
        Extension(
            "wxb.moments.kernels._native",
            sources=sorted(glob(f"{C}/*.c")),
            depends=sorted(glob(f"{C}/*.h")),
            extra_compile_args=["-O3", "-fvisibility=hidden"],
            py_limited_api=True,
            optional=True,
        ),
        Extension(
            "wxb.design._elementary",
            sources=[f"{FUNCTIONS}/elementary.c"],
            depends=sorted(glob(f"{FUNCTIONS}/*.h")),
            extra_compile_args=["-O3", "-fvisibility=hidden", "-ffp-contract=off"],
            py_limited_api=True,
            optional=True,
        ),
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
