"""Every ``fit`` of an estimator: class, parameters, the data it saw, how long it took."""

from __future__ import annotations

import time
import weakref
from types import FunctionType
from typing import Any

from jupyter_gov.records import Fit, new_id, utc_now

from ._active import active, by_user, guarded, stack
from ._describe import describe, parameters, qualified

METHODS = ("fit", "fit_transform", "fit_predict", "partial_fit")

MAX_CHILDREN = 64
"""Fits inside one call that are listed one by one; more are counted on the gap list."""


class FitCall:
    """A ``fit`` that is under way."""

    def __init__(self, estimator: Any, parent: FitCall | None) -> None:
        self.estimator = estimator
        self.parent = parent
        self.id = new_id()
        self.started = utc_now()
        self.clock = time.perf_counter()
        self.datasets: tuple[str, ...] = ()
        self.features: tuple[str, ...] = ()
        self.children: list[tuple[Fit, Any]] = []
        self.omitted = 0


def observe_fit(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for an estimator's ``fit``."""
    __tracebackhide__ = True
    tracker = active()
    calls = stack.calls
    if tracker is None or not args or any(getattr(c, "estimator", None) is args[0] for c in calls):
        return original(*args, **kwargs)
    if calls and not isinstance(calls[-1], FitCall):
        return original(*args, **kwargs)
    if not calls and not by_user(3):
        # A library's worker thread: the call that started it stands for it.
        return original(*args, **kwargs)
    call = FitCall(args[0], calls[-1] if calls else None)
    if call.parent is None:
        guarded(tracker, "fit", _begin, call, args, kwargs)
    calls.append(call)
    call.clock = time.perf_counter()
    try:
        result = original(*args, **kwargs)
    except BaseException:
        calls.pop()
        guarded(tracker, "fit", _end, call, time.perf_counter() - call.clock, False)
        raise
    calls.pop()
    guarded(tracker, "fit", _end, call, time.perf_counter() - call.clock, True)
    return result


def _begin(call: FitCall, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Identify the data before the fit can change it."""
    tracker = active()
    assert tracker is not None  # noqa: S101 - checked by the caller
    X = args[1] if len(args) > 1 else kwargs.get("X")
    y = args[2] if len(args) > 2 else kwargs.get("y")
    columns = getattr(X, "columns", None)
    if columns is not None:
        call.features = tuple(str(c) for c in columns)
    seen = (tracker.data.observe(X, role="train", fallback="X"), tracker.data.observe(y, role="train", fallback="y"))
    call.datasets = tuple(s for s in seen if s is not None)


def _end(call: FitCall, seconds: float, ok: bool) -> None:
    tracker = active()
    if tracker is None:
        return
    parent = call.parent
    fit = Fit(
        id=call.id,
        class_=qualified(type(call.estimator)),
        name=tracker.data.name_of(call.estimator) if parent is None else "",
        step="" if parent is None else _step(parent.estimator, call.estimator),
        parent=None if parent is None else parent.id,
        cell=tracker.cell(),
        params=_parameters(call.estimator),
        features=call.features,
        datasets=call.datasets,
        started=call.started,
        seconds=seconds,
        status="ok" if ok else "error",
    )
    family = [(fit, call.estimator), *_kept(call)]
    if parent is not None and not _chosen_by_user(parent.estimator, call.estimator):
        # An ensemble's trees and a classifier's label encoder are how it works, and follow from its own parameters.
        return
    if parent is not None:
        if len(parent.children) < MAX_CHILDREN or hasattr(parent.estimator, "refit"):
            parent.children.extend(family)
        else:
            parent.omitted += len(family)
        return
    for record, estimator in family:
        tracker.fits.remember(estimator, record)
        tracker.session.record(record, "fit.completed" if record.status == "ok" else "fit.failed")
    if call.omitted:
        tracker.session.gap(
            f"{call.omitted} of the fits inside {qualified(type(call.estimator))}.fit",
            f"Only the first {MAX_CHILDREN} fits inside one call are listed one by one.",
            remedy="Their parameters follow from the outer call's.",
            cell=tracker.cell(),
        )


def _chosen_by_user(parent: Any, child: Any) -> bool:
    """Say whether a fit inside another is of a kind that the user put there, as a step or as a parameter."""
    if not hasattr(type(parent), "get_params"):
        return True
    return any(type(value) is type(child) for value in parent.get_params(deep=True).values())


def _kept(call: FitCall) -> list[tuple[Fit, Any]]:
    """Return the inner fits to list: of a search only the one that it chose, not its candidates."""
    if not hasattr(call.estimator, "refit"):
        return call.children
    best = getattr(call.estimator, "best_estimator_", None)
    chosen = next((f.id for f, e in call.children if best is not None and e is best), None)
    return [(f, e) for f, e in call.children if chosen is not None and chosen in (f.id, f.parent)]


def _parameters(estimator: Any) -> dict[str, Any]:
    if not hasattr(type(estimator), "get_params"):
        return {}
    found = parameters(estimator)
    best = estimator.__dict__.get("best_params_")
    return {**found, "best_params_": describe(best)} if best is not None else found


def _step(parent: Any, child: Any) -> str:
    """Return the name by which a pipeline, column transformer or ensemble holds the child."""
    for attribute in ("steps", "transformers_", "transformers", "estimators"):
        for item in getattr(parent, attribute, None) or ():
            if isinstance(item, tuple) and len(item) > 1 and item[1] is child:
                return str(item[0])
    # Column transformers and ensembles fit clones: the class tells them apart where it is unique.
    for attribute in ("transformers", "estimators"):
        same = [
            str(i[0])
            for i in getattr(parent, attribute, None) or ()
            if isinstance(i, tuple) and type(i[1]) is type(child)
        ]
        if len(same) == 1:
            return same[0]
    return ""


class FittedModels:
    """Which fit made an object what it is now."""

    def __init__(self) -> None:
        self._by_id: dict[int, tuple[weakref.ref[Any], Fit]] = {}

    def remember(self, estimator: Any, fit: Fit) -> None:
        """Let `fit` stand for the estimator from now on."""
        key = id(estimator)
        self._by_id[key] = (weakref.ref(estimator, lambda _: self._by_id.pop(key, None)), fit)

    def of(self, estimator: Any) -> Fit | None:
        """Return the last fit of this very object."""
        found = self._by_id.get(id(estimator))
        return found[1] if found is not None and found[0]() is estimator else None


def observe_prediction(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``predict`` and its kin: remember what came out, so that a metric can name its model."""
    __tracebackhide__ = True
    tracker = active()
    if tracker is None or not args or stack.calls or not by_user(3, through=_PASSING):
        return original(*args, **kwargs)
    stack.calls.append(original)
    try:
        result = original(*args, **kwargs)
    finally:
        stack.calls.pop()
    guarded(tracker, "prediction", _remember, args, kwargs, result)
    return result


_PASSING = frozenset({"sklearn.metrics._scorer", "sklearn.utils._response"})


def _remember(args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    from ._predictions import Origin

    tracker = active()
    if tracker is None:
        return
    X = args[1] if len(args) > 1 else kwargs.get("X")
    fit = tracker.fits.of(args[0])
    dataset = tracker.data.observe(X, role="test", fallback="X")
    tracker.predictions.remember(result, Origin(fit.id if fit else None, dataset))


def observe_score(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``estimator.score``."""
    __tracebackhide__ = True
    tracker = active()
    if tracker is None or not args or stack.calls or not by_user(3):
        return original(*args, **kwargs)
    stack.calls.append(original)
    try:
        result = original(*args, **kwargs)
    finally:
        stack.calls.pop()
    guarded(tracker, "score", _record_score, args, kwargs, result)
    return result


def _record_score(args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    from ._metrics import record_metric
    from ._predictions import Origin

    tracker = active()
    if tracker is None:
        return
    X = args[1] if len(args) > 1 else kwargs.get("X")
    y = args[2] if len(args) > 2 else kwargs.get("y")
    fit = tracker.fits.of(args[0])
    origin = Origin(fit.id if fit else None, tracker.data.observe(X, role="test", fallback="X"))
    truth = tracker.data.observe(y, role="test", fallback="y")
    record_metric(tracker, "score", result, (origin,), truth, origin_kind="scorer", params={})
