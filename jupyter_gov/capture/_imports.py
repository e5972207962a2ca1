"""Calling back when a module is imported, so that nothing is imported only to be observed."""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType
from typing import Any


class ImportWatch(MetaPathFinder):
    """Runs a callback after a module's first import, or at once where it is imported already.

    Parameters
    ----------
    callbacks : mapping
        Module name → callback, which gets the module. It must not raise.
    """

    def __init__(self, callbacks: Mapping[str, Callable[[ModuleType], None]]) -> None:
        self._callbacks = dict(callbacks)
        self._busy: set[str] = set()

    def start(self) -> None:
        """Begin watching."""
        for name in list(self._callbacks):
            module = sys.modules.get(name)
            if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
                self._callbacks.pop(name)(module)
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Stop watching."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Let the other finders find the module; only its loader's last step is extended."""
        if fullname not in self._callbacks or fullname in self._busy:
            return None
        self._busy.add(fullname)
        try:
            spec = _find(fullname, path, target, self)
        finally:
            self._busy.discard(fullname)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return None

        def announce(module: ModuleType) -> None:
            callback = self._callbacks.pop(fullname, None)
            if callback is not None:
                callback(module)

        _call_after(spec.loader, announce)
        return spec


def _find(
    name: str, path: Sequence[str] | None, target: ModuleType | None, without: object
) -> importlib.machinery.ModuleSpec | None:
    for finder in sys.meta_path:
        if finder is not without and hasattr(finder, "find_spec"):
            spec: importlib.machinery.ModuleSpec | None = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
    return None


def _call_after(loader: Loader, callback: Callable[[ModuleType], None]) -> None:
    """Make this one loader object call back after it has executed its module."""
    execute: Callable[..., Any] = loader.exec_module
    # Another watch may have been here before.
    before = vars(loader).get("exec_module")

    def exec_module(module: ModuleType) -> None:
        # The loader is the module's for good (`__loader__`), so it gets its own method back.
        if before is None:
            del loader.exec_module
        else:
            loader.exec_module = before  # type: ignore[method-assign]
        execute(module)
        callback(module)

    loader.exec_module = exec_module  # type: ignore[method-assign]
