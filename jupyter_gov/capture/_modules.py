"""The user's own modules: which files of code, beside the notebook's cells, a run has used."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from jupyter_gov.fingerprints import fingerprint_bytes
from jupyter_gov.records import Module
from jupyter_gov.services.session import Session
from jupyter_gov.services.workplace import short_path

_LARGEST = 10_000_000
"""Bytes; a file of code is shorter."""


class ModuleFiles:
    """Records each file of code that was imported and belongs to no installed package, and again when it has changed.

    Parameters
    ----------
    session : Session
        Where records go.
    cell : callable
        Returns the id of the running cell.
    """

    def __init__(self, session: Session, cell: Callable[[], str | None]) -> None:
        self._session = session
        self._cell = cell
        self._count = 0
        self._own: dict[str, str] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self._known: set[tuple[str, str]] = set()
        places = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}
        # This package may be installed in a folder of its own.
        places.add(str(Path(__file__).parents[1]))
        self._installed = tuple(place + os.sep for place in places)

    def look(self) -> None:
        """Take note of what is new or has changed; costs a glance at each known file."""
        if len(sys.modules) != self._count:
            self._count = len(sys.modules)
            for name, module in list(sys.modules.items()):
                self._own.update(self._file_of(name, module))
        for path, name in self._own.items():
            try:
                about = os.stat(path)  # noqa: PTH116 - a path object costs more than the question
            except OSError:
                continue
            state = (about.st_mtime_ns, about.st_size)
            if self._seen.get(path) != state and about.st_size <= _LARGEST:
                self._seen[path] = state
                self._record(name, path)

    def _file_of(self, name: object, module: object) -> dict[str, str]:
        """Return the file of a module of the user's and the module's name; nothing for any other."""
        if type(module) is not ModuleType or type(name) is not str:
            return {}
        file = module.__dict__.get("__file__")
        if type(file) is not str or not file.endswith(".py") or file.startswith(self._installed):
            return {}
        return {file: name}

    def _record(self, name: str, path: str) -> None:
        digest = fingerprint_bytes(Path(path).read_bytes())
        if (path, digest) not in self._known:
            self._known.add((path, digest))
            module = Module(name=name, path=short_path(Path(path)), digest=digest, cell=self._cell())
            self._session.record(module, "module.imported")
