"""Every value of a ``sklearn.metrics`` function, with the model and the data that it belongs to."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

from jupyter_gov.records import Json, Metric

from ._active import active, by_user, guarded, stack
from ._describe import describe

if TYPE_CHECKING:
    from ._predictions import Origin
    from ._tracker import Tracker

_TRUTH = ("y_true", "labels_true")
_PREDICTED = ("y_pred", "y_score", "y_proba", "y_prob", "pred_decision", "labels_pred")
_PASSING = frozenset({"sklearn.metrics._scorer"})


def is_metric(function: Any) -> bool:
    """Say whether a function of ``sklearn.metrics`` compares a truth with predictions."""
    return isinstance(function, FunctionType) and any(p in inspect.signature(function).parameters for p in _TRUTH)


def observe_metric(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Stand in for a metric function."""
    __tracebackhide__ = True
    tracker = active()
    if tracker is None or stack.calls or not by_user(3, through=_PASSING):
        return original(*args, **kwargs)
    scorer = not by_user(3)
    stack.calls.append(original)
    try:
        result = original(*args, **kwargs)
    finally:
        stack.calls.pop()
    guarded(tracker, f"metric {original.__name__}", _record, original, args, kwargs, result, scorer)
    return result


def _record(original: FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, scorer: bool) -> None:
    tracker = active()
    if tracker is None:
        return
    bound = inspect.signature(original).bind(*args, **kwargs).arguments
    truth = next((bound[p] for p in _TRUTH if p in bound), None)
    predicted = next((bound[p] for p in _PREDICTED if p in bound), None)
    origins = tracker.predictions.trace(predicted) if predicted is not None else ()
    if not origins:
        tracker.session.gap(
            f"the model behind {original.__name__}",
            "The predictions given to it are not what a tracked model returned: they were changed, or made elsewhere.",
            remedy="Pass what predict or predict_proba returned.",
            cell=tracker.cell(),
        )
    rows = None if truth is None or not hasattr(truth, "__len__") else len(truth)
    params = {
        k: describe(v)
        for k, v in bound.items()
        if k not in (*_TRUTH, *_PREDICTED) and not (hasattr(v, "shape") and rows is not None and len(v) == rows)
    }
    record_metric(
        tracker,
        original.__name__,
        result,
        origins,
        tracker.data.observe(truth, role="test", fallback="y_true"),
        origin_kind="scorer" if scorer else "function",
        params=params,
    )


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
