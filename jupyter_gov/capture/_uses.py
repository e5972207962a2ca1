"""What a fitted model is used for: its predictions and its own score."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from ._active import enter, guarded, leave, unnoticed
from ._metrics import PASSING, record_metric
from ._predictions import Origin

if TYPE_CHECKING:
    from ._tracker import Tracker

PREDICTIONS = ("predict", "predict_proba", "predict_log_proba", "decision_function")

VALIDATION = (
    "cross_val_predict", "cross_val_score", "cross_validate", "learning_curve", "permutation_test_score",
    "validation_curve",
)  # fmt: skip

_PASSING = frozenset({*PASSING, "sklearn.utils._response", "sklearn.utils._available_if"})


@unnoticed
def observe_prediction(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``predict`` and its kin: remember what came out, so that a metric can name its model."""
    __tracebackhide__ = True
    tracker = enter(original, _PASSING)
    if tracker is None:
        return original(*args, **kwargs)
    try:
        origin = guarded(tracker, "a prediction", _origin, tracker, args, kwargs)
        result = original(*args, **kwargs)
    finally:
        leave()
    if origin is not None:
        guarded(tracker, "a prediction", tracker.predictions.remember, result, origin)
    return result


@unnoticed
def observe_score(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``estimator.score``."""
    __tracebackhide__ = True
    tracker = enter(original, _PASSING)
    if tracker is None:
        return original(*args, **kwargs)
    try:
        origin = guarded(tracker, "a score", _origin, tracker, args, kwargs)
        result = original(*args, **kwargs)
    finally:
        leave()
    guarded(tracker, "a score", _record_score, tracker, args, kwargs, result, origin)
    return result


@unnoticed
def observe_validation(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``cross_validate`` and its kin: what happens inside is one call of the user's."""
    __tracebackhide__ = True
    tracker = enter(original)
    if tracker is None:
        return original(*args, **kwargs)
    try:
        result = original(*args, **kwargs)
    finally:
        leave()
    guarded(tracker, original.__name__, _note_validation, tracker, original.__name__)
    return result


def _note_validation(tracker: Tracker, name: str) -> None:
    tracker.session.gap(
        f"the fits and scores inside {name}",
        "Cross-validation is not recorded in this version; its cell and its outputs' digest are.",
        remedy="Fit the final model and score it on held-out data.",
        cell=tracker.cell(),
    )


def _origin(tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Origin | None:
    """Return the model and, identified before it can be changed, the data."""
    if not args or not tracker.allows(f"predictions of {type(args[0]).__name__}"):
        return None
    fit = tracker.fits.of(args[0])
    X = args[1] if len(args) > 1 else kwargs.get("X")
    dataset = guarded(tracker, "the data of a prediction", tracker.data.scored, X, "X")
    return Origin(fit.id if fit else None, dataset)


def _record_score(
    tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, origin: Origin | None
) -> None:
    y = args[2] if len(args) > 2 else kwargs.get("y")
    truth = guarded(tracker, "the truth of a score", tracker.data.scored, y, "y")
    origins = () if origin is None else (origin,)
    record_metric(tracker, "score", result, origins, truth, origin_kind="scorer", params={})
