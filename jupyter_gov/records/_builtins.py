"""Python's own functions as they were at the start, for code that must work in a notebook that replaces them."""

from __future__ import annotations

import builtins
import importlib.util
from types import ModuleType
from typing import Any

_OWN: dict[str, Any] = dict(vars(builtins))

_NOT_PYTHONS = frozenset({"input", "exit", "quit", "help", "copyright", "credits", "license", "_"})
"""What IPython and interactive sessions put in the place of others by themselves."""


def keep_builtins(module: dict[str, Any]) -> None:
    """Let the functions that a module is about to define use Python's own, whatever a notebook puts in their place.

    Parameters
    ----------
    module : dict
        Its ``globals()``. A function takes its builtins from there when it is made [1]_.

    References
    ----------
    .. [1] "Execution model", section 4.2.4, "Builtins and restricted execution", in the reference of Python.
    """
    module["__builtins__"] = _OWN


def replaced() -> list[str]:
    """Return the names of Python's own functions that something else stands for by now."""
    now = vars(builtins)
    return [n for n, own in _OWN.items() if n not in _NOT_PYTHONS and n[0] != "_" and now.get(n) is not own]


def with_own_builtins(name: str) -> ModuleType:
    """Return a copy of an importable module, for us alone, whose functions keep Python's own."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.loader is not None, name  # noqa: S101, PT018 - says so to the type checker
    module = importlib.util.module_from_spec(spec)
    module.__dict__["__builtins__"] = _OWN
    spec.loader.exec_module(module)
    return module
