"""Which fit made an object what it is now."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any

from jupyter_gov.records import Fit


class FittedModels:
    """Fits by the objects that they made; the objects live no longer for it."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[Callable[[], Any], Fit]] = {}
        self._unnamed: list[tuple[Callable[[], Any], Fit]] = []
        self._lock = threading.Lock()

    def remember(self, model: Any, fit: Fit, *, named: bool = True) -> None:
        """Let `fit` stand for the model from now on; `named` says that a variable may be looked for that holds it."""
        key = id(model)
        reference: Callable[[], Any]
        try:
            reference = weakref.ref(model, lambda _: self._by_id.pop(key, None) and None)
        except TypeError:
            # A class with __slots__ and no room for weak references: the object lives as long as the run.
            def reference(kept: Any = model) -> Any:
                return kept

        self._by_id[key] = (reference, fit)
        if named and not fit.name and fit.parent is None:
            with self._lock:
                self._unnamed.append((reference, fit))

    def name(self, name_of: Callable[[object], str]) -> list[Fit]:
        """Name what was fitted without a name after the variable that holds it now; return the fits that have one."""
        with self._lock:
            waiting, self._unnamed = self._unnamed, []
        named = {}
        for reference, fit in waiting:
            model = reference()
            name = name_of(model) if model is not None else ""
            if name:
                named[fit.id] = fit.replace(name=name)
        if named:
            # A results object may stand behind the wrapper that the variable holds.
            for key, (reference, fit) in list(self._by_id.items()):
                if fit.id in named:
                    self._by_id[key] = (reference, named[fit.id])
        return list(named.values())

    def of(self, model: Any) -> Fit | None:
        """Return the last fit of this very object."""
        found = self._by_id.get(id(model))
        return found[1] if found is not None and found[0]() is model else None
