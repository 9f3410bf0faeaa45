"""The compiled inner loop; all else is in pyproject.toml.

Without a C compiler wxb installs all the same, and NumPy does its work.
"""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "wxb.moments._kernel",
            sources=["src/wxb/moments/_kernel.c"],
            depends=["src/wxb/moments/_lanes.h"],
            extra_compile_args=["-O3"],
            py_limited_api=True,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
