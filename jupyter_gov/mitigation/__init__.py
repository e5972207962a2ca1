"""Candidates that a control might be met by: other ways to fit or to use a model, all made of training rows alone.

Names are resolved on first use, so that importing this package loads neither NumPy nor any heavier library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._methods import METHODS
    from ._more_data import more_data
    from ._problem import Made, Method, OutOfTimeError, Problem

_HOME = {
    "METHODS": "_methods",
    "Made": "_problem",
    "Method": "_problem",
    "OutOfTimeError": "_problem",
    "Problem": "_problem",
    "more_data": "_more_data",
}

__all__ = ["METHODS", "Made", "Method", "OutOfTimeError", "Problem", "more_data"]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
