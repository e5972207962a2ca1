"""What a fitted model is used for: its predictions and its own score."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .._active import Call, active, enter, guarded, in_own_code, leave, one_call, unnoticed
from ..models._behind import behind, origin_of
from ..models._fits import observe_fit
from ._functions import PASSING, record_metric, tried_on
from ._predictions import Found, Origin

if TYPE_CHECKING:
    from .._tracker import Tracker

PREDICTIONS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples")

STAGED = ("staged_predict", "staged_predict_proba", "staged_decision_function")

_PASSING = frozenset({*PASSING, "sklearn.utils._response", "sklearn.utils._available_if"})


@unnoticed
def observe_prediction(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``predict`` and its kin: remember what came out, so that a metric can name its model."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _remember, what="a prediction", before=_origin, through=_PASSING)


@unnoticed
def observe_fit_predict(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``fit_predict``: a fit whose result is a prediction."""
    __tracebackhide__ = True
    tracker = active()
    result = observe_fit(original, args, kwargs)
    if tracker is not None and tracker is active() and args and in_own_code():
        guarded(tracker, "a prediction", _fitted, tracker, args[0], original.__name__, result)
    return result


@unnoticed
def observe_staged(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``staged_predict`` and its kin: each stage is a prediction."""
    __tracebackhide__ = True
    tracker = enter(original, _PASSING)
    if tracker is None:
        return original(*args, **kwargs)
    try:
        origin = guarded(tracker, "a prediction", _origin, tracker, args, kwargs)
        result = original(*args, **kwargs)
    finally:
        leave()
    return result if origin is None else _stages(tracker, result, origin, original.__name__)


@unnoticed
def _stages(tracker: Tracker, result: Any, origin: Origin, method: str) -> Iterator[Any]:
    """Yield what `result` does, and remember it."""
    __tracebackhide__ = True
    for output in result:
        if active() is tracker and tracker.allows(f"stages of {method}"):
            guarded(tracker, "a prediction", remember, tracker, output, origin, method)
        yield output


@unnoticed
def observe_score(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``estimator.score``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_score, what="a score", before=_origin, through=_PASSING)


def _fitted(tracker: Tracker, model: Any, method: str, result: Any) -> None:
    fit = tracker.fits.of(model)
    # A call inside a library's is part of that one, and left no fit of its own.
    if fit is not None and fit.method == method and fit.datasets:
        remember(tracker, result, Origin(fit.id, fit.datasets[0]), method)


def _data(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("X")


def _origin(tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Origin | None:
    """Return the model and, identified before it can be changed, the data."""
    if not args or not tracker.allows(f"predictions of {type(args[0]).__name__}"):
        return None
    dataset = tried_on(tracker, "the data of a prediction", _data(args, kwargs), "X")
    return origin_of(tracker, behind(tracker, args[0]), dataset)


def _remember(call: Call) -> None:
    if call.seen is not None:
        given = _data(call.args, call.kwargs)
        remember(call.tracker, call.result, call.seen, call.original.__name__, made_from=given)


def remember(tracker: Tracker, result: Any, origin: Origin, method: str, *, made_from: object = None) -> None:
    """Remember what a model returned.

    Parameters
    ----------
    result : array, tuple or list
        Of a tuple, such as a prediction with its standard deviation, the first is the prediction; a list of arrays has
        one for each target.
    """
    if type(result) is tuple and result:
        result = result[0]
    several = type(result) is list and bool(result) and all(getattr(item, "ndim", 0) == 2 for item in result)
    for output in result if several else [result]:
        tracker.predictions.remember(output, origin, method=method, made_from=made_from)


def _record_score(call: Call) -> None:
    tracker = call.tracker
    if call.seen is None:
        # Beyond what one cell may record, and on the gap list as such.
        return
    y = call.args[2] if len(call.args) > 2 else call.kwargs.get("y")
    truth = tried_on(tracker, "the truth of a score", y, "y")
    record_metric(tracker, "score", call.result, Found((call.seen,), "identity"), truth, kind="scorer", params={})
