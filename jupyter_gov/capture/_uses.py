"""What a fitted model is used for: its predictions and its own score."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from ._active import Call, guarded, one_call, unnoticed
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
    return one_call(original, args, kwargs, _remember, what="a prediction", before=_origin, through=_PASSING)


@unnoticed
def observe_score(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``estimator.score``."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record_score, what="a score", before=_origin, through=_PASSING)


@unnoticed
def observe_validation(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for ``cross_validate`` and its kin: what happens inside is one call of the user's."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _note_validation, what=original.__name__)


def _note_validation(call: Call) -> None:
    call.tracker.session.gap(
        f"the fits and scores inside {call.original.__name__}",
        "Cross-validation is not recorded in this version; its cell and its outputs' digest are.",
        remedy="Fit the final model and score it on held-out data.",
        cell=call.tracker.cell(),
    )


def _origin(tracker: Tracker, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Origin | None:
    """Return the model and, identified before it can be changed, the data."""
    if not args or not tracker.allows(f"predictions of {type(args[0]).__name__}"):
        return None
    fit = tracker.fits.of(args[0])
    X = args[1] if len(args) > 1 else kwargs.get("X")
    dataset = guarded(tracker, "the data of a prediction", tracker.data.scored, X, "X")
    return Origin(fit.id if fit else None, dataset)


def _remember(call: Call) -> None:
    if call.seen is not None:
        call.tracker.predictions.remember(call.result, call.seen)


def _record_score(call: Call) -> None:
    tracker = call.tracker
    y = call.args[2] if len(call.args) > 2 else call.kwargs.get("y")
    truth = guarded(tracker, "the truth of a score", tracker.data.scored, y, "y")
    origins = () if call.seen is None else (call.seen,)
    record_metric(tracker, "score", call.result, origins, truth, origin_kind="scorer", params={})
