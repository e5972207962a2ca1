"""Every ``fit`` of an estimator: class, parameters, the data it saw, what came of it, how long it took."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jupyter_gov.fingerprints import fingerprint_model, read_model
from jupyter_gov.records import Candidate, Fit
from jupyter_gov.records._builtins import keep_builtins

from .._active import active, by_user, called_by_library, guarded, stack, unnoticed
from .._kinds import LISTS
from ..metrics._predictions import Origin
from . import _tree
from ._fitcall import MAX_CHILDREN, FitCall
from ._parameters import own, seeds
from ._search import candidates, chosen, splitter_of

if TYPE_CHECKING:
    from jupyter_gov.fingerprints._learned import Learned

    from .._tracker import Tracker

keep_builtins(globals())

METHODS = ("fit", "fit_transform", "fit_predict", "partial_fit")

_PASSING = frozenset({"sklearn.utils._set_output", "sklearn.utils._available_if"})
"""scikit-learn's wrappers around an estimator's own methods."""

_WATCHED = ("eval_set", "eval_X", "eval_y", "X_val", "y_val", "validation_data")
"""Arguments of a ``fit`` that are data which it does not learn from."""

_MAX_DATA = 4
"""Arrays that are looked for among the arguments of a ``fit`` with words of its own."""


@unnoticed
def observe_fit(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for an estimator's ``fit``."""
    __tracebackhide__ = True
    call = _enter(original, args, kwargs)
    if call is None:
        return original(*args, **kwargs)
    try:
        result = original(*args, **kwargs)
    except BaseException:
        leave(call, ok=False)
        raise
    leave(call, ok=True)
    return result


def _enter(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> FitCall | None:
    """Begin a fit; None where the call is part of another that stands for it."""
    tracker = active()
    if tracker is None or not args:
        return None
    call = guarded(tracker, "a fit", _call, tracker, args[0], original.__name__)
    if call is not None:
        if call.parent is None:
            guarded(tracker, "the data of a fit", _identify, call, original, args, kwargs)
        enter(call)
    return call


def enter(call: FitCall) -> None:
    """Begin a fit: what happens in this thread until `leave` belongs to it."""
    guarded(call.tracker, "what a fit uses", call.begin)
    stack.calls.append(call)


def leave(call: FitCall, *, ok: bool) -> None:
    """End a fit, and record it and those inside it where it is the user's own."""
    try:
        guarded(call.tracker, "what a fit used", lambda: call.end(ok=ok))
    finally:
        calls = stack.calls
        while call in calls:
            calls.pop()
    if call.parent is not None:
        if call.listed:
            guarded(call.tracker, "a fit", call.parent.adopt, call)
        return
    if active() is call.tracker:
        guarded(call.tracker, "a fit", record if call.listed else _postpone, call)
    call.forget()


def listed_under(estimator: Any) -> tuple[FitCall | None, bool]:
    """Return the fit inside which one begins now, and whether it is to be looked at at all."""
    calls = stack.calls
    if not calls:
        # In a library's worker thread the call that started it stands for it.
        return None, by_user(_PASSING)
    parent = calls[-1]
    if not isinstance(parent, FitCall) or not parent.listed:
        return None, False
    return parent, not any(isinstance(c, FitCall) and c.estimator is estimator for c in calls)


def _call(tracker: Tracker, estimator: Any, method: str) -> FitCall | None:
    parent, wanted = listed_under(estimator)
    if not wanted:
        return None
    # An ensemble's trees and a classifier's label encoder are how it works, and follow from its own parameters.
    listed = parent is None or not called_by_library() or parent.chose(estimator)
    call = FitCall(tracker, estimator, parent, method=method, listed=listed)
    if parent is None:
        call.listed = method != "partial_fit" or tracker.allows(f"calls of {call.class_name}.partial_fit")
        # A warm start goes on from what it has, as `partial_fit` always does.
        if method == "partial_fit" or own(estimator).get("warm_start") is True:
            before = tracker.fits.last(estimator)
            call.previous = before.id if before else None
    return call


def _identify(call: FitCall, original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Identify the data before the fit can change it."""
    tracker = call.tracker
    # Beyond `X` and `y` positions have names of the method's own.
    names = [*inspect.signature(original).parameters][1:] if len(args) > 3 else ("X", "y")
    kwargs = {**dict(zip(names[2:], args[3:], strict=False)), **kwargs}
    given = dict(zip(("X", "y"), args[1:3], strict=False))
    given |= {name: kwargs[name] for name in ("X", "y", "sample_weight") if kwargs.get(name) is not None}
    call.grouped = kwargs.get("groups") is not None
    watched = dict(_watched(kwargs))
    if "X" not in given:
        arrays = [
            (n, value) for n, value in kwargs.items() if n not in {*given, *watched} and hasattr(type(value), "shape")
        ]
        given |= dict(arrays[:_MAX_DATA])
    found = [guarded(tracker, f"the data {n} of a fit", tracker.data.fitted, data, n) for n, data in given.items()]
    call.datasets = tuple(dict.fromkeys(id_ for id_ in found if id_ is not None))
    X: Any = next(iter(given.values()), None)
    call.features = call.tracker.data.columns_of(X)
    shown = [guarded(tracker, f"the data {n} of a fit", tracker.data.validated, data, n) for n, data in watched.items()]
    call.watched = tuple(dict.fromkeys(id_ for id_ in shown if id_ is not None and id_ not in call.datasets))


def _watched(kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the data that a fit only watches, such as for early stopping, by names for them."""
    for key, value in kwargs.items():
        # A pipeline hands on what is meant for one of its steps: `model__eval_set`.
        name = key.rpartition("__")[2]
        if name not in _WATCHED or value is None:
            continue
        # One array, one pair, or several of them.
        pairs = name == "eval_set" and (type(value) is list or _pairs(value))
        several = pairs or (name in ("eval_X", "eval_y") and type(value) in LISTS)
        for i, item in enumerate(value if several else [value]):
            suffix = f"_{i}" if i else ""
            if type(item) in LISTS and name in ("eval_set", "validation_data"):
                yield from zip((f"X_valid{suffix}", f"y_valid{suffix}"), item, strict=False)
            else:
                yield f"{name}{suffix}", item


def _pairs(value: Any) -> bool:
    return type(value) is tuple and all(type(item) in LISTS and len(item) > 1 for item in value)


def _postpone(call: FitCall) -> None:
    """Let a fit beyond those that one cell may record be recorded once the model is used."""
    tracker, models = call.tracker, call.models
    call.forget()

    def late(model: Any) -> None:
        call.estimator, call.listed = model, True
        record(call)
        call.forget()

    for model in models:
        # What an adapter describes is in the arguments, which would hold on to the model and its data.
        tracker.fits.postpone(model, late if type(call) is FitCall and model is models[0] else None)


def record(call: FitCall) -> None:
    """Record a fit that has ended, and those inside it."""
    tracker = call.tracker
    for inner, parent in _family(call, None):
        fit = _fit(inner, parent)
        # Without a name yet in `model = Model().fit(X, y)`: that is seen to when the cell ends.
        tracker.session.record(fit, "fit.completed" if inner.ok else "fit.failed")
        guarded(tracker, "the turns that a fit takes", tracker.leakage.fitted, fit, splitter_of(inner))
        for place, model in enumerate(inner.models):
            tracker.fits.remember(model, fit, named=place == 0)
        if parent is None and inner.ok and inner.method == "fit":
            guarded(tracker, "the labels of a fit", _labels, inner)
        if parent is None and fit.randomness == "unseeded":
            tracker.randomness.find(
                f"{inner.class_name}.{inner.method} drew random numbers without a seed: it may give another model each "
                "time. Set its random_state.",
                fit.cell,
                about=f"{fit.name or inner.class_name} {fit.cell}",
            )


def adopt(tracker: Tracker, estimator: Any, data: Mapping[str, Any], *, made_from: str | None, seconds: float) -> str:
    """Record a fit of our own that the user goes on with, and return its id.

    Parameters
    ----------
    tracker : Tracker
    estimator : estimator
        What was fitted.
    data : mapping
        What it was fitted on, by name, ``X`` first.
    made_from : str or None
        The fit of the model that it stands in for.
    seconds : float
    """
    call = FitCall(tracker, estimator, None, method="mitigate")
    call.previous, call.seconds = made_from, seconds
    found = [tracker.data.fitted(one, name) for name, one in data.items()]
    call.datasets = tuple(dict.fromkeys(id_ for id_ in found if id_ is not None))
    call.features = tracker.data.columns_of(next(iter(data.values()), None))
    record(call)
    made = call.id
    call.forget()
    return made


def _labels(call: FitCall) -> None:
    """Remember the labels that clustering gave the rows: they are predictions, though no method returned them."""
    labels = own(call.estimator).get("labels_")
    if labels is not None and call.datasets and hasattr(type(call.estimator), "fit_predict"):
        call.tracker.predictions.remember(labels, Origin(call.id, call.datasets[0]), method="labels_")


def _family(call: FitCall, parent: FitCall | None) -> Iterator[tuple[FitCall, FitCall | None]]:
    """Yield a fit and those inside it that are listed, each after the one that it is inside of."""
    yield call, parent
    children = call.children
    if call.searches:
        best = chosen(call.estimator)
        children = [c for c in children if best is not None and c.estimator is best]
    elif call.ok:
        children = [*(guarded(call.tracker, "the fits inside a fit", _elsewhere, call) or ()), *children]
    if call.omitted:
        _gap(
            call,
            f"{call.omitted} of the fits inside {call.class_name}.{call.method}",
            f"Only the first {MAX_CHILDREN} fits inside one call are listed one by one.",
            "Their parameters follow from the outer call's.",
        )
    for child in children:
        yield from _family(child, call)


def _elsewhere(call: FitCall) -> list[FitCall]:
    """Return the fits that other processes or threads made for this one, as far as the estimator brought them back."""
    workers = call.workers
    # Inside a worker, a pipeline's steps were fitted there too.
    away = call.parent is not None and call.seconds == 0.0
    if (workers in (None, 1) and not away) or not any(hasattr(k, "fit") for k in _tree.kinds(call.estimator).values()):
        return []
    here = {id(child.estimator) for child in call.children}
    parts = [part for part in _tree.fitted(call.estimator) if id(part) not in here]
    made = [FitCall(call.tracker, part, call) for part in parts[:MAX_CHILDREN]]
    for child in made:
        child.started = call.started
    if not (made or here or away):
        _gap(
            call,
            f"the fits inside {call.class_name}.{call.method}",
            f"With n_jobs={workers} they ran in other processes or threads.",
            "Their parameters follow from the outer call's; n_jobs=1 lists them one by one.",
        )
    return made


def _gap(call: FitCall, what: str, reason: str, remedy: str) -> None:
    call.tracker.session.gap(what, reason, remedy=remedy, cell=call.tracker.cell())


def _fit(call: FitCall, parent: FitCall | None) -> Fit:
    tracker, name = call.tracker, call.class_name
    models = guarded(tracker, f"what {name} returned", lambda: call.models) or ()
    step = models and parent and guarded(tracker, "a step's name", _tree.step, parent.estimator, models[0])
    params = guarded(tracker, f"the parameters of {name}", lambda: call.params) or {}
    if not params and call.unread:
        _gap(
            call,
            f"the parameters of {name}",
            "It has no get_params, and keeps no attributes by the names of its constructor's arguments.",
            "Give it a get_params, or describe its library by an adapter: docs/adapters.md.",
        )
    digest = ""
    if call.ok and models:
        identify = _digest if parent else _keep
        digest = guarded(tracker, f"the digest of {name}", identify, call) or ""
    return Fit(
        id=call.id,
        class_=name,
        name="" if parent else next((n for n in map(tracker.data.name_of, models) if n), ""),
        step=step or "",
        parent=parent.id if parent else None,
        cell=call.cell,
        params=params,
        features=call.features,
        datasets=call.datasets,
        watched=call.watched,
        started=call.started,
        seconds=call.seconds,
        status="ok" if call.ok else "error",
        method=call.method,
        previous=call.previous,
        seeds=seeds(params),
        randomness=call.randomness,
        cpu_seconds=call.cpu_seconds,
        peak_memory_bytes=call.peak_memory_bytes,
        model_digest=digest,
        candidates=_candidates(call) if call.searches and call.ok else (),
    )


def _digest(call: FitCall) -> str:
    return fingerprint_model(call.learned)


def _keep(call: FitCall) -> str:
    """Return the digest of what a fit has learned, and keep what that is for a reproduction to compare."""
    found = read_model(call.learned)
    guarded(call.tracker, f"what {call.class_name} has learned", _snapshot, call, found)
    return found.digest


def _snapshot(call: FitCall, found: Learned) -> None:
    size, session = found.size, call.tracker.session
    if session.keeps("learned", size):
        # The user may go on to change the model; what is slow is done to the copy, elsewhere.
        session.keep(call.id, "learned", found.copy().values, size=size)


def _candidates(call: FitCall) -> tuple[Candidate, ...]:
    name = f"the candidates of {call.class_name}.{call.method}"
    found = guarded(call.tracker, name, candidates, call.estimator)
    if found == ():
        _gap(call, name, "It keeps no cv_results_.", "Show in the notebook what it tried.")
    return found or ()
