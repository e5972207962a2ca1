"""Every value of a ``sklearn.metrics`` function, with the model and the data that it belongs to."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from jupyter_gov.records import Json, Metric

from ._active import Call, called_by, guarded, one_call, unnoticed
from ._describe import describe

if TYPE_CHECKING:
    from ._predictions import Origin
    from ._tracker import Tracker

_TRUTH = ("y_true", "labels_true")
_PREDICTED = ("y_pred", "y_score", "y_proba", "y_prob", "pred_decision", "labels_pred")
_SCORERS = frozenset({"sklearn.metrics._scorer"})

PASSING = frozenset({*_SCORERS, "sklearn.utils.validation"})
"""Modules that may stand between the user and a metric that the user asked for."""


def is_metric(function: Any) -> bool:
    """Say whether a function of ``sklearn.metrics`` compares a truth with predictions."""
    return isinstance(function, FunctionType) and any(p in inspect.signature(function).parameters for p in _TRUTH)


@unnoticed
def observe_metric(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a metric function."""
    __tracebackhide__ = True
    return one_call(original, args, kwargs, _record, what=f"metric {original.__name__}", through=PASSING)


def _record(call: Call) -> None:
    tracker, original, args, kwargs = call.tracker, call.original, call.args, call.kwargs
    scorer = called_by(_SCORERS)
    if not tracker.allows(f"values of {original.__name__}"):
        return
    bound = inspect.signature(original).bind(*args, **kwargs).arguments
    truth = next((bound[p] for p in _TRUTH if p in bound), None)
    predicted = next((bound[p] for p in _PREDICTED if p in bound), None)
    origins = () if predicted is None else guarded(tracker, "a prediction", tracker.predictions.trace, predicted)
    if not origins:
        tracker.session.gap(
            f"the model behind {original.__name__}",
            "The predictions given to it are not what a tracked model returned: they were changed, or made elsewhere.",
            remedy="Pass what predict or predict_proba returned.",
            cell=tracker.cell(),
        )
    rows = _length(truth)
    params = {
        k: describe(v)
        for k, v in bound.items()
        # A weight for each row is data, not a parameter.
        if k not in (*_TRUTH, *_PREDICTED) and (rows is None or _length(v) != rows)
    }
    record_metric(
        tracker,
        original.__name__,
        call.result,
        origins or (),
        guarded(tracker, f"the truth given to {original.__name__}", tracker.data.scored, truth, "y_true"),
        origin_kind="scorer" if scorer else "function",
        params=params,
    )


def _length(thing: Any) -> int | None:
    """Return the number of rows of an array, a Series or a list; None for anything else."""
    shape = getattr(thing, "shape", None) if hasattr(type(thing), "shape") else None
    if type(shape) is tuple and shape:
        return int(shape[0])
    return len(thing) if type(thing) in (list, tuple) else None


def record_metric(
    tracker: Tracker,
    name: str,
    value: Any,
    origins: tuple[Origin, ...],
    truth: str | None,
    *,
    origin_kind: Literal["function", "scorer"],
    params: Mapping[str, Json],
) -> None:
    """Record a metric; its split is what the data it was computed on were used for."""
    fits = tuple(dict.fromkeys(o.fit for o in origins if o.fit))
    if origins and not fits:
        tracker.session.gap(
            f"the fit of the model behind {name}",
            "It was fitted before tracking began, or elsewhere.",
            remedy="Fit it again in this notebook, after %gov_track.",
            cell=tracker.cell(),
        )
    scored = tuple(dict.fromkeys(o.dataset for o in origins if o.dataset))
    datasets = tuple(dict.fromkeys((*scored, *((truth,) if truth else ()))))
    tracker.session.record(
        Metric(
            name=name,
            value=describe(value),
            origin=origin_kind,
            params=params,
            cell=tracker.cell(),
            fits=fits,
            datasets=datasets,
            split=tracker.split(scored),
        ),
        "metric.computed",
    )
