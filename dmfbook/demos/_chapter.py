"""A chapter's package of explorables, each built when it is first asked for.

To build one takes up to three seconds, and who wants one of a chapter rarely wants the others.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class Chapter(ModuleType):
    """A package in which the name of an explorable stands for it, and not for its file."""

    __all__: list[str]

    def __getattr__(self, name: str) -> Any:
        if name not in self.__all__:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        import_module(f"{self.__name__}.{name}")
        return self.__dict__[name]

    def __setattr__(self, name: str, value: Any) -> None:
        # An import puts the module of a file into its package.
        if isinstance(value, ModuleType) and name in self.__all__:
            value = getattr(value, name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.__all__})


def build_when_asked(package: str) -> None:
    """Let the package, which lists its explorables in ``__all__``, build each when asked for it."""
    sys.modules[package].__class__ = Chapter
