"""Every ``fit`` of an estimator: class, parameters, the data it saw, how long it took."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.records import Fit, new_id, utc_now

from ._active import active, by_user, called_by_library, guarded, stack, unnoticed
from ._describe import describe, parameters, qualified

if TYPE_CHECKING:
    from ._tracker import Tracker

METHODS = ("fit", "fit_transform", "fit_predict", "partial_fit")

MAX_CHILDREN = 64
"""Fits inside one call that are listed one by one; more are counted on the gap list."""

_PASSING = frozenset({"sklearn.utils._set_output", "sklearn.utils._available_if"})
"""scikit-learn's wrappers around an estimator's own methods."""


class FitCall:
    """A ``fit`` that is under way.

    Parameters
    ----------
    tracker : Tracker
        Whom to tell.
    estimator : estimator
        What is being fitted.
    parent : FitCall or None
        The call inside which this one happens.
    listed : bool
        Whether the fit is to be recorded, rather than being a means of its parent's.
    """

    def __init__(self, tracker: Tracker, estimator: Any, parent: FitCall | None, *, listed: bool) -> None:
        self.tracker = tracker
        self.estimator = estimator
        self.parent = parent
        self.listed = listed
        self.id = new_id()
        self.started = utc_now()
        self.clock = time.perf_counter()
        self.datasets: tuple[str, ...] = ()
        self.features: tuple[str, ...] = ()
        self.children: list[tuple[Fit, Any]] = []
        self.omitted = 0
        self._chosen: frozenset[type] | None = None

    def chose(self, child: Any) -> bool:
        """Say whether an inner fit is of a kind that the user put there, as a step or as a parameter."""
        if self._chosen is None:
            self._chosen = frozenset(map(type, _values(self.estimator)))
        return type(child) in self._chosen

    @property
    def searches(self) -> bool:
        """Whether this is a search, of whose candidates only the chosen one is listed."""
        return hasattr(self.estimator, "refit")


def _values(estimator: Any) -> list[Any]:
    try:
        return list(estimator.get_params(deep=True).values()) if hasattr(type(estimator), "get_params") else []
    except Exception:
        return []


@unnoticed
def observe_fit(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for an estimator's ``fit``."""
    __tracebackhide__ = True
    call = _enter(args, kwargs)
    if call is None:
        return original(*args, **kwargs)
    try:
        result = original(*args, **kwargs)
    except BaseException:
        _leave(call, False)
        raise
    _leave(call, True)
    return result


def _enter(args: tuple[Any, ...], kwargs: dict[str, Any]) -> FitCall | None:
    """Begin a fit; None where the call is part of another that stands for it."""
    tracker = active()
    if tracker is None or not args:
        return None
    call = guarded(tracker, "a fit", _call, tracker, args[0])
    if call is None:
        return None
    if call.parent is None:
        guarded(tracker, "the data of a fit", _identify, call, args, kwargs)
    call.clock = time.perf_counter()
    stack.calls.append(call)
    return call


def _call(tracker: Tracker, estimator: Any) -> FitCall | None:
    calls = stack.calls
    if not calls:
        # In a library's worker thread the call that started it stands for it.
        return FitCall(tracker, estimator, None, listed=True) if by_user(_PASSING) else None
    parent = calls[-1]
    if not isinstance(parent, FitCall) or not parent.listed:
        return None
    if any(isinstance(c, FitCall) and c.estimator is estimator for c in calls):
        return None
    # An ensemble's trees and a classifier's label encoder are how it works, and follow from its own parameters.
    listed = parent.chose(estimator) or not called_by_library()
    return FitCall(tracker, estimator, parent, listed=listed)


def _identify(call: FitCall, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Identify the data before the fit can change it."""
    given = {"X": args[1] if len(args) > 1 else kwargs.get("X"), "y": args[2] if len(args) > 2 else kwargs.get("y")}
    found = []
    for name, data in given.items():
        found.append(guarded(call.tracker, f"the data {name} of a fit", call.tracker.data.fitted, data, name))
    call.datasets = tuple(id_ for id_ in found if id_ is not None)
    X: Any = given["X"]
    if hasattr(type(X), "columns"):
        call.features = tuple(str(c) for c in X.columns)


def _leave(call: FitCall, ok: bool) -> None:
    """End a fit."""
    seconds = time.perf_counter() - call.clock
    calls = stack.calls
    while call in calls:
        calls.pop()
    if call.listed and active() is call.tracker:
        guarded(call.tracker, "a fit", _end, call, seconds, ok)


def _end(call: FitCall, seconds: float, ok: bool) -> None:
    tracker, parent = call.tracker, call.parent
    step = "" if parent is None else guarded(tracker, "a step's name", _step, parent.estimator, call.estimator)
    params = guarded(tracker, f"the parameters of {qualified(type(call.estimator))}", _parameters, call.estimator)
    fit = Fit(
        id=call.id,
        class_=qualified(type(call.estimator)),
        name=tracker.data.name_of(call.estimator) if parent is None else "",
        step=step or "",
        parent=None if parent is None else parent.id,
        cell=tracker.cell(),
        params=params or {},
        features=call.features,
        datasets=call.datasets,
        started=call.started,
        seconds=seconds,
        status="ok" if ok else "error",
    )
    kept = guarded(tracker, "the fits inside a fit", _kept, call)
    family = [(fit, call.estimator), *(kept or ())]
    if parent is None:
        _record(tracker, family, call)
    elif parent.searches:
        # The chosen candidate is fitted last; to hold on to the others would be to hold every model of a search.
        parent.children = family
    elif len(parent.children) < MAX_CHILDREN:
        parent.children.extend(family)
    else:
        parent.omitted += len(family)


def _record(tracker: Tracker, family: list[tuple[Fit, Any]], call: FitCall) -> None:
    for record, estimator in family:
        # Without a name yet in `model = Model().fit(X, y)`: that is seen to when the cell ends.
        tracker.session.record(record, "fit.completed" if record.status == "ok" else "fit.failed")
        tracker.fits.remember(estimator, record)
    name = qualified(type(call.estimator))
    if call.omitted:
        tracker.session.gap(
            f"{call.omitted} of the fits inside {name}.fit",
            f"Only the first {MAX_CHILDREN} fits inside one call are listed one by one.",
            remedy="Their parameters follow from the outer call's.",
            cell=tracker.cell(),
        )
    if call.searches:
        tracker.session.gap(
            f"the candidates of {name}.fit",
            "A search lists the candidate that it chose, if it fitted it again, and none of the others.",
            remedy="Its grid is among its parameters; show its cv_results_ in the notebook.",
            cell=tracker.cell(),
        )
        return
    workers = family[0][0].params.get("n_jobs")
    if len(family) == 1 and workers not in (None, 1) and any(hasattr(type(v), "fit") for v in _values(call.estimator)):
        tracker.session.gap(
            f"the fits inside {name}.fit",
            f"With n_jobs={workers} they ran in other processes or threads.",
            remedy="Their parameters follow from the outer call's; n_jobs=1 lists them one by one.",
            cell=tracker.cell(),
        )


def _kept(call: FitCall) -> list[tuple[Fit, Any]]:
    """Return the inner fits to list: of a search only the one that it chose, not its candidates."""
    if not call.searches:
        return call.children
    best = getattr(call.estimator, "best_estimator_", None)
    chosen = next((f for f, e in call.children if best is not None and e is best), None)
    return call.children if chosen is not None else []


def _parameters(estimator: Any) -> dict[str, Any]:
    if not hasattr(type(estimator), "get_params"):
        return {}
    found = parameters(estimator)
    best = estimator.__dict__.get("best_params_")
    return {**found, "best_params_": describe(best)} if best is not None else found


def _step(parent: Any, child: Any) -> str:
    """Return the name by which a pipeline, column transformer or ensemble holds the child."""
    for attribute in ("steps", "transformers_", "transformers", "estimators"):
        for item in _pairs(parent, attribute):
            if item[1] is child:
                return str(item[0])
    # Column transformers and ensembles fit clones: the class tells them apart where it is unique.
    for attribute in ("transformers", "estimators"):
        same = [str(i[0]) for i in _pairs(parent, attribute) if type(i[1]) is type(child)]
        if len(same) == 1:
            return same[0]
    return ""


def _pairs(parent: Any, attribute: str) -> list[tuple[Any, ...]]:
    found = getattr(parent, attribute, None)
    return [i for i in found if isinstance(i, tuple) and len(i) > 1] if isinstance(found, list | tuple) else []


class FittedModels:
    """Which fit made an object what it is now."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[Callable[[], Any], Fit]] = {}
        self._unnamed: list[int] = []

    def remember(self, estimator: Any, fit: Fit) -> None:
        """Let `fit` stand for the estimator from now on."""
        key = id(estimator)
        reference: Callable[[], Any]
        try:
            reference = weakref.ref(estimator, lambda _: self._by_id.pop(key, None) and None)
        except TypeError:
            # A class with __slots__ and no room for weak references: the object lives as long as the run.
            def reference(kept: Any = estimator) -> Any:
                return kept

        self._by_id[key] = (reference, fit)
        if not fit.name and fit.parent is None:
            self._unnamed.append(key)

    def name(self, name_of: Callable[[object], str]) -> list[Fit]:
        """Name what was fitted without a name after the variable that holds it now; return the fits that have one."""
        waiting, self._unnamed = self._unnamed, []
        named = []
        for key in dict.fromkeys(waiting):
            reference, fit = self._by_id.get(key, (None, None))
            estimator = reference() if reference is not None else None
            name = name_of(estimator) if estimator is not None else ""
            if name and fit is not None and reference is not None:
                named.append(fit.replace(name=name))
                self._by_id[key] = (reference, named[-1])
        return named

    def of(self, estimator: Any) -> Fit | None:
        """Return the last fit of this very object."""
        found = self._by_id.get(id(estimator))
        return found[1] if found is not None and found[0]() is estimator else None
