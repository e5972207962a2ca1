"""What a fitted model is used for: its predictions and its own score."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from .._active import Call, guarded, one_call, unnoticed
from ._functions import PASSING, origin_of, record_metric
from ._predictions import Found, Origin

if TYPE_CHECKING:
    from .._tracker import Tracker

PREDICTIONS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples")

_PASSING = frozenset({*PASSING, "sklearn.utils._response", "sklearn.utils._available_if"})


@unnoticed
def observe_prediction(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``predict`` and its kin: remember what came out, so that a metric can name its model."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _remember, what="a prediction", before=_origin, through=_PASSING)


@unnoticed
def observe_score(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``estimator.score``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_score, what="a score", before=_origin, through=_PASSING)


def _data(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("X")


def _origin(tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Origin | None:
    """Return the model and, identified before it can be changed, the data."""
    if not args or not tracker.allows(f"predictions of {type(args[0]).__name__}"):
        return None
    dataset = guarded(tracker, "the data of a prediction", tracker.data.scored, _data(args, kwargs), "X")
    return origin_of(tracker, args[0], dataset)


def _remember(call: Call) -> None:
    if call.seen is not None:
        given = _data(call.args, call.kwargs)
        method = call.original.__name__
        call.tracker.predictions.remember(call.result, call.seen, method=method, made_from=given)


def _record_score(call: Call) -> None:
    tracker = call.tracker
    if call.seen is None:
        # Beyond what one cell may record, and on the gap list as such.
        return
    y = call.args[2] if len(call.args) > 2 else call.kwargs.get("y")
    truth = guarded(tracker, "the truth of a score", tracker.data.scored, y, "y")
    record_metric(tracker, "score", call.result, Found((call.seen,), "identity"), truth, kind="scorer", params={})
