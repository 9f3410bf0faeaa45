"""The compiled inner loop; all else is in pyproject.toml.

Without a C compiler (gcc or clang) wxb installs all the same, and NumPy does its work.
"""

from glob import glob

from setuptools import Extension, setup

C = "src/wxb/moments/kernels/c"

setup(
    ext_modules=[
        Extension(
            "wxb.moments.kernels._native",
            sources=sorted(glob(f"{C}/*.c")),
            depends=sorted(glob(f"{C}/*.h")),
            extra_compile_args=["-O3", "-fvisibility=hidden"],
            py_limited_api=True,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
