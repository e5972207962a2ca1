"""The environment of a run, as the run begins and as it becomes: libraries are loaded, packages installed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from jupyter_gov.records import Environment
from jupyter_gov.records._builtins import keep_builtins
from jupyter_gov.services.workplace import environment

keep_builtins(globals())

_WITH_THREADS = ("numpy", "scipy.linalg", "sklearn", "lightgbm", "xgboost", "torch", "tensorflow", "numexpr", "numba")
"""Modules that bring thread pools of their own, or with which such are loaded."""

_INSTALLS = re.compile(r"[%!].*\b(pip3?|uv|conda|mamba|micromamba|pixi|poetry)\b.*\b(install|add|update|sync|remove)")
"""A line that may change what is installed."""


class Surroundings:
    """Looks at the environment whenever something in it has changed that a result may depend on.

    Parameters
    ----------
    record : callable
        Has a record worked out on the writer's thread, one after the other; there may be nothing to record.
    folder : path
        Where lock files are looked for.
    """

    def __init__(self, record: Callable[[Callable[[], Environment | None]], None], folder: Path) -> None:
        self._record = record
        self._folder = folder
        self._known: Environment | None = None
        self._loaded: list[str] = []
        self._installs = False

    def look(self) -> None:
        """See how things are now; returns at once."""
        self._loaded = _loaded()
        self._record(self._changed)

    def before_cell(self, source: str) -> None:
        """Take note of a cell that may install something."""
        self._installs = bool(_INSTALLS.search(source))

    def after_cell(self) -> None:
        """Look again where the cell has loaded a library with threads, or installed something."""
        if self._installs or len(_loaded()) > len(self._loaded):
            self._installs = False
            self.look()

    def _changed(self) -> Environment | None:
        """Return the record of the environment, always under one id; None where it is as it was."""
        found = environment(self._folder)
        if self._known is not None:
            found = found.replace(id=self._known.id)
        if found == self._known:
            return None
        self._known = found
        return found


def _loaded() -> list[str]:
    return [name for name in _WITH_THREADS if name in sys.modules]
