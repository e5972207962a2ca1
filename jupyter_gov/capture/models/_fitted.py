"""Which fit made an object what it is now."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jupyter_gov.fingerprints import fingerprint_model
from jupyter_gov.records import Fit
from jupyter_gov.records._builtins import keep_builtins

from .._describe import qualified

keep_builtins(globals())


_MAX_ALIKE = 10
"""Of how many fits with the same result is known that they had it."""


@dataclass(slots=True)
class _Known:
    """What is known of an object.

    Attributes
    ----------
    model : callable
        Returns the object, or None where it is gone.
    fit : Fit or None
        Its last fit that was recorded; None where none stands for it.
    late : callable or None
        Records, given the object, a later fit of it.
    alike : tuple of str or None
        Of an object that is not the one that was fitted, but has its content: ids of other fits that led to the same.
    """

    model: Callable[[], Any]
    fit: Fit | None
    late: Callable[[Any], object] | None = None
    alike: tuple[str, ...] | None = None


class FittedModels:
    """Fits by the objects that they made; the objects live no longer for it."""

    def __init__(self) -> None:
        self._by_id: dict[int, _Known] = {}
        self._by_digest: dict[tuple[str, str], dict[str, Fit]] = {}
        self._unnamed: list[tuple[Callable[[], Any], Fit]] = []
        self._lock = threading.Lock()

    def remember(self, model: Any, fit: Fit, *, named: bool = True) -> None:
        """Let `fit` stand for the model from now on; `named` says that a variable may be looked for that holds it."""
        known = self._keep(model, fit)
        if fit.model_digest:
            same = self._by_digest.setdefault((qualified(type(model)), fit.model_digest), {})
            same[fit.id] = fit
            if len(same) > _MAX_ALIKE:
                del same[next(iter(same))]
        if named and not fit.name and fit.parent is None:
            with self._lock:
                self._unnamed.append((known.model, fit))

    def postpone(self, model: Any, late: Callable[[Any], object] | None) -> None:
        """Let a fit stand for the model that is only recorded, by `late`, once somebody asks; with None, none does."""
        known = self._known(model) or self._keep(model, None)
        known.late = late
        if late is None:
            known.fit = None

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
            for known in list(self._by_id.values()):
                if known.fit is not None and known.fit.id in named:
                    known.fit = named[known.fit.id]
        return list(named.values())

    def of(self, model: Any) -> Fit | None:
        """Return the last fit of this very object."""
        known = self._known(model)
        if known is not None and known.late is not None:
            late, known.late = known.late, None
            late(model)
            known = self._known(model)
        return None if known is None else known.fit

    def last(self, model: Any) -> Fit | None:
        """Return the last fit of this very object that was recorded so far."""
        known = self._known(model)
        return None if known is None else known.fit

    def find(self, model: Any) -> tuple[Fit | None, tuple[str, ...] | None]:
        """Return the last fit of an object, else of one with the same content.

        With it comes None where it is of that very object, else the ids of other fits that led to the same content.

        Raises
        ------
        InputError
            If the content cannot be identified.
        """
        fit, known = self.of(model), self._known(model)
        if known is not None:
            return fit, known.alike
        kind = qualified(type(model))
        if not any(name == kind for name, _ in list(self._by_digest)):
            return None, None
        # Unpickled or copied; looked at once, for it takes as long as the model is large.
        known = self._keep(model, None)
        same = list(self._by_digest.get((kind, fingerprint_model(model)), {}).values())
        if same:
            known.fit, known.alike = same[-1], tuple(fit.id for fit in same[:-1])
        return known.fit, known.alike

    # ------------------------------------------------------------------------------------------------------------------

    def _known(self, model: Any) -> _Known | None:
        found = self._by_id.get(id(model))
        return found if found is not None and found.model() is model else None

    def _keep(self, model: Any, fit: Fit | None) -> _Known:
        key = id(model)
        reference: Callable[[], Any]
        try:
            reference = weakref.ref(model, lambda _: self._by_id.pop(key, None) and None)
        except TypeError:
            # A class with __slots__ and no room for weak references: the object lives as long as the run.
            def reference(kept: Any = model) -> Any:
                return kept

        known = self._by_id[key] = _Known(reference, fit)
        return known
